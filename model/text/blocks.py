"""Blocks of an abstract: the whole text, and the title alone."""

from __future__ import annotations

import re
from collections.abc import Callable

from classmark.corpus.abstract import Abstract

from .tokenizer import plain

Text = str | Abstract


_SENTENCE = re.compile(r"\s*\S.{0,300}?[.!?](?=\s|$)|.{0,300}", re.DOTALL)


def _title(text: Text) -> bytes:
    title, body = (text.title, text.text) if isinstance(text, Abstract) else ("", text)
    return plain(title if title.strip() else _first_sentence(body))


def _all(text: Text) -> bytes:
    return plain(f"{text.title}\n{text.text}") if isinstance(text, Abstract) else plain(text)


def _first_sentence(text: str) -> str:
    """Return what stands in for a missing title, which keeps the scores at the height that they are calibrated for."""
    match = _SENTENCE.match(text)
    return match[0] if match else ""


BLOCKS: dict[str, Callable[[Text], bytes]] = {"text": _all, "title": _title}
"""The parts of an abstract that each have a vocabulary and weights of their own.

The title is read twice: on its own, where a word counts for more, and as the beginning of the text. Where there is
no title, the first sentence stands in for it.
"""

"""Split an abstract into blocks: the title with the text, and the title alone."""

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
    """Return a substitute for a missing title: without one, scores would be lower than those that calibration saw."""
    match = _SENTENCE.match(text)
    return match[0] if match else ""


BLOCKS: dict[str, Callable[[Text], bytes]] = {"text": _all, "title": _title}
"""The blocks of an abstract, which each have their own vocabulary and weights.

The title counts twice: on its own, with a higher weight per word, and as the beginning of the text. The first sentence
of the text replaces a missing title.
"""

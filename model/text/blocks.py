"""Split an abstract into blocks: the title with the text, and the title alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from classmark.corpus.abstract import Abstract

from .tokenize_many import plain_texts
from .tokenizer import plain

Text = str | Abstract


_SENTENCE = re.compile(r"\s*\S.{0,300}?[.!?](?=\s|$)|.{0,300}", re.DOTALL)


def _title(text: Text) -> str:
    title, body = (text.title, text.text) if isinstance(text, Abstract) else ("", text)
    return title if title.strip() else _first_sentence(body)


def _all(text: Text) -> str:
    return f"{text.title}\n{text.text}" if isinstance(text, Abstract) else text


def _first_sentence(text: str) -> str:
    """Return a substitute for a missing title: without one, scores would be lower than those that calibration saw."""
    match = _SENTENCE.match(text)
    return match[0] if match else ""


_TEXTS: dict[str, Callable[[Text], str]] = {"text": _all, "title": _title}

BLOCKS: dict[str, Callable[[Text], bytes]] = {
    name: lambda text, block=block: plain(block(text))  # type: ignore[misc]  # the default binds it
    for name, block in _TEXTS.items()
}
"""The blocks of an abstract, which each have their own vocabulary and weights.

The title counts twice: on its own, with a higher weight per word, and as the beginning of the text. The first sentence
of the text replaces a missing title.
"""


def plain_blocks(name: str, texts: Sequence[Text]) -> list[bytes]:
    """Return a block of each text, with the same words as `BLOCKS` gives; many at once are faster."""
    return plain_texts(list(map(_TEXTS[name], texts)))

"""Split many texts into words at once, as `plain` does one by one."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from .tokenizer import LONG, UNSEEN, folded, folded_slowly, latin_folded, without_markup

_FEWEST = 4
"""Texts with letters beyond ASCII from which on a table of letters is made, which takes some milliseconds."""

_END_OF_TABLE = 0x2C00
"""The table has the letters of Europe and the Near East, punctuation and symbols."""

_OTHER = 0xFFFF
_ASCII = 128
_SPACE, _NEW_LINE = ord(" "), ord("\n")
_JAMO = range(0x1100, 0x1200)  # they join those before them


def plain_texts(texts: Sequence[str]) -> list[bytes]:
    r"""Return the words of each text as `plain` does, but for the number of spaces between them.

    >>> plain_texts(["War &amp; peace", "Größe"])
    [b'war   peace', b'gr\xc3\xb6sse']
    """
    without = list(map(without_markup, texts))
    found = [_quickly_folded(text) for text in without]
    others = [text for text, words in zip(without, found, strict=True) if words is None]
    of_others = iter(_folded_together(others) if len(others) >= _FEWEST else map(folded_slowly, others))
    return [next(of_others) if words is None else words for words in found]


def _quickly_folded(text: str) -> bytes | None:
    """Return the words of a text without markup; None if it has letters that are folded faster with others."""
    if text.isascii() or len(text) > LONG:
        return folded(text)
    return latin_folded(text) or None


def _folded_together(texts: list[str]) -> list[bytes]:
    """Return the words of short texts without markup; those with letters that the table lacks are folded on their own.

    The table has the same letters in one unit of UTF-16 each, so texts keep their length.
    """
    units = [text.replace("ß", "ss").encode("utf-16-le", "surrogatepass") for text in texts]
    letters = _table()[np.frombuffer(b"\0\0".join([*units, b""]), dtype="<u2")]
    ends = np.cumsum([len(unit) // 2 + 1 for unit in units])
    letters[ends - 1] = _NEW_LINE
    is_whole = np.ones(len(texts), dtype=bool)
    is_whole[np.searchsorted(ends, np.flatnonzero(letters == _OTHER), side="right")] = False
    found = letters.tobytes().decode("utf-16-le").encode().split(b"\n")
    each = zip(texts, found, is_whole.tolist(), strict=False)
    return [words if whole else folded_slowly(text) for text, words, whole in each]


@cache
def _table() -> NDArray[np.uint16]:
    """Return for each unit of UTF-16 what it becomes, uint16, shape (65536,): a letter, a space, or `_OTHER`."""
    table = np.full(1 << 16, _OTHER, dtype=np.uint16)
    table[:_ASCII] = list(folded("".join(map(chr, range(_ASCII)))))
    characters = list(filter(_is_alone, map(chr, range(_ASCII, _END_OF_TABLE))))
    for character, letters in zip(
        characters, unicodedata.normalize("NFKC", "\n".join(characters)).casefold().split("\n"), strict=True
    ):
        if not any(map(str.isalnum, letters)):
            table[ord(character)] = _SPACE
        elif len(letters) == 1:
            table[ord(character)] = ord(letters)
    return table


def _is_alone(character: str) -> bool:
    """Return whether a character never joins another, nor is removed."""
    is_mark = unicodedata.category(character).startswith("M")
    return not (is_mark or ord(character) in _JAMO or character in UNSEEN)

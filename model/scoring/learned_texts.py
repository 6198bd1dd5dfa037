"""Which texts a classifier learned from: hashes by which they are known again, in any order, part or format."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from classmark.corpus.abstract import Abstract

Hashes = NDArray[np.uint64]

MOST = 65_536
"""So many hashes are kept at most, the smallest ones: of more texts they are a sample."""

_SHORTEST = 50  # letters of a text that is known without its title
_NO_LETTERS = bytes(number for number in range(128) if not chr(number).isalnum())


class LearnedTexts:
    """The texts of a corpus, by the smallest of their hashes (a bottom-k sketch).

    Two hashes stand for an abstract, one of title and text and one of a text that is long enough, so that it is known
    again where its title is lost or is a part of the text. Case, white space and punctuation make no difference, nor do
    codes.

    Parameters
    ----------
    hashes
        uint64, shape (hashes,), rising.

    Examples
    --------
    >>> learned = LearnedTexts()
    >>> learned.add([Abstract("1", "Soil", "Wheat grows.")])
    >>> learned.count([Abstract("x", "SOIL.", "Wheat  grows"), Abstract("y", "Soil", "War rages.")])
    1
    """

    def __init__(self, hashes: Hashes | None = None) -> None:
        self.hashes: Hashes = np.zeros(0, dtype=np.uint64) if hashes is None else hashes

    def add(self, abstracts: Sequence[Abstract]) -> None:
        """Take in abstracts."""
        self.hashes = np.unique(np.concatenate([self.hashes, _hashes(abstracts).ravel()]))[:MOST]

    def count(self, abstracts: Sequence[Abstract]) -> int:
        """Return how many of these abstracts are among the texts; about so many where the hashes are a sample."""
        if not (len(self.hashes) and abstracts):
            return 0
        hashes = _hashes(abstracts)
        places = np.searchsorted(self.hashes, hashes).clip(max=len(self.hashes) - 1)
        found = int((self.hashes[places] == hashes).any(axis=1).sum())
        if len(self.hashes) < MOST:
            return found
        sampled = int((hashes <= self.hashes[-1]).any(axis=1).sum())
        return round(len(abstracts) * found / max(sampled, 1))


def _hashes(abstracts: Iterable[Abstract]) -> Hashes:
    """Return two hashes for each abstract, shape (abstracts, 2)."""
    from xxhash import xxh3_64_intdigest  # noqa: PLC0415  # who only predicts need not wait for it

    rows = []
    for abstract in abstracts:
        title, text = _letters(abstract.title), _letters(abstract.text)
        whole = xxh3_64_intdigest(title + text)
        rows.append((whole, xxh3_64_intdigest(text) if len(text) >= _SHORTEST else whole))
    return np.array(rows, dtype=np.uint64).reshape(-1, 2)


def _letters(text: str) -> bytes:
    return text.casefold().encode(errors="replace").translate(None, _NO_LETTERS)

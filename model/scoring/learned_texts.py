"""Recognize the texts of the training set by hashes, in any order, selection or format."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from classmark.corpus.abstract import Abstract

Hashes = NDArray[np.uint64]

MOST = 65_536
"""Maximum number of hashes to keep, the smallest ones; if there are more, they are a random sample of the texts."""

_SHORTEST = 50  # bytes of a text that is long enough to be recognized without its title
_NO_LETTERS = bytes(number for number in range(128) if not chr(number).isalnum())


class LearnedTexts:
    """The texts of a training set, as a bottom-k sketch: the smallest of their hashes.

    Each abstract has two hashes, one of its title and text, and one of its text if that is long enough; so it is
    recognized even if its title is missing or is part of the text. Case, white space, punctuation and codes do not
    matter.

    Parameters
    ----------
    hashes
        uint64, shape (hashes,), in increasing order.

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
        """Add abstracts."""
        self.hashes = np.unique(np.concatenate([self.hashes, _hashes(abstracts).ravel()]))[:MOST]

    def count(self, abstracts: Sequence[Abstract]) -> int:
        """Return how many of the abstracts are among the texts; an estimate if the hashes are a sample."""
        if not (len(self.hashes) and abstracts):
            return 0
        hashes = _hashes(abstracts)
        positions = np.searchsorted(self.hashes, hashes).clip(max=len(self.hashes) - 1)
        found = int((self.hashes[positions] == hashes).any(axis=1).sum())
        if len(self.hashes) < MOST:
            return found
        sampled = int((hashes <= self.hashes[-1]).any(axis=1).sum())
        return round(len(abstracts) * found / max(sampled, 1))


def _hashes(abstracts: Iterable[Abstract]) -> Hashes:
    """Return two hashes per abstract, shape (abstracts, 2)."""
    from xxhash import xxh3_64_intdigest  # noqa: PLC0415  # predicting does without it

    rows = []
    for abstract in abstracts:
        title, text = _letters(abstract.title), _letters(abstract.text)
        whole = xxh3_64_intdigest(title + text)
        rows.append((whole, xxh3_64_intdigest(text) if len(text) >= _SHORTEST else whole))
    return np.array(rows, dtype=np.uint64).reshape(-1, 2)


def _letters(text: str) -> bytes:
    """Return a text in lower case without white space and ASCII punctuation."""
    return text.casefold().encode(errors="replace").translate(None, _NO_LETTERS)

"""Cut the features of texts into pieces of a bounded number of products with weights."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from classmark.model.text.counts import Counts
from classmark.model.text.ragged import differences, distinct
from classmark.model.text.tfidf import Floats

MAX_PRODUCTS = 100_000
"""Products of values and weights to hold at once: some MB, which fit into a processor's cache."""


class Entries(Struct, frozen=True):
    """Features of texts and their values, text by text; ``starts`` has where each text starts, and the end."""

    features: NDArray[np.int64]
    values: Floats
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, counts: Counts, values: Floats, chosen: NDArray[np.bool_]) -> Entries:
        """Return the chosen entries."""
        if chosen.all():
            return cls(counts.features, values, counts.starts)
        before = np.concatenate([[0], np.cumsum(chosen)])
        return cls(counts.features[chosen], values[chosen], before[counts.starts])

    def whole_texts(self, most: int) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], slice]]:
        """Cut the entries into pieces of whole texts, and longer texts into several.

        Parameters
        ----------
        most
            Entries of a piece.

        Yields
        ------
        The texts of a piece that have entries, where they start in it, and its entries.
        """
        texts = np.flatnonzero(differences(self.starts))
        starts, ends = self.starts[texts], self.starts[texts + 1]
        first = 0
        while first < len(texts):
            start = int(starts[first])
            last = int(np.searchsorted(ends, start + most, side="right"))
            if last > first:
                yield texts[first:last], starts[first:last] - start, slice(start, int(ends[last - 1]))
                first = last
                continue
            for at in range(start, int(ends[first]), most):
                yield texts[first : first + 1], np.zeros(1, dtype=np.int64), slice(at, min(at + most, int(ends[first])))
            first += 1

    def pieces(self, products: NDArray[np.int64]) -> Iterator[tuple[int, int, slice, NDArray[np.int64]]]:
        """Cut the entries into pieces of at most some `MAX_PRODUCTS` products.

        Parameters
        ----------
        products
            Shape (entries,): the number of products of each.

        Yields
        ------
        The first text of a piece and the one after its last, its entries, and for each of these its text, from 0.
        """
        text_of = np.repeat(np.arange(len(self.starts) - 1), differences(self.starts))
        ends = np.concatenate([[0], np.cumsum(products)])
        for first, last in _stretches(ends[self.starts]):
            for some in pieces(ends, int(self.starts[first]), int(self.starts[last])):
                yield first, last, some, text_of[some] - first


def _stretches(ends: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Yield ranges of texts, first and last, that have at most `MAX_PRODUCTS` products or are a single text.

    Parameters
    ----------
    ends
        int64, shape (texts + 1,): the products before each text, and all.
    """
    first = 0
    if len(ends) > 1 and ends[-1] - ends[0] <= MAX_PRODUCTS:
        yield 0, len(ends) - 1
        return
    while first < len(ends) - 1:
        last = max(first + 1, int(np.searchsorted(ends, ends[first] + MAX_PRODUCTS, side="right")) - 1)
        yield first, last
        first = last


def pieces(ends: NDArray[np.int64], start: int, end: int) -> Iterator[slice]:
    """Cut a range of entries into pieces of about `MAX_PRODUCTS` products.

    Parameters
    ----------
    ends
        int64, shape (entries + 1,): the products before each entry, and all.
    """
    if start < end and ends[end] - ends[start] <= MAX_PRODUCTS:
        return iter((slice(start, end),))
    cuts = np.searchsorted(ends[start:end], np.arange(ends[start], ends[end], MAX_PRODUCTS)) + start
    edges = distinct(np.concatenate([[start], cuts, [end]]))[0]
    return (slice(first, last) for first, last in pairwise(edges.tolist()))

"""Compute TF-IDF values with sublinear term frequency, and their product with a matrix of weights, in NumPy."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from .counts import Counts

Floats = NDArray[np.float32]

MAX_PRODUCTS = 10_000_000
"""Products of values and weights to hold at once (40 MB); a usual batch with 20 codes stays below it."""


def inverse_document_frequencies(document_frequency: NDArray[np.int64], texts: int) -> Floats:
    """Return ln((1 + texts) / (1 + document_frequency)) + 1, the smoothed form of scikit-learn's TfidfTransformer."""
    return np.asarray(np.log((1 + texts) / (1 + document_frequency)) + 1, dtype=np.float32)


def tfidf(counts: Counts, idf: Floats) -> Floats:
    """Return the value of each entry of ``counts``: (1 + ln count) * idf, with each text L2-normalized."""
    values = (1 + np.log(counts.counts)) * idf[counts.features]
    lengths = np.ones(len(counts.starts) - 1)
    filled = np.flatnonzero(np.diff(counts.starts))
    if len(filled):  # per text: with a running sum, the rounding of a text would depend on those before
        lengths[filled] = np.sqrt(np.add.reduceat(values * values, counts.starts[filled]))
    lengths[lengths == 0] = 1
    return np.asarray(values / np.repeat(lengths, np.diff(counts.starts)), dtype=np.float32)


def weigh(counts: Counts, values: Floats, weights: Floats) -> NDArray[np.float64]:
    """Return the product of the TF-IDF values of texts and the weights.

    Parameters
    ----------
    counts, values
        The counts of the texts, and the TF-IDF value of each entry.
    weights
        float32, shape (features, codes).

    Returns
    -------
    float64, shape (texts, codes)
    """
    totals = np.zeros((len(counts.starts) - 1, weights.shape[1]))
    most = max(1, MAX_PRODUCTS // max(1, weights.shape[1]))
    for first, last in _stretches(counts.starts, most):
        start, end = int(counts.starts[first]), int(counts.starts[last])
        if end - start <= most:
            filled = first + np.flatnonzero(np.diff(counts.starts[first : last + 1]))
            products = _multiply(counts, values, weights, slice(start, end))
            totals[filled] = np.add.reduceat(products, counts.starts[filled] - start, axis=0)
        else:  # a single long text
            for begin in range(start, end, most):
                some = slice(begin, min(begin + most, end))
                totals[first] += _multiply(counts, values, weights, some).sum(axis=0)
    return totals


def _stretches(starts: NDArray[np.int64], most: int) -> Iterator[tuple[int, int]]:
    """Yield ranges of texts, first and last, that have at most ``most`` entries or are a single text.

    Ranges without entries are left out. The sum of a text does not depend on the other texts.
    """
    first = 0
    while first < len(starts) - 1 and starts[first] < starts[-1]:
        last = max(first + 1, int(np.searchsorted(starts, starts[first] + most, side="right")) - 1)
        if starts[last] > starts[first]:
            yield first, last
        first = last


def _multiply(counts: Counts, values: Floats, weights: Floats, entries: slice) -> Floats:
    """Return the products of a slice of the entries, shape (entries, codes)."""
    products = np.take(weights, counts.features[entries], axis=0, mode="clip")  # unlike [], makes no intermediate copy
    products *= values[entries, np.newaxis]
    return products

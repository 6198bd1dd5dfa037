"""TF-IDF with sublinear term frequency, and the product with a table of weights, in NumPy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .vocabulary import Counts

Floats = NDArray[np.float32]


def inverse_document_frequencies(in_texts: NDArray[np.int64], texts: int) -> Floats:
    """Return ln((1 + texts) / (1 + in_texts)) + 1, smoothed as scikit-learn's TfidfTransformer has it."""
    return np.asarray(np.log((1 + texts) / (1 + in_texts)) + 1, dtype=np.float32)


def tfidf(counts: Counts, idf: Floats) -> Floats:
    """Return the value of each entry of ``counts``: (1 + ln count) * idf, each text scaled to length 1."""
    values = (1 + np.log(counts.counts)) * idf[counts.features]
    lengths = np.ones(len(counts.starts) - 1)
    filled = np.flatnonzero(np.diff(counts.starts))
    if len(filled):  # each text by itself: a running sum would round a text by those before it
        lengths[filled] = np.sqrt(np.add.reduceat(values * values, counts.starts[filled]))
    lengths[lengths == 0] = 1
    return np.asarray(values / np.repeat(lengths, np.diff(counts.starts)), dtype=np.float32)


def weigh(counts: Counts, values: Floats, weights: Floats) -> NDArray[np.float64]:
    """Return the product of the texts' values and the weights.

    Parameters
    ----------
    counts, values
        The texts, and the value of each entry.
    weights
        float32, shape (features, codes).

    Returns
    -------
    float64, shape (texts, codes)
    """
    totals = np.zeros((len(counts.starts) - 1, weights.shape[1]))
    filled = np.flatnonzero(np.diff(counts.starts))
    if len(filled):
        products = np.take(weights, counts.features, axis=0, mode="clip")  # unlike [], without a copy in between
        products *= values[:, np.newaxis]
        totals[filled] = np.add.reduceat(products, counts.starts[filled], axis=0)
    return totals

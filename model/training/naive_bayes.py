"""Blend a linear support vector machine with naive Bayes, which knows more where texts are few."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

_SMOOTHING = 0.1
"""Added to the value of each column, as by a text that has a little of everything."""

_COMPARED = 2_000
"""Texts on which the two are brought to one scale, at most."""


def log_odds(matrix: csr_matrix, gold: csr_matrix, sample_weights: NDArray[np.float64]) -> csr_matrix:
    """Return the logarithms of how much more of each column's values the texts with a code have than all others.

    These are the weights of complement naive Bayes (J. Rennie, L. Shih, J. Teevan and D. Karger, 'Tackling the poor
    assumptions of naive Bayes text classifiers', ICML 2003) for each code against the rest, without those that are
    negative: what a code's texts lack is better learned by the support vector machine.

    Parameters
    ----------
    matrix
        Shape (texts, columns), no value negative.
    gold
        bool, shape (texts, codes).
    sample_weights
        float64, shape (texts,).

    Returns
    -------
    float32, shape (columns, codes), no value negative.
    """
    weighted = csr_matrix(gold.multiply(sample_weights[:, np.newaxis]))
    total = np.asarray(matrix.T @ sample_weights)
    inside = (matrix.T @ weighted).tocoo()
    all_inside = np.asarray(inside.sum(axis=0)).ravel() + _SMOOTHING * len(total)
    all_outside = total.sum() + 2 * _SMOOTHING * len(total) - all_inside
    outside = np.maximum(total[inside.row] - inside.data, 0) + _SMOOTHING
    odds = np.log((inside.data + _SMOOTHING) / outside) + np.log(all_outside / all_inside)[inside.col]
    kept = odds > 0
    entries = odds[kept].astype(np.float32), (inside.row[kept], inside.col[kept])
    return csr_matrix(entries, shape=inside.shape)


def scale_of(values: NDArray[np.floating], odds: NDArray[np.floating]) -> float:
    """Return the factor by which sums of log odds vary as much as decision values, arrays of one shape."""
    spread = float(odds.std())
    return float(values.std()) / spread if spread else 0.0


def compared(texts: int, seed: int) -> NDArray[np.int64]:
    """Return the rows of the texts on which the two are brought to one scale, all or a random sample."""
    if texts <= _COMPARED:
        return np.arange(texts)
    return np.sort(np.random.default_rng(seed).choice(texts, _COMPARED, replace=False))

"""Thresholds, one for each code, chosen on held-out scores for what the user aims at."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_PRIOR = 300.0
"""So many abstracts of a code it takes to move its threshold half way from the common one to its own.

Of 0 to 1,000, tried by folds on 25,000 catalogue records: fewer cost micro-F1, more cost macro-F1.
"""


_OUT_OF_REACH = float(np.nextafter(1.0, 2.0))
"""A threshold that no score reaches."""


def choose_thresholds(
    scores: NDArray[np.float64], gold: NDArray[np.bool_], precision: float | None = None
) -> NDArray[np.float64]:
    """Choose a threshold for each code.

    With a precision, the lowest threshold, one for all codes, from which on so large a share of the assigned codes
    is right: as the scores are probabilities, no others assign more codes at that precision.

    Otherwise F1 is to be high. First a common one with the best micro-F1, then for each code the one with the best
    F1 for that code while the others keep the common one; the fewer abstracts a code has, the nearer it stays to
    the common one. Both count in that an abstract without any code gets its best one anyway.

    Parameters
    ----------
    scores, gold
        Shape (abstracts, codes): scores of abstracts that were held out of the fit, and the given codes.
    precision
        The share of assigned codes that is to be right, above 0 and at most 1; None for the best F1.

    Returns
    -------
    float64, shape (codes,); 0.5 where there are no abstracts.
    """
    if not len(scores):
        return np.full(scores.shape[1], 0.5)
    if precision is not None:
        return np.full(scores.shape[1], _lowest_threshold(scores.ravel(), gold.ravel(), precision))
    best = np.zeros(scores.shape, dtype=bool)
    best[np.arange(len(scores)), scores.argmax(axis=1)] = True
    common = _best_threshold(scores.ravel(), gold.ravel(), best.ravel())
    reached = (scores >= common).sum(axis=1)
    support = gold.sum(axis=0)
    own = np.array(
        [
            _best_threshold(scores[:, code], gold[:, code], best[:, code] & (reached <= (scores[:, code] >= common)))
            for code in range(scores.shape[1])
        ]
    )
    return np.asarray((support * own + _PRIOR * common) / (support + _PRIOR))


def _best_threshold(scores: NDArray[np.float64], gold: NDArray[np.bool_], anyway: NDArray[np.bool_]) -> float:
    """Return the threshold with the best F1 where the entries of ``anyway`` are assigned whatever it is."""
    order = np.argsort(-scores[~anyway], kind="stable")
    open_scores, open_truth = scores[~anyway][order], gold[~anyway][order]
    right = np.concatenate([[0], np.cumsum(open_truth)]) + np.sum(gold & anyway)
    given = np.arange(len(open_scores) + 1) + anyway.sum()
    f1 = 2 * right / np.maximum(given + gold.sum(), 1)
    below = np.append(open_scores, 0.0)[f1.argmax()]  # the best of those that are not assigned
    above = scores[scores > below].min(initial=1.0)
    return float(np.clip((below + above) / 2, 0.01, 0.99))


def _lowest_threshold(scores: NDArray[np.float64], gold: NDArray[np.bool_], precision: float) -> float:
    """Return the lowest threshold at or above which so large a share is true; out of reach where there is none."""
    order = np.argsort(-scores, kind="stable")
    shares = np.cumsum(gold[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(shares >= precision)
    return float(scores[order[enough[-1]]]) if len(enough) else _OUT_OF_REACH

"""From scores to codes: the one function that `predict` and `evaluate` both go through."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Assignment:
    """Which codes each abstract gets.

    Parameters
    ----------
    assigned
        bool, shape (abstracts, codes).
    uncertain
        bool, shape (abstracts,): no code reached its threshold, the best one is given all the same.
    """

    assigned: NDArray[np.bool_]
    uncertain: NDArray[np.bool_]


def assign(scores: NDArray[np.float64], thresholds: NDArray[np.float64] | float) -> Assignment:
    """Assign the codes whose scores reach their thresholds or, where none does, the best one.

    Parameters
    ----------
    scores
        Shape (abstracts, codes).
    thresholds
        Shape (codes,), or one for all.

    Examples
    --------
    >>> assign(np.array([[0.9, 0.6], [0.2, 0.1]]), 0.5).assigned.tolist()
    [[True, True], [True, False]]
    """
    assigned: NDArray[np.bool_] = np.greater_equal(scores, thresholds)
    uncertain: NDArray[np.bool_] = ~np.any(assigned, axis=1)
    assigned[uncertain, scores[uncertain].argmax(axis=1)] = True
    return Assignment(assigned, uncertain)

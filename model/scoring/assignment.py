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
        bool, shape (abstracts,): no code reached its threshold.
    familiar
        bool, shape (abstracts,): enough of its words are known; what is not familiar has no code.
    """

    assigned: NDArray[np.bool_]
    uncertain: NDArray[np.bool_]
    familiar: NDArray[np.bool_]


def assign(
    scores: NDArray[np.float64],
    thresholds: NDArray[np.float64] | float,
    *,
    give_best: bool = True,
    familiar: NDArray[np.bool_] | None = None,
) -> Assignment:
    """Assign the codes whose scores reach their thresholds.

    Parameters
    ----------
    scores
        Shape (abstracts, codes).
    thresholds
        Shape (codes,), or one for all.
    give_best
        Where no code reaches its threshold, assign the best one.
    familiar
        Shape (abstracts,): whether enough of its words are known to assign codes at all; None for all.

    Examples
    --------
    >>> assign(np.array([[0.9, 0.6], [0.2, 0.1]]), 0.5).assigned.tolist()
    [[True, True], [True, False]]
    """
    familiar = np.ones(len(scores), dtype=bool) if familiar is None else familiar
    assigned: NDArray[np.bool_] = np.greater_equal(scores, thresholds) & familiar[:, np.newaxis]
    uncertain: NDArray[np.bool_] = ~np.any(assigned, axis=1)
    if give_best:
        unsure = uncertain & familiar
        assigned[unsure, scores[unsure].argmax(axis=1)] = True
    return Assignment(assigned, uncertain, familiar)

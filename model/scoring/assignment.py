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
    in_domain
        bool, shape (abstracts,): enough of its words are known; what is not familiar has no code.
    """

    assigned: NDArray[np.bool_]
    uncertain: NDArray[np.bool_]
    in_domain: NDArray[np.bool_]


def assign(
    scores: NDArray[np.float64],
    thresholds: NDArray[np.float64] | float,
    *,
    give_best: bool = True,
    in_domain: NDArray[np.bool_] | None = None,
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
    in_domain
        Shape (abstracts,): whether enough of its words are known to assign codes at all; None for all.

    Examples
    --------
    >>> assign(np.array([[0.9, 0.6], [0.2, 0.1]]), 0.5).assigned.tolist()
    [[True, True], [True, False]]
    """
    in_domain = np.ones(len(scores), dtype=bool) if in_domain is None else in_domain
    assigned: NDArray[np.bool_] = np.greater_equal(scores, thresholds) & in_domain[:, np.newaxis]
    uncertain: NDArray[np.bool_] = ~np.any(assigned, axis=1)
    if give_best:
        unsure = uncertain & in_domain
        assigned[unsure, scores[unsure].argmax(axis=1)] = True
    return Assignment(assigned, uncertain, in_domain)

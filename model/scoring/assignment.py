"""Assign codes by scores and thresholds, for predicting and for evaluating alike."""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from .candidates import Candidates


class Assignment(Struct, frozen=True):
    """The codes that abstracts get.

    Parameters
    ----------
    assigned
        bool, shape (candidates,): whether the abstract gets the code.
    uncertain
        bool, shape (abstracts,): whether no code reached its threshold.
    in_domain
        bool, shape (abstracts,): whether the model knows enough of the words; other abstracts get no code.
    """

    assigned: NDArray[np.bool_]
    uncertain: NDArray[np.bool_]
    in_domain: NDArray[np.bool_]


def assign(
    scores: Candidates,
    thresholds: NDArray[np.float64] | float,
    *,
    limit: int | None = None,
    give_best: bool = True,
    in_domain: NDArray[np.bool_] | None = None,
) -> Assignment:
    """Assign the codes whose scores reach their thresholds.

    Parameters
    ----------
    thresholds
        Shape (codes,), or one number for all codes.
    limit
        The largest number of codes to assign to an abstract; None for no limit.
    give_best
        Whether to assign the best code if none reaches its threshold.
    in_domain
        Shape (abstracts,): whether the model knows enough of the words to assign codes at all; None for all.

    Examples
    --------
    >>> assign(Candidates.of_dense(np.array([[0.9, 0.6], [0.2, 0.1]])), 0.5).assigned.tolist()
    [True, True, True, False]
    """
    in_domain = np.ones(len(scores), dtype=bool) if in_domain is None else in_domain
    lowest = thresholds if isinstance(thresholds, float) else thresholds[scores.columns]
    assigned: NDArray[np.bool_] = np.greater_equal(scores.values, lowest) & in_domain[scores.row_of]
    if limit is not None:
        assigned &= scores.rank < limit
    uncertain = np.bincount(scores.row_of, assigned, len(scores)) == 0
    if give_best:
        assigned[scores.best_entries[uncertain & in_domain]] = True
    return Assignment(assigned, uncertain, in_domain)

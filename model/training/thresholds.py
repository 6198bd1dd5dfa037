"""Choose the thresholds of the codes on held-out scores, for the best F1 or a given precision."""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from classmark.model.scoring.candidates import Candidates, first_maxima

from .labels import support_of

_SHRINKAGE = 300.0
"""The number of abstracts at which a code's threshold is half way between the common one and its own.

Chosen from 0 to 1,000 by cross-validation on 25,000 catalogue records: lower values cost micro-F1, higher ones
macro-F1.
"""

_LOWEST, _HIGHEST = 0.01, 0.99
"""The limits of thresholds for the best F1."""

_UNREACHABLE = float(np.nextafter(1.0, 2.0))
"""A threshold that no score reaches."""


def choose_thresholds(
    scores: Candidates, gold: csr_matrix, precision: float | None = None, *, gives_best: bool = True
) -> NDArray[np.float64]:
    """Choose a threshold for each code.

    With a precision: the lowest common threshold at which this share of the assigned codes is right. As the scores are
    probabilities, no other thresholds assign more codes at that precision.

    Otherwise: first the common threshold with the best micro-F1, then for each code the threshold with the best F1 for
    that code while the others keep the common one. The fewer abstracts a code has, the nearer its threshold stays to
    the common one (shrinkage); without any it is the common one. Both steps take into account whether an abstract
    without any code gets its best one.

    Parameters
    ----------
    scores
        Of abstracts that were held out of the fit.
    gold
        bool, shape (abstracts, codes): their codes; those that are no candidates count as missed.
    precision
        The precision to reach, above 0 and at most 1; None for the best F1.
    gives_best
        Whether an abstract without any code gets its best one; not so below the first level of a scheme.

    Returns
    -------
    float64, shape (codes,); 0.5 if there are no abstracts.
    """
    if not len(scores):
        return np.full(scores.codes, 0.5)
    is_gold = scores.are_gold(gold)
    if precision is not None:
        return np.full(scores.codes, _lowest_at_precision(scores.values, is_gold, precision))
    is_best = np.zeros(len(scores.values), dtype=bool)
    is_best[scores.best_entries] = gives_best
    in_one_group = np.zeros(len(scores.values), dtype=np.int64)
    common = _best_for_f1(_Entries(in_one_group, scores.values, is_gold, is_best), np.array([gold.nnz]))[0]
    support = support_of(gold)
    own = np.zeros(scores.codes)
    own[support > 0] = _best_per_code(scores, is_gold, is_best, float(common), support)
    return np.asarray((support * own + _SHRINKAGE * common) / (support + _SHRINKAGE))


class _Entries(Struct, frozen=True):
    """Scores in groups, each array of shape (entries,).

    Parameters
    ----------
    group
        From 0 on, without gaps.
    always
        True for entries that are assigned at any threshold.
    """

    group: NDArray[np.int64]
    scores: NDArray[np.float64]
    is_gold: NDArray[np.bool_]
    always: NDArray[np.bool_]

    def take(self, entries: NDArray[np.int64] | NDArray[np.bool_]) -> _Entries:
        return _Entries(self.group[entries], self.scores[entries], self.is_gold[entries], self.always[entries])


def _best_per_code(
    scores: Candidates,
    is_gold: NDArray[np.bool_],
    is_best: NDArray[np.bool_],
    common: float,
    support: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return the threshold with the best F1 for each code with support while the others keep the common one.

    Returns
    -------
    float64, shape (codes with support,)
    """
    reaches = scores.values >= common
    reached = np.bincount(scores.row_of, reaches, len(scores))
    no_other_code = reached[scores.row_of] <= reaches
    group_of_code = np.cumsum(support > 0) - 1
    entries = _Entries(group_of_code[scores.columns], scores.values, is_gold, is_best & no_other_code)
    return _best_for_f1(entries.take(support[scores.columns] > 0), support[support > 0])


def _best_for_f1(entries: _Entries, gold: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the threshold with the best F1 for each group, shape (groups,).

    Parameters
    ----------
    gold
        Shape (groups,): the number of gold codes.
    """
    below = _highest_not_assigned(entries, gold)
    above = np.ones(len(gold))
    is_above = entries.scores > below[entries.group]
    np.minimum.at(above, entries.group[is_above], entries.scores[is_above])
    return np.clip((below + above) / 2, _LOWEST, _HIGHEST)


def _highest_not_assigned(entries: _Entries, gold: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the highest score that is not assigned at the best F1 of each group, or 0; parameters as above."""
    groups = len(gold)
    always_right = np.bincount(entries.group, entries.always & entries.is_gold, groups)
    always = np.bincount(entries.group, entries.always, groups)
    found = _sorted_entries(entries.take(~entries.always), groups)
    starts = np.searchsorted(found.group, np.arange(groups))
    before = np.cumsum(found.is_gold, dtype=np.int64) - found.is_gold  # gold codes before an entry, of all groups
    right = always_right[found.group] + before - before[starts][found.group]
    assigned = always[found.group] + np.arange(len(found.group)) - starts[found.group]
    f1 = 2 * right / np.maximum(assigned + gold[found.group], 1)
    return found.scores[first_maxima(f1, starts)]


def _sorted_entries(entries: _Entries, groups: int) -> _Entries:
    """Sort entries by group and falling score.

    Each group ends with one that is no gold code: its highest score below any threshold, or 0. The others below are
    left out, which of many codes are most.
    """
    is_low = entries.scores < _LOWEST
    last = np.zeros(groups)
    np.maximum.at(last, entries.group[is_low], entries.scores[is_low])
    entries, no = entries.take(~is_low), np.zeros(groups, dtype=bool)
    group, scores = np.concatenate([entries.group, np.arange(groups)]), np.concatenate([entries.scores, last])
    is_gold, always = np.concatenate([entries.is_gold, no]), np.concatenate([entries.always, no])
    return _Entries(group, scores, is_gold, always).take(np.lexsort((-scores, group)))


def _lowest_at_precision(scores: NDArray[np.float64], gold: NDArray[np.bool_], precision: float) -> float:
    """Return the lowest threshold with at least this precision; if there is none, one that no score reaches."""
    order = np.argsort(-scores, kind="stable")
    precisions = np.cumsum(gold[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(precisions >= precision)
    return float(scores[order[enough[-1]]]) if len(enough) else _UNREACHABLE

"""Group the codes of each abstract that have the same score, as the ranks of such codes are arbitrary."""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from .scored_corpus import ScoredCorpus


class TieGroups(Struct, frozen=True):
    """The codes of abstracts in groups with equal scores, by abstract and falling score.

    The last group of an abstract has all codes with score 0, which are those that are not kept, too.

    Parameters
    ----------
    row
        int64, shape (groups,): the abstract.
    start, end
        int64, shape (groups,): the number of codes of the abstract that are ranked higher than the group, and that
        number with those in the group.
    gold
        int64, shape (groups,): the number of gold codes in the group.
    gold_up_to
        int64, shape (groups,): the number of gold codes in it and in the higher groups of the abstract.
    """

    row: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    gold: NDArray[np.int64]
    gold_up_to: NDArray[np.int64]

    @classmethod
    def of(cls, scored: ScoredCorpus) -> TieGroups:
        """Group the codes of each abstract."""
        row, size, gold = _groups_above_zero(scored)
        last = np.arange(len(scored))
        row = np.concatenate([row, last])
        size = np.concatenate([size, len(scored.codes) - _total(row[: len(size)], size, len(scored))])
        gold = np.concatenate([gold, scored.gold_per_abstract - _total(row[: len(gold)], gold, len(scored))])
        order = np.argsort(row, kind="stable")
        order = order[size[order] > 0]
        row, size, gold = row[order], size[order], gold[order]
        end, gold_up_to = _running_total(row, size), _running_total(row, gold)
        return cls(row, end - size, end, gold, gold_up_to)


def _groups_above_zero(scored: ScoredCorpus) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the abstract, the size and the number of gold codes of each group with a score above 0."""
    order = scored.scores.order
    order = order[scored.scores.values[order] > 0]
    row, values = scored.scores.row_of[order], scored.scores.values[order]
    is_first = np.ones(len(order), dtype=bool)
    is_first[1:] = (row[1:] != row[:-1]) | (values[1:] != values[:-1])
    group, groups = np.cumsum(is_first) - 1, int(is_first.sum())
    return row[is_first], np.bincount(group, minlength=groups), _total(group, scored.is_gold[order], groups)


def _total(row: NDArray[np.int64], numbers: NDArray[np.int64] | NDArray[np.bool_], rows: int) -> NDArray[np.int64]:
    """Return the sum of the numbers of each row, int64, shape (rows,)."""
    return np.bincount(row, numbers, rows).astype(np.int64)


def _running_total(row: NDArray[np.int64], numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the sum of the numbers of a row up to each entry; rows must rise from 0 without a gap."""
    total = np.cumsum(numbers)
    before = np.append(0, total)[np.searchsorted(row, np.arange(row[-1] + 1 if len(row) else 0))]
    return np.asarray(total - before[row])

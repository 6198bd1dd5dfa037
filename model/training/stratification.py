"""Folds: parts of a corpus of which each is held out once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from classmark.corpus.abstract import Abstract
from classmark.corpus.analysis.near_duplicates import near_duplicates


def groups_of(abstracts: Sequence[Abstract]) -> NDArray[np.int64]:
    """Return a number for each abstract, the same for near duplicates, which belong in one fold.

    Otherwise an abstract would be scored by a fit that has all but seen it.
    """
    return np.array(near_duplicates([abstract.text or abstract.title for abstract in abstracts]).groups, dtype=np.int64)


def assign_folds(
    gold: NDArray[np.bool_], folds: int, seed: int, groups: NDArray[np.int64] | None = None
) -> NDArray[np.int64]:
    """Return the fold of each abstract, with every code spread over the folds as evenly as may be.

    Abstracts are shuffled, grouped by the rarest of their codes, and dealt out in turn, so that a code with
    two abstracts has them in two folds.

    Parameters
    ----------
    gold
        Shape (abstracts, codes).
    folds
        How many, 2 or more.
    groups
        int64, shape (abstracts,): abstracts with the same number are dealt out together.
    """
    names, group = np.unique(np.arange(len(gold)) if groups is None else groups, return_inverse=True)
    together = np.zeros((len(names), gold.shape[1]), dtype=bool)
    np.logical_or.at(together, group, gold)
    support = gold.sum(axis=0)
    rarest = np.where(together, support, np.iinfo(np.int64).max).argmin(axis=1)
    shuffled = np.random.default_rng(seed).permutation(len(names))
    dealt = shuffled[np.argsort(rarest[shuffled], kind="stable")]
    fold = np.empty(len(names), dtype=np.int64)
    fold[dealt] = np.arange(len(names)) % folds
    return fold[group]


Counts = NDArray[np.int64]


def split_corpus(abstracts: Sequence[Abstract], shares: Sequence[float], seed: int) -> NDArray[np.int64]:
    """Return the number of the part that each abstract goes to.

    Iterative stratification: the code of which the fewest abstracts are left is dealt out first, each of its
    abstracts to the part that lacks most of it (K. Sechidis, G. Tsoumakas, I. Vlahavas, 'On the stratification of
    multi-label data', 2011). Near duplicates are dealt out as one, so that no part has seen what is in another.

    Parameters
    ----------
    shares
        Of each part, in any unit, above 0.
    seed
        The same seed splits the same corpus in the same way.

    Returns
    -------
    NDArray
        int64, shape (abstracts,).
    """
    codes = sorted({code for abstract in abstracts for code in abstract.codes})
    column = {code: number for number, code in enumerate(codes)}
    _, group = np.unique(groups_of(abstracts), return_inverse=True)
    counts = np.zeros((group.max(initial=-1) + 1, len(codes)), dtype=np.int64)
    for number, abstract in zip(group, abstracts, strict=True):
        counts[number, [column[code] for code in abstract.codes]] += 1
    return _dealt(counts, np.bincount(group), np.asarray(shares, dtype=float), seed)[group]


def _dealt(counts: Counts, sizes: Counts, shares: NDArray[np.float64], seed: int) -> Counts:
    """Return the part of each group.

    Parameters
    ----------
    counts
        Shape (groups, codes): how many abstracts of a group have a code.
    sizes
        Shape (groups,): how many abstracts a group has.
    """
    random = np.random.default_rng(seed)
    share = shares / shares.sum()
    wanted = np.outer(share, counts.sum(axis=0))  # shape (parts, codes): how many are still to come
    room = share * sizes.sum()
    left = counts.sum(axis=0)
    part = np.full(len(sizes), -1, dtype=np.int64)
    order = np.lexsort((random.permutation(len(sizes)), -sizes))  # large groups first, while there is room for them
    while left.any():
        code = np.where(left > 0, left, np.iinfo(np.int64).max).argmin()
        for group in order[(part[order] < 0) & (counts[order, code] > 0)]:
            part[group] = _neediest(wanted[:, code], room, random)
            wanted[part[group]] -= counts[group]
            room[part[group]] -= sizes[group]
            left -= counts[group]
    for group in order[part[order] < 0]:
        part[group] = _neediest(room, room, random)
        room[part[group]] -= sizes[group]
    return part


def _neediest(wanted: NDArray[np.float64], room: NDArray[np.float64], random: np.random.Generator) -> int:
    """Return the part that wants most of a code; of several, the one with most room; of several, any."""
    most = np.flatnonzero(wanted == wanted.max())
    roomiest = most[room[most] == room[most].max()]
    return int(roomiest[0] if len(roomiest) == 1 else random.choice(roomiest))

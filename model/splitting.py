"""Splitting a corpus into parts that have the codes in the same proportions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from classmark.corpus import Abstract

from .folds import groups_of

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

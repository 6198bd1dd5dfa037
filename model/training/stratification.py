"""Split a corpus into folds, or into parts of given sizes, with the codes spread evenly over them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from classmark.corpus.abstract import Abstract
from classmark.corpus.analysis.near_duplicates import near_duplicates

from .labels import support_of

Counts = NDArray[np.int64]


def groups_of(abstracts: Sequence[Abstract]) -> NDArray[np.int64]:
    """Return a group number for each abstract, shape (abstracts,); near duplicates share a group.

    A group belongs in one fold; otherwise a fit would score abstracts that it has almost seen.
    """
    return np.array(near_duplicates([abstract.text or abstract.title for abstract in abstracts]).groups, dtype=np.int64)


def assign_folds(gold: csr_matrix, folds: int, seed: int, groups: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
    """Return the fold of each abstract, with every code spread over the folds as evenly as possible.

    Abstracts are shuffled, sorted by their rarest code, and assigned to the folds in turn, so that a code with two
    abstracts is in two folds.

    Parameters
    ----------
    gold
        bool, shape (abstracts, codes).
    folds
        The number of folds, 2 or more.
    groups
        int64, shape (abstracts,): abstracts with the same number get the same fold.

    Returns
    -------
    int64, shape (abstracts,), from 0
    """
    names, group = np.unique(np.arange(gold.shape[0]) if groups is None else groups, return_inverse=True)
    rarest = _rarest_codes(gold, group, len(names))
    shuffled = np.random.default_rng(seed).permutation(len(names))
    order = shuffled[np.argsort(rarest[shuffled], kind="stable")]
    fold = np.empty(len(names), dtype=np.int64)
    fold[order] = np.arange(len(names)) % folds
    return fold[group]


def _rarest_codes(gold: csr_matrix, group: NDArray[np.int64], groups: int) -> NDArray[np.int64]:
    """Return the column of the rarest code of each group, shape (groups,); 0 for a group without codes."""
    group_of_entry = np.repeat(group, np.diff(gold.indptr))
    order = np.lexsort((gold.indices, support_of(gold)[gold.indices], group_of_entry))
    with_codes, first = np.unique(group_of_entry[order], return_index=True)
    rarest = np.zeros(groups, dtype=np.int64)
    rarest[with_codes] = gold.indices[order[first]]
    return rarest


def split_corpus(abstracts: Sequence[Abstract], shares: Sequence[float], seed: int) -> NDArray[np.int64]:
    """Return the part of each abstract in a split.

    Iterative stratification: take the code with the fewest abstracts left, and assign each of its abstracts to the part
    that lacks most of the code (K. Sechidis, G. Tsoumakas, I. Vlahavas, 'On the stratification of multi-label data',
    2011). Near duplicates go to the same part, so that no part repeats another.

    Parameters
    ----------
    shares
        The size of each part, in any unit, above 0.
    seed
        The same seed splits the same corpus in the same way.

    Returns
    -------
    int64, shape (abstracts,), from 0
    """
    codes = sorted({code for abstract in abstracts for code in abstract.codes})
    column = {code: number for number, code in enumerate(codes)}
    _, group = np.unique(groups_of(abstracts), return_inverse=True)
    rows = np.repeat(group, [len(set(abstract.codes)) for abstract in abstracts])
    columns = [column[code] for abstract in abstracts for code in dict.fromkeys(abstract.codes)]
    shape = (group.max(initial=-1) + 1, len(codes))
    counts = csr_matrix((np.ones(len(rows), dtype=np.int64), (rows, columns)), shape=shape)
    return _split_groups(counts, np.bincount(group), np.asarray(shares, dtype=float), seed)[group]


def _split_groups(counts: csr_matrix, sizes: Counts, shares: NDArray[np.float64], seed: int) -> Counts:
    """Return the part of each group, shape (groups,).

    Parameters
    ----------
    counts
        int64, shape (groups, codes): the number of a group's abstracts with each code.
    sizes
        Shape (groups,): the number of a group's abstracts.
    """
    rng = np.random.default_rng(seed)
    share = shares / shares.sum()
    left = np.bincount(counts.indices, counts.data, counts.shape[1]).astype(np.int64)
    wanted = np.outer(share, left)  # shape (parts, codes): abstracts that each part still lacks
    room = share * sizes.sum()  # shape (parts,)
    part = np.full(len(sizes), -1, dtype=np.int64)
    order = np.lexsort((rng.permutation(len(sizes)), -sizes))  # large groups first, while there is room for them
    place, by_code = np.argsort(order), counts.tocsc()
    while left.any():
        code = np.where(left > 0, left, np.iinfo(np.int64).max).argmin()
        groups = by_code.indices[by_code.indptr[code] : by_code.indptr[code + 1]]
        for group in sorted(groups[part[groups] < 0].tolist(), key=place.__getitem__):
            part[group] = _neediest(wanted[:, code], room, rng)
            entries = slice(counts.indptr[group], counts.indptr[group + 1])
            wanted[part[group], counts.indices[entries]] -= counts.data[entries]
            room[part[group]] -= sizes[group]
            left[counts.indices[entries]] -= counts.data[entries]
    for group in order[part[order] < 0]:  # groups without codes
        part[group] = _neediest(room, room, rng)
        room[part[group]] -= sizes[group]
    return part


def _neediest(wanted: NDArray[np.float64], room: NDArray[np.float64], rng: np.random.Generator) -> int:
    """Return the part that lacks most of a code; of several, the one with most room; of several, a random one."""
    most = np.flatnonzero(wanted == wanted.max())
    roomiest = most[room[most] == room[most].max()]
    return int(roomiest[0] if len(roomiest) == 1 else rng.choice(roomiest))

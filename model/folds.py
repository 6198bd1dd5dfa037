"""Folds: parts of a corpus of which each is held out once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from classmark.corpus import Abstract, near_duplicates


def groups_of(abstracts: Sequence[Abstract]) -> NDArray[np.int64]:
    """Return a number for each abstract, the same for near duplicates, which belong in one fold.

    Otherwise an abstract would be scored by a fit that has all but seen it.
    """
    return np.array(near_duplicates([abstract.text or abstract.title for abstract in abstracts]).groups, dtype=np.int64)


def assign_folds(
    truth: NDArray[np.bool_], folds: int, seed: int, groups: NDArray[np.int64] | None = None
) -> NDArray[np.int64]:
    """Return the fold of each abstract, with every code spread over the folds as evenly as may be.

    Abstracts are shuffled, grouped by the rarest of their codes, and dealt out in turn, so that a code with
    two abstracts has them in two folds.

    Parameters
    ----------
    truth
        Shape (abstracts, codes).
    folds
        How many, 2 or more.
    groups
        int64, shape (abstracts,): abstracts with the same number are dealt out together.
    """
    names, group = np.unique(np.arange(len(truth)) if groups is None else groups, return_inverse=True)
    together = np.zeros((len(names), truth.shape[1]), dtype=bool)
    np.logical_or.at(together, group, truth)
    support = truth.sum(axis=0)
    rarest = np.where(together, support, np.iinfo(np.int64).max).argmin(axis=1)
    shuffled = np.random.default_rng(seed).permutation(len(names))
    dealt = shuffled[np.argsort(rarest[shuffled], kind="stable")]
    fold = np.empty(len(names), dtype=np.int64)
    fold[dealt] = np.arange(len(names)) % folds
    return fold[group]

"""Folds: parts of a corpus of which each is held out once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def assign_folds(truth: NDArray[np.bool_], folds: int, seed: int) -> NDArray[np.int64]:
    """Return the fold of each abstract, with every code spread over the folds as evenly as may be.

    Abstracts are shuffled, grouped by the rarest of their codes, and dealt out in turn, so that a code with
    two abstracts has them in two folds.

    Parameters
    ----------
    truth
        Shape (abstracts, codes).
    folds
        How many, 2 or more.
    """
    support = truth.sum(axis=0)
    rarest = np.where(truth, support, np.iinfo(np.int64).max).argmin(axis=1)
    shuffled = np.random.default_rng(seed).permutation(len(truth))
    dealt = shuffled[np.argsort(rarest[shuffled], kind="stable")]
    fold = np.empty(len(truth), dtype=np.int64)
    fold[dealt] = np.arange(len(truth)) % folds
    return fold

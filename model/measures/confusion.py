"""Which code is assigned where another one was given."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from .scored_corpus import ScoredCorpus

_SHOWN = 3


@dataclass(frozen=True)
class Confusion:
    """A pair of codes that are confused.

    Parameters
    ----------
    given, assigned
        A code that was given but not assigned, and one that was assigned but not given, to the same abstract.
    count
        To how many abstracts.
    examples
        The numbers of some of them, those first where the wrong code has the highest score.
    """

    given: str
    assigned: str
    count: int
    examples: tuple[int, ...]


@dataclass(frozen=True)
class ConfusionTable:
    """How often which code is assigned where which one was given.

    Parameters
    ----------
    codes
        The codes that are shown, in the order of rows and columns.
    counts
        int64, shape (given codes, assigned codes). On the diagonal, how many abstracts were given the code and got
        it; elsewhere, how many were given the row's code and did not get it, and got the column's without having it.
    support
        int64, shape (codes,): how many abstracts were given each code.
    all_codes
        How many codes there are, shown or not.
    """

    codes: tuple[str, ...]
    counts: NDArray[np.int64]
    support: NDArray[np.int64]
    all_codes: int


def confusion_table(judged: ScoredCorpus, most: int = 25) -> ConfusionTable:
    """Return the confusions between the codes that take part in most of them.

    An abstract may have several codes, so that a code which is right is not confused with one which is wrong; only
    what is missed stands against what is wrong (as in M. Heydarian, T. E. Doyle and R. Samavi, 'MLCM: multi-label
    confusion matrix', IEEE Access 10, 2022, but without their row and column for no code).
    """
    counts = _confused(judged)
    involved = counts.sum(axis=0) + counts.sum(axis=1)
    shown = np.sort(np.argsort(-involved, kind="stable")[:most])
    np.fill_diagonal(counts, (judged.gold & judged.assigned).sum(axis=0))
    codes = tuple(judged.codes[column] for column in shown.tolist())
    return ConfusionTable(codes, counts[np.ix_(shown, shown)], judged.gold.sum(axis=0)[shown], len(judged.codes))


def confusions(judged: ScoredCorpus, most: int = 10) -> tuple[Confusion, ...]:
    """Return the pairs of codes that are confused most often, with examples."""
    missed, wrong = judged.gold & ~judged.assigned, judged.assigned & ~judged.gold
    counts = _confused(judged)
    order = np.argsort(-counts, axis=None, kind="stable")[:most]
    pairs = (np.unravel_index(place, counts.shape) for place in order)
    return tuple(
        Confusion(
            judged.codes[given],
            judged.codes[assigned],
            int(counts[given, assigned]),
            _examples(missed[:, given] & wrong[:, assigned], judged.scores[:, assigned]),
        )
        for given, assigned in pairs
        if counts[given, assigned]
    )


def _confused(judged: ScoredCorpus) -> NDArray[np.int64]:
    """Count the abstracts that miss the one code and wrongly have the other, shape (codes, codes)."""
    missed = csr_matrix((judged.gold & ~judged.assigned).T, dtype=np.int64)
    wrong = csr_matrix(judged.assigned & ~judged.gold, dtype=np.int64)
    return np.asarray((missed @ wrong).toarray(), dtype=np.int64)


def _examples(confused: np.ndarray, scores: np.ndarray) -> tuple[int, ...]:
    rows = np.flatnonzero(confused)
    return tuple(rows[np.argsort(-scores[rows], kind="stable")][:_SHOWN].tolist())

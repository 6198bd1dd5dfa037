"""Count which codes are assigned in place of which gold codes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from .scored_corpus import ScoredCorpus

_EXAMPLES = 3


@dataclass(frozen=True)
class Confusion:
    """A pair of codes that are confused.

    Parameters
    ----------
    given, assigned
        A gold code that was not assigned, and an assigned code that is not gold, on the same abstracts.
    count
        The number of these abstracts.
    examples
        The row numbers of some of these abstracts, by falling score of the wrong code.
    """

    given: str
    assigned: str
    count: int
    examples: tuple[int, ...]


@dataclass(frozen=True)
class ConfusionTable:
    """A multi-label confusion table of the codes with the most confusions.

    Parameters
    ----------
    codes
        The codes that are shown, in the order of rows and columns.
    counts
        int64, shape (gold codes, assigned codes). On the diagonal, the number of abstracts with the code both gold and
        assigned; elsewhere, the number of abstracts that miss the row's code and wrongly have the column's.
    support
        int64, shape (codes,): the number of abstracts with each gold code.
    all_codes
        The number of codes, shown or not.
    """

    codes: tuple[str, ...]
    counts: NDArray[np.int64]
    support: NDArray[np.int64]
    all_codes: int


def confusion_table(scored: ScoredCorpus, most: int = 25) -> ConfusionTable:
    """Return the confusion table of the ``most`` codes that are confused most often.

    An abstract may have several codes, so only its missed codes count against its wrong ones; its right codes are not
    confused with anything. This follows M. Heydarian, T. E. Doyle and R. Samavi, 'MLCM: multi-label confusion matrix',
    IEEE Access 10, 2022, without their row and column for "no code".
    """
    counts = _confused(scored)
    involved = counts.sum(axis=0) + counts.sum(axis=1)
    shown = np.sort(np.argsort(-involved, kind="stable")[:most])
    np.fill_diagonal(counts, (scored.gold & scored.assigned).sum(axis=0))
    codes = tuple(scored.codes[column] for column in shown.tolist())
    return ConfusionTable(codes, counts[np.ix_(shown, shown)], scored.gold.sum(axis=0)[shown], len(scored.codes))


def confusions(scored: ScoredCorpus, most: int = 10) -> tuple[Confusion, ...]:
    """Return the ``most`` pairs of codes that are confused most often, with examples."""
    missed, wrong = scored.gold & ~scored.assigned, scored.assigned & ~scored.gold
    counts = _confused(scored)
    order = np.argsort(-counts, axis=None, kind="stable")[:most]
    pairs = (np.unravel_index(index, counts.shape) for index in order)
    return tuple(
        Confusion(
            scored.codes[given],
            scored.codes[assigned],
            int(counts[given, assigned]),
            _examples(missed[:, given] & wrong[:, assigned], scored.scores[:, assigned]),
        )
        for given, assigned in pairs
        if counts[given, assigned]
    )


def _confused(scored: ScoredCorpus) -> NDArray[np.int64]:
    """Count the abstracts that miss one code and wrongly have another, shape (missed codes, wrong codes)."""
    missed = csr_matrix((scored.gold & ~scored.assigned).T, dtype=np.int64)
    wrong = csr_matrix(scored.assigned & ~scored.gold, dtype=np.int64)
    return np.asarray((missed @ wrong).toarray(), dtype=np.int64)


def _examples(confused: NDArray[np.bool_], scores: NDArray[np.float64]) -> tuple[int, ...]:
    """Return the row numbers of a few confused abstracts, by falling score."""
    rows = np.flatnonzero(confused)
    return tuple(rows[np.argsort(-scores[rows], kind="stable")][:_EXAMPLES].tolist())

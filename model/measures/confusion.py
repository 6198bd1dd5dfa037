"""Count which codes are assigned in place of which gold codes."""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, csr_matrix

from .scored_corpus import ScoredCorpus

_EXAMPLES = 3


class Confusion(Struct, frozen=True):
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


class ConfusionTable(Struct, frozen=True):
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
    counts = _confused(*_missed_and_wrong(scored))
    involved = np.asarray(counts.sum(axis=0)).ravel() + np.asarray(counts.sum(axis=1)).ravel()
    shown = np.sort(np.argsort(-involved, kind="stable")[:most])
    table = np.asarray(counts[shown][:, shown].toarray(), dtype=np.int64)
    np.fill_diagonal(table, scored.count_per_code(scored.is_gold & scored.assigned)[shown])
    codes = tuple(scored.codes[column] for column in shown.tolist())
    return ConfusionTable(codes, table, scored.support[shown], len(scored.codes))


def confusions(scored: ScoredCorpus, most: int = 10) -> tuple[Confusion, ...]:
    """Return the ``most`` pairs of codes that are confused most often, with examples."""
    missed, wrong = _missed_and_wrong(scored)
    counts = _confused(missed, wrong).tocoo()
    missed_rows, wrong_scores = missed.tocsc(), wrong.tocsc()
    order = np.argsort(-counts.data, kind="stable")[:most]
    pairs = zip(counts.row[order].tolist(), counts.col[order].tolist(), counts.data[order].tolist(), strict=True)
    return tuple(
        Confusion(
            scored.codes[given],
            scored.codes[assigned],
            int(count),
            _examples(missed_rows, wrong_scores, given, assigned),
        )
        for given, assigned, count in pairs
    )


def _missed_and_wrong(scored: ScoredCorpus) -> tuple[csr_matrix, csr_matrix]:
    """Return the missed gold codes, bool, and the scores of the wrong codes, each of shape (abstracts, codes)."""
    right = scored.matrix_of(scored.assigned & scored.is_gold)
    is_wrong = scored.assigned & ~scored.is_gold
    wrong = scored.matrix_of(is_wrong).astype(np.float64)
    wrong.data[:] = scored.scores.values[is_wrong]
    return scored.gold > right, wrong


def _confused(missed: csr_matrix, wrong: csr_matrix) -> csr_matrix:
    """Count the abstracts that miss one code and wrongly have another, int64, shape (missed codes, wrong codes)."""
    is_wrong = csr_matrix((np.ones(wrong.nnz, dtype=np.int64), wrong.indices, wrong.indptr), shape=wrong.shape)
    counts = (missed.T.tocsr().astype(np.int64) @ is_wrong).tocsr()
    counts.sort_indices()
    return counts


def _examples(missed: csc_matrix, wrong: csc_matrix, given: int, assigned: int) -> tuple[int, ...]:
    """Return the row numbers of a few abstracts that confuse two codes, by falling score of the wrong one."""
    candidates = slice(*wrong.indptr[assigned : assigned + 2])
    rows, scores = wrong.indices[candidates], wrong.data[candidates]
    confused = np.isin(rows, missed.indices[slice(*missed.indptr[given : given + 2])])
    order = np.argsort(-scores[confused], kind="stable")[:_EXAMPLES]
    return tuple(rows[confused][order].tolist())

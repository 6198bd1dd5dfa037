"""Find doubtful gold codes by confident learning on out-of-fold scores."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from classmark.model.scoring.candidates import Candidates
from classmark.model.scoring.scorer import Scores


def with_gold(scores: Candidates, gold: csr_matrix) -> Candidates:
    """Add the gold codes that are no candidates, with a score of 0.

    Parameters
    ----------
    gold
        bool, shape (abstracts, codes).
    """
    rows = np.concatenate([scores.row_of, np.repeat(np.arange(len(scores)), np.diff(gold.indptr))])
    columns = np.concatenate([scores.columns, gold.indices])
    values = np.concatenate([scores.values, np.zeros(gold.nnz)])
    order = np.lexsort((-values, columns, rows))
    order = order[np.diff(rows[order] * scores.codes + columns[order], prepend=-1) > 0]  # each code once
    starts = np.searchsorted(rows[order], np.arange(len(scores) + 1))
    return Candidates(starts, columns[order], values[order], scores.codes)


def agreement_of(scores: Candidates, is_gold: NDArray[np.bool_]) -> Scores:
    """Return the agreement of each abstract's gold codes with its scores.

    The lowest score of a gold code, divided by the sum of itself and the highest score of another code: 1 if the gold
    codes are beyond doubt, 0.5 if the two scores are equal, near 0 if the other code wins. It is the self-confidence of
    confident learning (C. Northcutt, L. Jiang and I. Chuang, 'Confident learning: estimating uncertainty in dataset
    labels', Journal of Artificial Intelligence Research 70, 2021), restricted to these two codes.

    Measured on 24,909 catalogue records in which some codes were swapped (``tests/benchmarks/audit.py``): 65 to 77 % of
    these are in the first 5 % by this agreement, 55 to 57 % by the margin between the two scores, 63 to 75 % by
    the best multi-label score of cleanlab 2.9.

    Parameters
    ----------
    scores
        Out-of-fold scores, all gold codes among them.
    is_gold
        Shape (candidates,).

    Returns
    -------
    float64, shape (abstracts,), from 0 to 1.

    Examples
    --------
    >>> scores = Candidates.of_dense(np.array([[0.9, 0.1], [0.1, 0.9], [0.9, 0.6]]))
    >>> agreement_of(scores, np.array([True, False, True, False, True, True])).tolist()
    [0.9, 0.1, 1.0]
    """
    lowest = np.minimum.reduceat(np.where(is_gold, scores.values, 1.0), scores.starts[:-1])
    highest = _highest_of_others(scores, is_gold)
    return np.asarray(lowest / np.maximum(lowest + highest, np.finfo(np.float64).tiny))


def order_of_doubt(scores: Candidates, is_gold: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the indices of the abstracts by rising agreement.

    Of several with the same agreement, the one with the highest score of another code comes first. With many codes,
    agreement is often 0, as a gold code is no candidate.
    """
    return np.lexsort((-_highest_of_others(scores, is_gold), agreement_of(scores, is_gold)))


def _highest_of_others(scores: Candidates, is_gold: NDArray[np.bool_]) -> Scores:
    """Return the highest score of each abstract's other codes, shape (abstracts,)."""
    return np.asarray(np.maximum.reduceat(np.where(is_gold, 0.0, scores.values), scores.starts[:-1]))


def doubted_codes(
    scores: Candidates, is_gold: NDArray[np.bool_], assigned: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which gold codes seem wrong, and which other codes seem missing.

    A gold code seems wrong if its score is at most the mean score of that code over the abstracts without it, and it is
    not assigned; the only abstract with a code is left alone, as the fit without it has not seen the code. A code seems
    missing if its score is at least the mean over the abstracts with it, and it is assigned.
    These are the thresholds of confident learning (C. Northcutt, L. Jiang and I. Chuang, 2021, equation 2), with each
    code against the rest; codes that are not kept have a score of 0.

    Parameters
    ----------
    scores
        Out-of-fold scores, all gold codes among them.
    is_gold, assigned
        Shape (candidates,): gold codes, and the codes that the scores assign.

    Returns
    -------
    Two arrays of bool, shape (candidates,).
    """
    support = np.bincount(scores.columns[is_gold], minlength=scores.codes)
    mean_with = _mean_score(scores, is_gold, support, 1.0)[scores.columns]
    mean_without = _mean_score(scores, ~is_gold, len(scores) - support, 0.0)[scores.columns]
    wrong = is_gold & ~assigned & (scores.values <= mean_without) & (support[scores.columns] > 1)
    return wrong, ~is_gold & assigned & (scores.values >= mean_with)


def _mean_score(scores: Candidates, chosen: NDArray[np.bool_], abstracts: NDArray[np.int64], default: float) -> Scores:
    """Return the mean of the chosen scores of each code over so many abstracts; the default for a code without any."""
    totals = np.bincount(scores.columns[chosen], scores.values[chosen], scores.codes)
    return np.where(abstracts, totals / np.maximum(abstracts, 1), default)

"""Measure the ranking of the codes so that a rare code that is right counts more than a common one.

People miss rare codes more often than common ones. Propensity-scored precision divides each hit by an estimate of the
probability, the propensity, that people give the code to an abstract that it fits: H. Jain, Y. Prabhu and M. Varma,
'Extreme multi-label loss functions for recommendation, tagging, ranking and other missing label applications', KDD
2016. Their formula takes how often codes occur in the training abstracts. Model files do not keep that, so the counts
and the number of abstracts are those of the corpus that is measured; only figures on the same corpus compare.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from .scored_corpus import ScoredCorpus

_A = 0.55
_B = 1.5


def inverse_propensities(support: NDArray[np.int64], abstracts: int) -> NDArray[np.float64]:
    """Return the inverse propensity of each code, 1 + C (N + B)^-A with C = (log(abstracts) - 1) (B + 1)^A.

    A is 0.55 and B is 1.5, as Jain, Prabhu and Varma take them for all data but two sets; with fewer than three
    abstracts, C is 0.

    Parameters
    ----------
    support
        int64, shape (codes,): N, the number of abstracts with the code.

    Examples
    --------
    >>> inverse_propensities(np.array([1, 10, 1000]), 10_000).round(2).tolist()
    [9.21, 4.55, 1.3]
    """
    scale = max(np.log(max(abstracts, 1)) - 1, 0) * (_B + 1) ** _A
    return np.asarray(1 + scale * (support + _B) ** -_A)


def propensity_scored_precision_at(k: int) -> Callable[[ScoredCorpus], float]:
    """Return the function that computes propensity-scored precision of the ``k`` best codes.

    It is divided by the best value that a ranking could have, as in the paper and in pyxclib.
    """

    def measure(scored: ScoredCorpus) -> float:
        weights = inverse_propensities(scored.support, len(scored))
        hits = scored.is_gold & (scored.scores.rank < k)
        best = _best_possible(weights[scored.gold.indices], scored.gold_rows, k)
        return float(weights[scored.scores.columns[hits]].sum() / best) if best else 0.0

    return measure


def _best_possible(weights: NDArray[np.float64], rows: NDArray[np.int64], k: int) -> float:
    """Return the sum of the ``k`` highest weights of each row; rows must rise."""
    order = np.lexsort((-weights, rows))
    rank = np.arange(len(rows)) - np.searchsorted(rows, rows)
    return float(weights[order][rank < k].sum())

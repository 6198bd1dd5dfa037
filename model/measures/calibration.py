"""Measure the scores as probabilities."""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from .scored_corpus import ScoredCorpus

BINS = 10


class Reliability(Struct, frozen=True):
    """The figures of a reliability diagram, over bins of equal width from 0 to 1.

    Parameters
    ----------
    pairs
        int64, shape (bins,): the number of (abstract, code) pairs with a score in the bin.
    score, share
        float64, shape (bins,): their mean score, and the share of them that is true; 0 in an empty bin.
    """

    pairs: NDArray[np.int64]
    score: NDArray[np.float64]
    share: NDArray[np.float64]


def reliability(scored: ScoredCorpus) -> Reliability:
    """Return the figures of the reliability diagram.

    M. H. DeGroot and S. E. Fienberg, 'The comparison and evaluation of forecasters', The Statistician 32, 1983.
    """
    scores, gold = scored.scores.values, scored.is_gold
    bins = np.minimum((scores * BINS).astype(int), BINS - 1)
    pairs, share = np.bincount(bins, minlength=BINS), np.bincount(bins, gold, BINS)
    pairs[0] += len(scored) * len(scored.codes) - len(scores)  # codes that are not kept have score 0
    share[0] += _gold_not_kept(scored)
    divisor = np.maximum(pairs, 1)
    return Reliability(pairs, np.bincount(bins, scores, BINS) / divisor, share / divisor)


def _gold_not_kept(scored: ScoredCorpus) -> int:
    """Return the number of gold codes that are not candidates."""
    return int(scored.gold.nnz - scored.is_gold.sum())


def brier_score(scored: ScoredCorpus) -> float:
    """Return the mean squared difference between scores and gold labels, over all codes; 0 is best.

    G. W. Brier, 'Verification of forecasts expressed in terms of probability', 1950.
    """
    squared = float(((scored.scores.values - scored.is_gold) ** 2).sum())
    return (squared + _gold_not_kept(scored)) / (len(scored) * len(scored.codes))


def expected_calibration_error(scored: ScoredCorpus) -> float:
    """Return the mean distance between score and true share, over ten bins of equal width; 0 is best.

    M. P. Naeini, G. F. Cooper and M. Hauskrecht, 'Obtaining well calibrated probabilities using Bayesian
    binning', AAAI 2015; here over all (abstract, code) pairs.
    """
    bins = reliability(scored)
    return float(np.average(np.abs(bins.score - bins.share), weights=bins.pairs))

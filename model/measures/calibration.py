"""Measures of the scores as probabilities, each a function of what was judged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .scored_corpus import ScoredCorpus

BINS = 10


@dataclass(frozen=True)
class Reliability:
    """How scores and truth go together, over bins of equal width from 0 to 1.

    Parameters
    ----------
    pairs
        int64, shape (bins,): how many pairs of abstract and code have a score in the bin.
    score, share
        float64, shape (bins,): their mean score, and the share of them that is true; 0 in an empty bin.
    """

    pairs: NDArray[np.int64]
    score: NDArray[np.float64]
    share: NDArray[np.float64]


def reliability(judged: ScoredCorpus) -> Reliability:
    """Return the reliability diagram's figures.

    M. H. DeGroot and S. E. Fienberg, 'The comparison and evaluation of forecasters', The Statistician 32, 1983.
    """
    scores, gold = judged.scores.ravel(), judged.gold.ravel()
    bins = np.minimum((scores * BINS).astype(int), BINS - 1)
    pairs = np.bincount(bins, minlength=BINS)
    many = np.maximum(pairs, 1)
    return Reliability(pairs, np.bincount(bins, scores, BINS) / many, np.bincount(bins, gold, BINS) / many)


def brier_score(judged: ScoredCorpus) -> float:
    """Return the mean squared difference between scores and truth, over all codes; 0 is best.

    G. W. Brier, 'Verification of forecasts expressed in terms of probability', 1950.
    """
    return float(np.mean((judged.scores - judged.gold) ** 2))


def expected_calibration_error(judged: ScoredCorpus) -> float:
    """Return how far scores are from the share that is true, over ten bins of equal width; 0 is best.

    M. P. Naeini, G. F. Cooper and M. Hauskrecht, 'Obtaining well calibrated probabilities using Bayesian
    binning', AAAI 2015; here over all pairs of abstract and code.
    """
    bins = reliability(judged)
    return float(np.average(np.abs(bins.score - bins.share), weights=bins.pairs))

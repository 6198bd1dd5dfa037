"""Measure the assigned codes against the gold codes.

Precision is the share of assigned codes that are right, recall the share of given codes that are assigned, F1 their
harmonic mean 2PR / (P + R) (C. J. van Rijsbergen, 'Information Retrieval', 1979). They are averaged in four ways
(G. Tsoumakas, I. Katakis and I. Vlahavas, 'Mining multi-label data', 2010): *micro* counts all codes of all abstracts
together; *macro* is the mean over codes, each code alike; *weighted* is the mean over codes, each weighted by its
number of abstracts; *per abstract* is the mean over abstracts. An undefined value, such as the precision of a code that
was never assigned, is 0.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from sklearn import metrics

from .scored_corpus import ScoredCorpus


def precision(average: str) -> Callable[[ScoredCorpus], float]:
    """Return the function that computes precision, averaged as scikit-learn's ``average`` says."""
    return _averaged(metrics.precision_score, average)


def recall(average: str) -> Callable[[ScoredCorpus], float]:
    """Return the function that computes recall, averaged as scikit-learn's ``average`` says."""
    return _averaged(metrics.recall_score, average)


def f1(average: str) -> Callable[[ScoredCorpus], float]:
    """Return the function that computes F1, averaged as scikit-learn's ``average`` says."""
    return _averaged(metrics.f1_score, average)


def _averaged(score: Callable[..., float], average: str) -> Callable[[ScoredCorpus], float]:
    def measure(scored: ScoredCorpus) -> float:
        return float(score(scored.gold, scored.assigned, average=average, zero_division=0))

    return measure


def subset_accuracy(scored: ScoredCorpus) -> float:
    """Return the share of abstracts whose assigned codes are exactly the gold codes.

    G. Tsoumakas, I. Katakis and I. Vlahavas, 'Mining multi-label data', 2010.
    """
    return float((scored.gold == scored.assigned).all(axis=1).mean())


def hamming_loss(scored: ScoredCorpus) -> float:
    """Return the share of (abstract, code) pairs whose label is wrong; 0 is best.

    R. E. Schapire and Y. Singer, 'Improved boosting algorithms using confidence-rated predictions', 1999.
    """
    return float(metrics.hamming_loss(scored.gold, scored.assigned))


def share_with_codes(scored: ScoredCorpus) -> float:
    """Return the share of abstracts with a code at or above its threshold.

    The coverage of a classifier with a reject option: C. K. Chow, 'On optimum recognition error and reject tradeoff',
    IEEE Transactions on Information Theory 16, 1970.
    """
    return float(np.mean(scored.confident))

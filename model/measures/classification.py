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
from msgspec import Struct
from numpy.typing import NDArray

from .scored_corpus import ScoredCorpus


class Counts(Struct, frozen=True):
    """How many codes are right, assigned and gold, for each code or for each abstract.

    Parameters
    ----------
    right, assigned, gold
        int64, shape (codes,) or (abstracts,), or a single count.
    """

    right: NDArray[np.int64]
    assigned: NDArray[np.int64]
    gold: NDArray[np.int64]

    @classmethod
    def per_code(cls, scored: ScoredCorpus) -> Counts:
        """Count for each code."""
        right = scored.count_per_code(scored.assigned & scored.is_gold)
        return cls(right, scored.count_per_code(scored.assigned), scored.support)

    @classmethod
    def per_abstract(cls, scored: ScoredCorpus) -> Counts:
        """Count for each abstract."""
        right = scored.count_per_abstract(scored.assigned & scored.is_gold)
        return cls(right, scored.count_per_abstract(scored.assigned), scored.gold_per_abstract)

    def total(self) -> Counts:
        """Return the sums."""
        return Counts(*(np.atleast_1d(count.sum()) for count in (self.right, self.assigned, self.gold)))

    @property
    def precision(self) -> NDArray[np.float64]:
        """float64: the share of the assigned that is right, 0 if none is assigned."""
        return self.right / np.maximum(self.assigned, 1)

    @property
    def recall(self) -> NDArray[np.float64]:
        """float64: the share of the gold that is assigned, 0 if there is none."""
        return self.right / np.maximum(self.gold, 1)

    @property
    def f1(self) -> NDArray[np.float64]:
        """float64: the harmonic mean of precision and recall, 0 if both are 0."""
        return np.asarray(2.0 * self.right / np.maximum(self.assigned + self.gold, 1))


def precision(average: str) -> Callable[[ScoredCorpus], float]:
    """Return the function that computes precision, averaged as scikit-learn's ``average`` says."""
    return _averaged(lambda counts: counts.precision, average)


def recall(average: str) -> Callable[[ScoredCorpus], float]:
    """Return the function that computes recall, averaged as scikit-learn's ``average`` says."""
    return _averaged(lambda counts: counts.recall, average)


def f1(average: str) -> Callable[[ScoredCorpus], float]:
    """Return the function that computes F1, averaged as scikit-learn's ``average`` says."""
    return _averaged(lambda counts: counts.f1, average)


def _averaged(figure: Callable[[Counts], NDArray[np.float64]], average: str) -> Callable[[ScoredCorpus], float]:
    def measure(scored: ScoredCorpus) -> float:
        if average == "samples":
            return float(figure(Counts.per_abstract(scored)).mean())
        counts = Counts.per_code(scored)
        if average == "micro":
            return float(figure(counts.total())[0])
        if average == "weighted" and counts.gold.any():
            return float(np.average(figure(counts), weights=counts.gold))
        return float(np.average(figure(counts))) if average == "macro" else 0.0

    return measure


def macro_f1_of_given_codes(scored: ScoredCorpus) -> float:
    """Return the mean F1 of the codes that are gold in some abstract, each code alike.

    Macro-F1 of G. Tsoumakas, I. Katakis and I. Vlahavas, 'Mining multi-label data', 2010, without the codes that the
    corpus does not have: their F1 is 0 whatever a classifier does, and of thousands of codes, they are many.
    """
    counts = Counts.per_code(scored)
    return float(counts.f1[counts.gold > 0].mean()) if counts.gold.any() else 0.0


def subset_accuracy(scored: ScoredCorpus) -> float:
    """Return the share of abstracts whose assigned codes are exactly the gold codes.

    G. Tsoumakas, I. Katakis and I. Vlahavas, 'Mining multi-label data', 2010.
    """
    counts = Counts.per_abstract(scored)
    return float(((counts.right == counts.gold) & (counts.right == counts.assigned)).mean())


def hamming_loss(scored: ScoredCorpus) -> float:
    """Return the share of (abstract, code) pairs whose label is wrong; 0 is best.

    R. E. Schapire and Y. Singer, 'Improved boosting algorithms using confidence-rated predictions', 1999.
    """
    counts = Counts.per_code(scored).total()
    return float((counts.assigned + counts.gold - 2 * counts.right)[0] / (len(scored) * len(scored.codes)))


def share_with_codes(scored: ScoredCorpus) -> float:
    """Return the share of abstracts with a code at or above its threshold.

    The coverage of a classifier with a reject option: C. K. Chow, 'On optimum recognition error and reject tradeoff',
    IEEE Transactions on Information Theory 16, 1970.
    """
    return float(np.mean(scored.confident))

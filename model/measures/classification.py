"""Measures of the codes that are assigned, each a function of what was judged.

Precision is the share of assigned codes that are right, recall the share of given codes that are assigned, F1 their
harmonic mean 2PR / (P + R) (C. J. van Rijsbergen, 'Information Retrieval', 1979). They are averaged in four ways
(G. Tsoumakas, I. Katakis and I. Vlahavas, 'Mining multi-label data', 2010): *micro* counts all codes of all abstracts
together; *macro* is the mean over codes, each code alike; *weighted* the mean over codes, each counted by its
abstracts; *per abstract* the mean over abstracts. What can't be computed, such as the precision of a code that was
never assigned, is 0.
"""

from __future__ import annotations

import numpy as np
from sklearn import metrics

from .scored_corpus import ScoredCorpus


def micro_precision(judged: ScoredCorpus) -> float:
    """Return the share of assigned codes that are right, over all codes together."""
    return float(metrics.precision_score(judged.gold, judged.assigned, average="micro", zero_division=0))


def micro_recall(judged: ScoredCorpus) -> float:
    """Return the share of given codes that are assigned, over all codes together."""
    return float(metrics.recall_score(judged.gold, judged.assigned, average="micro", zero_division=0))


def micro_f1(judged: ScoredCorpus) -> float:
    """Return the harmonic mean of micro-precision and micro-recall."""
    return float(metrics.f1_score(judged.gold, judged.assigned, average="micro", zero_division=0))


def macro_precision(judged: ScoredCorpus) -> float:
    """Return the mean of the codes' precision."""
    return float(metrics.precision_score(judged.gold, judged.assigned, average="macro", zero_division=0))


def macro_recall(judged: ScoredCorpus) -> float:
    """Return the mean of the codes' recall."""
    return float(metrics.recall_score(judged.gold, judged.assigned, average="macro", zero_division=0))


def macro_f1(judged: ScoredCorpus) -> float:
    """Return the mean of the codes' F1, each code alike; 0 for a code that is never right."""
    return float(metrics.f1_score(judged.gold, judged.assigned, average="macro", zero_division=0))


def weighted_precision(judged: ScoredCorpus) -> float:
    """Return the mean of the codes' precision, weighted by how many abstracts have the code."""
    return float(metrics.precision_score(judged.gold, judged.assigned, average="weighted", zero_division=0))


def weighted_recall(judged: ScoredCorpus) -> float:
    """Return the mean of the codes' recall, weighted by how many abstracts have the code."""
    return float(metrics.recall_score(judged.gold, judged.assigned, average="weighted", zero_division=0))


def weighted_f1(judged: ScoredCorpus) -> float:
    """Return the mean of the codes' F1, weighted by how many abstracts have the code."""
    return float(metrics.f1_score(judged.gold, judged.assigned, average="weighted", zero_division=0))


def per_abstract_precision(judged: ScoredCorpus) -> float:
    """Return the mean over abstracts of the share of assigned codes that are right."""
    return float(metrics.precision_score(judged.gold, judged.assigned, average="samples", zero_division=0))


def per_abstract_recall(judged: ScoredCorpus) -> float:
    """Return the mean over abstracts of the share of given codes that are assigned."""
    return float(metrics.recall_score(judged.gold, judged.assigned, average="samples", zero_division=0))


def per_abstract_f1(judged: ScoredCorpus) -> float:
    """Return the mean over abstracts of the F1 of their codes."""
    return float(metrics.f1_score(judged.gold, judged.assigned, average="samples", zero_division=0))


def subset_accuracy(judged: ScoredCorpus) -> float:
    """Return the share of abstracts whose assigned codes are the given ones exactly."""
    return float((judged.gold == judged.assigned).all(axis=1).mean())


def hamming_loss(judged: ScoredCorpus) -> float:
    """Return the share of pairs of abstract and code that are wrong, given or assigned but not both; 0 is best.

    R. E. Schapire and Y. Singer, 'Improved boosting algorithms using confidence-rated predictions', 1999.
    """
    return float(metrics.hamming_loss(judged.gold, judged.assigned))


def share_with_codes(judged: ScoredCorpus) -> float:
    """Return the share of abstracts of which a code reached its threshold; the others are uncertain."""
    return float(np.mean(judged.reached))

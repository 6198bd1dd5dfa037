"""Measure the ranking of the codes, independent of thresholds.

Precision and recall at k: C. D. Manning, P. Raghavan and H. Schütze, 'Introduction to Information Retrieval', 2008,
chapter 8. Success at k, as in TREC, counts an abstract as 1 if any of its k best codes is right, else 0.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from sklearn import metrics

from .scored_corpus import ScoredCorpus


def precision_at(k: int) -> Callable[[ScoredCorpus], float]:
    """Return the function that computes the mean share of gold codes among the ``k`` best codes."""

    def measure(scored: ScoredCorpus) -> float:
        return float(scored.hits_at(k).sum(axis=1).mean() / k)

    return measure


def recall_at(k: int) -> Callable[[ScoredCorpus], float]:
    """Return the function that computes the mean share of an abstract's gold codes among its ``k`` best codes."""

    def measure(scored: ScoredCorpus) -> float:
        gold = scored.gold.sum(axis=1)
        return float(np.mean(scored.hits_at(k).sum(axis=1) / np.maximum(gold, 1)))

    return measure


def success_at(k: int) -> Callable[[ScoredCorpus], float]:
    """Return the function that computes the share of abstracts with a gold code among their ``k`` best codes."""

    def measure(scored: ScoredCorpus) -> float:
        return float(scored.hits_at(k).any(axis=1).mean())

    return measure


def ndcg_at_5(scored: ScoredCorpus) -> float:
    """Return the normalized discounted cumulative gain of the five best codes.

    K. Järvelin and J. Kekäläinen, 'Cumulated gain-based evaluation of IR techniques', ACM TOIS 20, 2002.
    """
    return float(metrics.ndcg_score(scored.gold, scored.scores, k=5))


def label_ranking_average_precision(scored: ScoredCorpus) -> float:
    """Return the label ranking average precision.

    For each gold code, take the share of gold codes among the codes ranked as high or higher, then average.
    G. Tsoumakas, I. Katakis and I. Vlahavas, 'Mining multi-label data', 2010.
    """
    return float(metrics.label_ranking_average_precision_score(scored.gold, scored.scores))


def coverage_error(scored: ScoredCorpus) -> float:
    """Return the mean number of best codes that are needed to include all gold codes; lower is better.

    R. E. Schapire and Y. Singer, 'BoosTexter: a boosting-based system for text categorization', 2000; counted from 1.
    """
    return float(metrics.coverage_error(scored.gold, scored.scores))

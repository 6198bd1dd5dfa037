"""Measure the ranking of the codes, independent of thresholds.

Precision and recall at k: C. D. Manning, P. Raghavan and H. Schütze, 'Introduction to Information Retrieval', 2008,
chapter 8. Success at k, as in TREC, counts an abstract as 1 if any of its k best codes is right, else 0.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .scored_corpus import ScoredCorpus
from .ties import TieGroups


def precision_at(k: int) -> Callable[[ScoredCorpus], float]:
    """Return the function that computes the mean share of gold codes among the ``k`` best codes."""

    def measure(scored: ScoredCorpus) -> float:
        return float(scored.hits_at(k).sum(axis=1).mean() / k)

    return measure


def recall_at(k: int) -> Callable[[ScoredCorpus], float]:
    """Return the function that computes the mean share of an abstract's gold codes among its ``k`` best codes."""

    def measure(scored: ScoredCorpus) -> float:
        return float(np.mean(scored.hits_at(k).sum(axis=1) / np.maximum(scored.gold_per_abstract, 1)))

    return measure


def success_at(k: int) -> Callable[[ScoredCorpus], float]:
    """Return the function that computes the share of abstracts with a gold code among their ``k`` best codes."""

    def measure(scored: ScoredCorpus) -> float:
        return float(scored.hits_at(k).any(axis=1).mean())

    return measure


def f1_at(k: int) -> Callable[[ScoredCorpus], float]:
    """Return the function that computes the mean F1 of each abstract's ``k`` best codes, as if they were assigned."""

    def measure(scored: ScoredCorpus) -> float:
        return float(np.mean(2 * scored.hits_at(k).sum(axis=1) / (k + scored.gold_per_abstract)))

    return measure


def ndcg_at(k: int) -> Callable[[ScoredCorpus], float]:
    """Return the function that computes the normalized discounted cumulative gain of the ``k`` best codes.

    K. Järvelin and J. Kekäläinen, 'Cumulated gain-based evaluation of IR techniques', ACM TOIS 20, 2002; codes with
    equal scores share their gain.
    """

    def measure(scored: ScoredCorpus) -> float:
        groups, gold = TieGroups.of(scored), scored.gold_per_abstract
        up_to = np.append(0, np.cumsum(1 / np.log2(np.arange(k) + 2)))
        discount = up_to[np.minimum(groups.end, k)] - up_to[np.minimum(groups.start, k)]
        gain = np.bincount(groups.row, groups.gold * discount / (groups.end - groups.start), len(scored))
        ideal = up_to[np.minimum(gold, k)]
        return float(np.mean(gain / np.where(gold > 0, ideal, 1)))

    return measure


def label_ranking_average_precision(scored: ScoredCorpus) -> float:
    """Return the label ranking average precision.

    For each gold code, take the share of gold codes among the codes ranked as high or higher, then average.
    G. Tsoumakas, I. Katakis and I. Vlahavas, 'Mining multi-label data', 2010.
    """
    groups, gold = TieGroups.of(scored), scored.gold_per_abstract
    total = np.bincount(groups.row, groups.gold * groups.gold_up_to / groups.end, len(scored))
    is_trivial = (gold == 0) | (gold == len(scored.codes))
    return float(np.mean(np.where(is_trivial, 1, total / np.maximum(gold, 1))))


def coverage_error(scored: ScoredCorpus) -> float:
    """Return the mean number of best codes that are needed to include all gold codes; lower is better.

    R. E. Schapire and Y. Singer, 'BoosTexter: a boosting-based system for text categorization', 2000; counted from 1.
    """
    groups = TieGroups.of(scored)
    needed = np.zeros(len(scored), dtype=np.int64)
    with_gold = groups.gold > 0
    np.maximum.at(needed, groups.row[with_gold], groups.end[with_gold])
    return float(needed.mean())

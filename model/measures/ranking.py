"""Measures of the ranking, whatever the thresholds, each a function of what was judged."""

from __future__ import annotations

import numpy as np
from sklearn import metrics

from .scored_corpus import ScoredCorpus


def precision_at_1(judged: ScoredCorpus) -> float:
    """Return the share of abstracts whose best code is a given one."""
    return _precision(judged, 1)


def precision_at_3(judged: ScoredCorpus) -> float:
    """Return the mean over abstracts of the share of given codes among the three best."""
    return _precision(judged, 3)


def precision_at_5(judged: ScoredCorpus) -> float:
    """Return the mean over abstracts of the share of given codes among the five best."""
    return _precision(judged, 5)


def recall_at_3(judged: ScoredCorpus) -> float:
    """Return the mean over abstracts of the share of their given codes that is among the three best."""
    return _recall(judged, 3)


def recall_at_5(judged: ScoredCorpus) -> float:
    """Return the mean over abstracts of the share of their given codes that is among the five best."""
    return _recall(judged, 5)


def success_at_3(judged: ScoredCorpus) -> float:
    """Return the share of abstracts that have a given code among their three best."""
    return float(judged.best(3).any(axis=1).mean())


def ndcg_at_5(judged: ScoredCorpus) -> float:
    """Return the normalized discounted cumulative gain of the five best codes.

    K. Järvelin and J. Kekäläinen, 'Cumulated gain-based evaluation of IR techniques', ACM TOIS 20, 2002.
    """
    return float(metrics.ndcg_score(judged.gold, judged.scores, k=5))


def label_ranking_average_precision(judged: ScoredCorpus) -> float:
    """Return the mean, over given codes, of the share of given codes among those ranked as high or higher.

    G. Tsoumakas, I. Katakis and I. Vlahavas, 'Mining multi-label data', 2010.
    """
    return float(metrics.label_ranking_average_precision_score(judged.gold, judged.scores))


def coverage_error(judged: ScoredCorpus) -> float:
    """Return how many codes of the ranking one must take, on average, to have all given ones; fewer is better.

    R. E. Schapire and Y. Singer, 'BoosTexter: a boosting-based system for text categorization', 2000; counted from 1.
    """
    return float(metrics.coverage_error(judged.gold, judged.scores))


def _precision(judged: ScoredCorpus, many: int) -> float:
    return float(judged.best(many).sum(axis=1).mean() / many)


def _recall(judged: ScoredCorpus, many: int) -> float:
    given = judged.gold.sum(axis=1)
    return float(np.mean(judged.best(many).sum(axis=1) / np.maximum(given, 1)))

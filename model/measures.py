"""The measures of the field, each a function of what was judged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn import metrics

_BINS = 10


@dataclass(frozen=True)
class Judged:
    """Abstracts whose codes are known, and what a classifier said of them.

    Parameters
    ----------
    codes
        All codes of the classifier and of the given ones, in the order of the columns.
    truth
        bool, shape (abstracts, codes): the given codes.
    scores
        float64, shape (abstracts, codes); 0 for codes that the classifier does not know.
    assigned
        bool, shape (abstracts, codes): the codes that the classifier gave.
    """

    codes: tuple[str, ...]
    truth: NDArray[np.bool_]
    scores: NDArray[np.float64]
    assigned: NDArray[np.bool_]


def precision_at_1(judged: Judged) -> float:
    """Return the share of abstracts whose best code is a given one."""
    best = judged.scores.argmax(axis=1)
    return float(judged.truth[np.arange(len(best)), best].mean())


def success_at_3(judged: Judged) -> float:
    """Return the share of abstracts that have a given code among their three best."""
    best = np.argsort(-judged.scores, axis=1, kind="stable")[:, :3]
    return float(np.take_along_axis(judged.truth, best, axis=1).any(axis=1).mean())


def micro_precision(judged: Judged) -> float:
    """Return the share of assigned codes that are right, over all codes together."""
    return float(metrics.precision_score(judged.truth, judged.assigned, average="micro", zero_division=0))


def micro_recall(judged: Judged) -> float:
    """Return the share of given codes that are assigned, over all codes together."""
    return float(metrics.recall_score(judged.truth, judged.assigned, average="micro", zero_division=0))


def micro_f1(judged: Judged) -> float:
    """Return the harmonic mean of micro-precision and micro-recall."""
    return float(metrics.f1_score(judged.truth, judged.assigned, average="micro", zero_division=0))


def macro_f1(judged: Judged) -> float:
    """Return the mean of the codes' F1, each code alike; 0 for a code that is never right."""
    return float(metrics.f1_score(judged.truth, judged.assigned, average="macro", zero_division=0))


def ndcg_at_5(judged: Judged) -> float:
    """Return the normalized discounted cumulative gain of the five best codes.

    K. Järvelin and J. Kekäläinen, 'Cumulated gain-based evaluation of IR techniques', ACM TOIS 20, 2002.
    """
    return float(metrics.ndcg_score(judged.truth, judged.scores, k=5))


def label_ranking_average_precision(judged: Judged) -> float:
    """Return the mean, over given codes, of the share of given codes among those ranked as high or higher.

    G. Tsoumakas, I. Katakis and I. Vlahavas, 'Mining multi-label data', 2010.
    """
    return float(metrics.label_ranking_average_precision_score(judged.truth, judged.scores))


def subset_accuracy(judged: Judged) -> float:
    """Return the share of abstracts whose assigned codes are the given ones exactly."""
    return float((judged.truth == judged.assigned).all(axis=1).mean())


def brier_score(judged: Judged) -> float:
    """Return the mean squared difference between scores and truth, over all codes; 0 is best.

    G. W. Brier, 'Verification of forecasts expressed in terms of probability', 1950.
    """
    return float(np.mean((judged.scores - judged.truth) ** 2))


def expected_calibration_error(judged: Judged) -> float:
    """Return how far scores are from the share that is true, over ten bins of equal width; 0 is best.

    M. P. Naeini, G. F. Cooper and M. Hauskrecht, 'Obtaining well calibrated probabilities using Bayesian
    binning', AAAI 2015; here over all pairs of abstract and code.
    """
    scores, truth = judged.scores.ravel(), judged.truth.ravel()
    bins = np.minimum((scores * _BINS).astype(int), _BINS - 1)
    gaps = np.bincount(bins, scores, _BINS) - np.bincount(bins, truth, _BINS)
    return float(np.abs(gaps).sum() / len(scores))


MEASURES: dict[str, Callable[[Judged], float]] = {
    measure.__name__: measure
    for measure in (
        precision_at_1,
        success_at_3,
        micro_precision,
        micro_recall,
        micro_f1,
        macro_f1,
        subset_accuracy,
        ndcg_at_5,
        label_ranking_average_precision,
        brier_score,
        expected_calibration_error,
    )
}
"""By the names that they have in the output."""

"""Compute precision and recall as functions of one threshold for all codes."""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from .scored_corpus import ScoredCorpus

STEPS = 200
"""The number of thresholds, evenly spaced from 0.005 to 1, so that each can be passed to ``--threshold`` as shown."""


class ThresholdCurve(Struct, frozen=True):
    """Micro-averaged precision and recall per threshold.

    Parameters
    ----------
    thresholds
        float64, shape (points,): rising, from 0.005 to the highest that some score reaches.
    precision, recall
        float64, shape (points,): the share of the codes at or above the threshold that is right, and the share of
        the gold codes that is among them.
    share_with_codes
        float64, shape (points,): the share of abstracts that have a code at or above the threshold.
    """

    thresholds: NDArray[np.float64]
    precision: NDArray[np.float64]
    recall: NDArray[np.float64]
    share_with_codes: NDArray[np.float64]

    def lowest(self, precision: float) -> int | None:
        """Return the index of the lowest threshold with at least this precision; None if there is none."""
        enough = np.flatnonzero(self.precision >= precision)
        return int(enough[0]) if len(enough) else None


def threshold_curve(scored: ScoredCorpus) -> ThresholdCurve:
    """Compute the curve; an abstract with no code at or above the threshold counts as having none assigned.

    Precision and recall after C. J. van Rijsbergen, 'Information Retrieval', 1979; the trade-off between errors and
    undecided abstracts after C. K. Chow, 'On optimum recognition error and reject tradeoff', IEEE Transactions on
    Information Theory 16, 1970.
    """
    thresholds = np.arange(1, STEPS + 1) / STEPS
    scores = scored.scores.values
    reached, right = _count_at_or_above(scores, thresholds), _count_at_or_above(scores[scored.is_gold], thresholds)
    with_codes = _count_at_or_above(scores[scored.scores.best_entries], thresholds)
    shown = reached > 0
    shown[0] = True
    return ThresholdCurve(
        thresholds[shown],
        (right / np.maximum(reached, 1))[shown],
        (right / max(scored.gold.nnz, 1))[shown],
        (with_codes / max(len(scored), 1))[shown],
    )


def _count_at_or_above(scores: NDArray[np.float64], thresholds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Count the scores that reach each of the rising thresholds, shape (thresholds,)."""
    passed = np.searchsorted(thresholds, scores, side="right")
    counts = np.bincount(passed, minlength=len(thresholds) + 1)[1:]
    return np.cumsum(counts[::-1])[::-1].astype(np.float64)

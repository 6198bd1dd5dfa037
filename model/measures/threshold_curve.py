"""What each threshold would give, if it were one for all codes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .scored_corpus import ScoredCorpus

STEPS = 200
"""So many thresholds are tried, from 0.005 to 1, whatever the number of abstracts: each can be typed as it stands."""


@dataclass(frozen=True)
class ThresholdCurve:
    """Precision and recall of the codes whose score reaches a threshold, over all codes together.

    Parameters
    ----------
    thresholds
        float64, shape (points,): rising, from the lowest to the highest that some score reaches.
    precision, recall
        float64, shape (points,): the share of the codes at or above the threshold that is right, and the share of
        the given codes that is among them.
    share_with_codes
        float64, shape (points,): the share of abstracts that have a code at or above the threshold.
    """

    thresholds: NDArray[np.float64]
    precision: NDArray[np.float64]
    recall: NDArray[np.float64]
    share_with_codes: NDArray[np.float64]

    def lowest(self, precision: float) -> int | None:
        """Return the number of the lowest threshold with such a precision or a higher one; None without any."""
        enough = np.flatnonzero(self.precision >= precision)
        return int(enough[0]) if len(enough) else None


def threshold_curve(judged: ScoredCorpus) -> ThresholdCurve:
    """Return what each threshold would give; where no code reaches it, no code counts as assigned.

    Precision against recall as C. J. van Rijsbergen has it, 'Information Retrieval', 1979; leaving undecided what is
    not sure enough, against its errors, as C. K. Chow, 'On optimum recognition error and reject tradeoff', IEEE
    Transactions on Information Theory 16, 1970.
    """
    thresholds = np.arange(1, STEPS + 1) / STEPS
    reached, right = np.zeros(STEPS), np.zeros(STEPS)
    for scores, gold in zip(judged.scores.T, judged.gold.T, strict=True):  # code by code, for memory's sake
        reached += _at_or_above(scores, thresholds)
        right += _at_or_above(scores[gold], thresholds)
    with_codes = _at_or_above(judged.scores.max(axis=1), thresholds)
    shown = reached > 0
    shown[0] = True
    return ThresholdCurve(
        thresholds[shown],
        (right / np.maximum(reached, 1))[shown],
        (right / max(judged.gold.sum(), 1))[shown],
        (with_codes / max(len(judged.gold), 1))[shown],
    )


def _at_or_above(scores: NDArray[np.float64], thresholds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Count the scores that reach each of the rising thresholds."""
    passed = np.searchsorted(thresholds, scores, side="right")
    counts = np.bincount(passed, minlength=len(thresholds) + 1)[1:]
    return np.cumsum(counts[::-1])[::-1].astype(np.float64)

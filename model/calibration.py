"""Calibration: from decision values to probabilities, learned on abstracts held out of the fit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .scorer import sigmoid

_STEPS = 100
_TOLERANCE = 1e-9
_UNCALIBRATED = (4.0, 0.0)


def fit_sigmoid(values: NDArray[np.float64], truth: NDArray[np.bool_]) -> tuple[float, float]:
    """Fit a slope and an offset so that 1 / (1 + exp(-(slope * value + offset))) is the share of true ones.

    Platt's method (J. Platt, 'Probabilistic outputs for support vector machines', 1999) with its smoothed
    targets, by Newton steps with backtracking as H.-T. Lin, C.-J. Lin and R. Weng give them ('A note on
    Platt's probabilistic outputs for support vector machines', Machine Learning 68, 2007).

    Without any values, the score rises with the value and is 0.5 where it is 0, but is no probability.

    Parameters
    ----------
    values, truth
        Of the same shape, such as (abstracts, codes): decision values, and whether the code fits.
    """
    if not values.size:
        return _UNCALIBRATED
    values, truth = values.ravel(), truth.ravel()
    positives = int(truth.sum())
    negatives = len(truth) - positives
    targets = np.where(truth, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    slope, offset = 0.0, float(np.log((positives + 1) / (negatives + 1)))
    loss = _loss(slope * values + offset, targets)
    for _ in range(_STEPS):
        step = _newton_step(values, slope * values + offset, targets)
        size = 1.0
        while size > _TOLERANCE:
            new = _loss((slope + size * step[0]) * values + offset + size * step[1], targets)
            if new <= loss:
                break
            size /= 2
        slope, offset = slope + size * step[0], offset + size * step[1]
        if loss - new < _TOLERANCE * max(loss, 1):
            break
        loss = new
    return slope, offset


def _loss(logits: NDArray[np.float64], targets: NDArray[np.float64]) -> float:
    return float(np.sum(np.logaddexp(0, logits) - targets * logits))


def _newton_step(
    values: NDArray[np.float64], logits: NDArray[np.float64], targets: NDArray[np.float64]
) -> tuple[float, float]:
    scores = sigmoid(logits)
    errors, spread = scores - targets, scores * (1 - scores)
    gradient = np.array([errors @ values, errors.sum()])
    cross = spread @ values
    hessian = np.array([[spread @ (values * values), cross], [cross, spread.sum()]])
    step = np.linalg.solve(hessian + 1e-12 * np.eye(2), -gradient)
    return float(step[0]), float(step[1])

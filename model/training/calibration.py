"""Calibration: from decision values to probabilities, learned on abstracts held out of the fit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from classmark.model.scoring.scorer import sigmoid

PRIOR = (6.5, 1.3)
"""The slope and the offset that are right where nothing else is known.

They are what new records ask for, on average, of models of small corpora, drawn from two catalogues with 2 to 30
abstracts per code. Decision values have the unit of the margin, so that they hold for any number of codes.
"""

_SPREAD = (2.0, 1.0)
"""Their standard deviations over these draws, about."""

_LOWEST_SLOPE = 0.1
"""A score always rises with the decision value."""


def fit_sigmoid(values: NDArray[np.float64], gold: NDArray[np.bool_]) -> tuple[float, float]:
    """Fit a slope and an offset so that 1 / (1 + exp(-(slope * value + offset))) is the share of true ones.

    Platt's method (J. Platt, 'Probabilistic outputs for support vector machines', 1999) with its smoothed targets, and
    with a normal prior on slope and offset: what a few abstracts say is weighed against `PRIOR`, what thousands say
    stands. The slope is never below 0.1, whatever the values say, so that a ranking by scores is one by values.

    Parameters
    ----------
    values, gold
        Of the same shape, such as (abstracts, codes): decision values, and whether the code fits. There may be none.
    """
    if not values.size:
        return PRIOR
    values, gold = values.ravel(), gold.ravel()
    positives = int(gold.sum())
    targets = np.where(gold, (positives + 1) / (positives + 2), 1 / (len(gold) - positives + 2))

    def loss(slope_and_offset: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logits = values * slope_and_offset[0] + slope_and_offset[1]
        errors = sigmoid(logits) - targets
        off = (slope_and_offset - PRIOR) / _SPREAD
        total = float(np.sum(np.logaddexp(0, logits) - targets * logits) + off @ off / 2)
        gradient = np.array([errors @ values, errors.sum()]) + off / _SPREAD
        return total / len(values), gradient / len(values)

    bounds = [(_LOWEST_SLOPE, None), (None, None)]
    fitted = minimize(loss, PRIOR, jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-14, "gtol": 1e-9})
    return float(fitted.x[0]), float(fitted.x[1])

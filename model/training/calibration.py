"""Calibrate: turn decision values into probabilities, fitted on abstracts held out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from classmark.model.scoring.scorer import sigmoid

PRIOR = (6.5, 1.3)
"""Prior means of slope and offset.

They are the mean optimum on new records over models of small corpora, drawn from two catalogues with 2 to 30 abstracts
per code. Decision values have the unit of the margin, so the prior holds for any number of codes.
"""

_PRIOR_DEVIATIONS = (2.0, 1.0)
"""Prior standard deviations, roughly those over the same draws."""

_MIN_SLOPE = 0.1
"""Positive, so that scores always rise with decision values."""

_SAMPLE = 2_000_000
"""Of more values than twice this, a systematic sample is fitted, to save time: it determines two parameters as well."""


def fit_sigmoid(values: NDArray[np.float64], gold: NDArray[np.bool_]) -> tuple[float, float]:
    """Fit slope and offset of the sigmoid 1 / (1 + exp(-(slope * value + offset))) to the share of gold codes.

    Platt scaling (J. Platt, 'Probabilistic outputs for support vector machines', 1999) with its smoothed targets, and
    with a normal prior on slope and offset: a few abstracts hardly move them from `PRIOR`, thousands override it. The
    slope is at least 0.1, so that a ranking by scores is a ranking by decision values.

    Parameters
    ----------
    values, gold
        Shape (values,): decision values, and whether each is that of a gold code. May be empty.

    Returns
    -------
    Slope and offset; `PRIOR` without values.
    """
    if not values.size:
        return PRIOR
    step = (len(values) // _SAMPLE) | 1  # odd, so that it is no divisor of the number of values per abstract
    values, gold = values[::step], gold[::step]
    positives = int(gold.sum())
    targets = np.where(gold, (positives + 1) / (positives + 2), 1 / (len(gold) - positives + 2))

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logits = values * parameters[0] + parameters[1]
        errors = sigmoid(logits) - targets
        deviation = (parameters - PRIOR) / _PRIOR_DEVIATIONS
        total = float(np.sum(np.logaddexp(0, logits) - targets * logits) + deviation @ deviation / 2)
        gradient = np.array([errors @ values, errors.sum()]) + deviation / _PRIOR_DEVIATIONS
        return total / len(values), gradient / len(values)

    bounds = [(_MIN_SLOPE, None), (None, None)]
    fitted = minimize(loss, PRIOR, jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-14, "gtol": 1e-9})
    return float(fitted.x[0]), float(fitted.x[1])

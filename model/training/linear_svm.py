"""Fit a linear support vector machine per code, on all texts and by cross-validation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from joblib import delayed
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from classmark.model.parallel.worker_processes import for_workers, worker_processes
from classmark.model.settings import SMALL_CORPUS, ResolvedSettings
from classmark.model.text.tfidf import Floats

from .features import Features

MIN_PARALLEL_ENTRIES = 20_000_000
"""Matrix entries times codes from which worker processes save more time than starting them takes."""

_TOLERANCE = 0.1
"""Stopping tolerance, as in `LinearSVC`.

A thousandth of it moves precision at 1 by less than 0.1 points, and takes two thirds longer.
"""


@dataclass(frozen=True)
class LinearModel:
    """The coefficients of a fitted model.

    Parameters
    ----------
    idf, weights
        By block, float32, shapes (features,) and (features, codes).
    intercepts
        float64, shape (codes,).
    """

    idf: dict[str, Floats]
    weights: dict[str, Floats]
    intercepts: NDArray[np.float64]


def fit_linear_svm(
    features: Features, gold: NDArray[np.bool_], sample_weights: NDArray[np.float64], settings: ResolvedSettings
) -> LinearModel:
    """Fit one code against the rest, for each code.

    Parameters
    ----------
    gold
        bool, shape (texts, codes).
    sample_weights
        float64, shape (texts,).
    """
    tfidf = features.fit_tfidf(np.ones(len(gold), dtype=bool), settings)
    weights, intercepts = _fit_codes(tfidf.transform(features.counts), gold, sample_weights, settings)
    return LinearModel(tfidf.idf, tfidf.fold_affixes(weights), intercepts)


def out_of_fold_decision_values(
    features: Features,
    gold: NDArray[np.bool_],
    sample_weights: NDArray[np.float64],
    fold: NDArray[np.int64],
    settings: ResolvedSettings,
) -> NDArray[np.float64]:
    """Return the decision values of each abstract by a model fitted without its fold.

    In a small corpus, an abstract is a large part of the evidence for its code. Without it the code is rarer and its
    intercept lower, which lowers decision values exactly where the code is right. Therefore a small corpus takes the
    intercepts of the model fitted on all texts; the weights remain those of the folds.

    Parameters
    ----------
    gold, sample_weights
        As for `fit_linear_svm`.
    fold
        int64, shape (texts,): the fold in which each text is held out; -1 for one that never is.

    Returns
    -------
    float64, shape (texts, codes); 0 where the fold is -1.
    """
    decision_values = np.zeros(gold.shape)
    is_small = int((fold >= 0).sum()) <= SMALL_CORPUS
    common = fit_linear_svm(features, gold, sample_weights, settings).intercepts if is_small else None
    for number in range(fold.max() + 1):
        rows = fold == number
        matrix = features.fit_tfidf(~rows, settings).transform(features.counts)
        weights, intercepts = _fit_codes(matrix[~rows], gold[~rows], sample_weights[~rows], settings)
        decision_values[rows] = matrix[rows] @ weights + (intercepts if common is None else common)
    return decision_values


def _fit_codes(
    matrix: csr_matrix, gold: NDArray[np.bool_], sample_weights: NDArray[np.float64], settings: ResolvedSettings
) -> tuple[Floats, NDArray[np.float64]]:
    """Fit all codes, in parallel if worthwhile; return weights, shape (columns, codes), and intercepts."""
    codes = range(gold.shape[1])
    jobs = settings.jobs if matrix.nnz * len(codes) > MIN_PARALLEL_ENTRIES else 1
    with worker_processes(jobs) as parallel:
        fitted = parallel(delayed(for_workers(_fit_code))(matrix, gold[:, c], sample_weights, settings) for c in codes)
    return np.stack([weights for weights, _ in fitted], axis=1), np.array([intercept for _, intercept in fitted])


def _fit_code(
    matrix: csr_matrix, gold: NDArray[np.bool_], sample_weights: NDArray[np.float64], settings: ResolvedSettings
) -> tuple[Floats, float]:
    """Fit one code; if no text has it, or all do, its weights are 0 and the intercept alone decides."""
    if gold.all() or not gold.any():
        return np.zeros(matrix.shape[1], dtype=np.float32), 1.0 if gold.all() else -1.0
    class_weight = class_weights(gold.mean(), settings.balance)
    machine = LinearSVC(C=settings.C, dual=True, class_weight=class_weight, tol=_TOLERANCE, random_state=settings.seed)
    machine.fit(matrix, gold, sample_weight=sample_weights)
    return machine.coef_[0].astype(np.float32), float(machine.intercept_[0])


def class_weights(share: float, balance: float) -> dict[bool, float]:
    """Return the weights of texts with a code and without it.

    Parameters
    ----------
    share
        The share of the texts that have the code, above 0 and below 1.
    balance
        From 0, both weigh 1, to 1, as scikit-learn's ``class_weight="balanced"``.
    """
    return {True: (0.5 / share) ** balance, False: (0.5 / (1 - share)) ** balance}

"""Fit a linear support vector machine per code on all texts, for few codes."""

from __future__ import annotations

import numpy as np
from joblib import delayed
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from classmark.model.parallel.worker_processes import for_workers, worker_processes
from classmark.model.settings import ResolvedSettings
from classmark.model.text.tfidf import Floats

from .class_weights import TOLERANCE, class_weights
from .naive_bayes import compared, log_odds, scale_of

MIN_PARALLEL_ENTRIES = 20_000_000
"""Matrix entries times codes from which worker processes save more time than starting them takes."""


def jobs_for(matrix: csr_matrix, codes: int, settings: ResolvedSettings) -> int | None:
    """Return the number of processes, as joblib's ``n_jobs``, to fit this many codes to a matrix in."""
    return settings.jobs if matrix.nnz * codes > MIN_PARALLEL_ENTRIES else 1


def fit_codes(
    matrix: csr_matrix, gold: NDArray[np.bool_], sample_weights: NDArray[np.float64], settings: ResolvedSettings
) -> tuple[Floats, NDArray[np.float64]]:
    """Fit all codes, in parallel if worthwhile; return weights, shape (columns, codes), and intercepts.

    The weights are those of the machines and, as `Settings.bayes_weight` says, of naive Bayes.
    """
    codes = range(gold.shape[1])
    with worker_processes(jobs_for(matrix, len(codes), settings)) as parallel:
        fitted = parallel(delayed(for_workers(_fit_code))(matrix, gold[:, c], sample_weights, settings) for c in codes)
    weights = np.stack([weights for weights, _ in fitted], axis=1)
    if settings.bayes_weight:
        odds = log_odds(matrix, csr_matrix(gold), sample_weights)
        rows = compared(matrix.shape[0], settings.seed)
        scale = scale_of(matrix[rows] @ weights, (matrix[rows] @ odds).toarray())
        weights += (odds * (settings.bayes_weight * scale)).toarray()
    return weights, np.array([intercept for _, intercept in fitted])


def _fit_code(
    matrix: csr_matrix, gold: NDArray[np.bool_], sample_weights: NDArray[np.float64], settings: ResolvedSettings
) -> tuple[Floats, float]:
    """Fit one code; if no text has it, or all do, its weights are 0 and the intercept alone decides."""
    if gold.all() or not gold.any():
        return np.zeros(matrix.shape[1], dtype=np.float32), 1.0 if gold.all() else -1.0
    class_weight = class_weights(gold.mean(), settings.balance)
    machine = LinearSVC(C=settings.C, dual=True, class_weight=class_weight, tol=TOLERANCE, random_state=settings.seed)
    machine.fit(matrix, gold, sample_weight=sample_weights)
    return machine.coef_[0].astype(np.float32), float(machine.intercept_[0])

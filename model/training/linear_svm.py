"""The linear part of training: a support vector machine for each code, on all abstracts and by folds."""

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
"""Entries times codes from which on worker processes save more time than starting them takes."""

_TOLERANCE = 0.1
"""How near to the optimum is near enough: a thousand times nearer moves precision at 1 by less than 0.1 points, and
takes two thirds as long again."""


@dataclass(frozen=True)
class LinearModel:
    """Fitted machines: inverse document frequencies and weights of each block's features, and intercepts.

    Parameters
    ----------
    idf, weights
        Of each block, float32, shapes (features,) and (features, codes).
    intercepts
        float64, shape (codes,).
    """

    idf: dict[str, Floats]
    weights: dict[str, Floats]
    intercepts: NDArray[np.float64]


def fit_linear_svm(
    features: Features, gold: NDArray[np.bool_], weights: NDArray[np.float64], settings: ResolvedSettings
) -> LinearModel:
    """Fit a machine for each code.

    Parameters
    ----------
    gold
        Shape (abstracts, codes).
    weights
        Shape (abstracts,): how much each abstract counts.
    """
    weighing = features.weighing(np.ones(len(gold), dtype=bool), settings)
    fitted, intercepts = _fit_all(weighing.table(features.counts), gold, weights, settings)
    return LinearModel(weighing.idf, weighing.gather(fitted), intercepts)


def out_of_fold_decision_values(
    features: Features,
    gold: NDArray[np.bool_],
    weights: NDArray[np.float64],
    fold: NDArray[np.int64],
    settings: ResolvedSettings,
) -> NDArray[np.float64]:
    """Decide each abstract by machines that were fitted without its fold.

    Where there are few abstracts, each is a good part of what its code rests on: without it the code is rarer, its
    intercept lower, and its decision values are lower just where the code is right. So the intercepts of a small corpus
    are those of the machines fitted on all of it. The distances from the hyperplanes stay those of the folds.

    Parameters
    ----------
    gold, weights
        As for `fit_linear_svm`.
    fold
        Shape (abstracts,): the fold in which each abstract is held out; -1 for one never held out.

    Returns
    -------
    float64, shape (abstracts, codes): decision values; 0 where the fold is -1.
    """
    decided = np.zeros(gold.shape)
    is_small = int((fold >= 0).sum()) <= SMALL_CORPUS
    of_all = fit_linear_svm(features, gold, weights, settings).intercepts if is_small else None
    for number in range(fold.max() + 1):
        rows = fold == number
        table = features.weighing(~rows, settings).table(features.counts)
        fitted, intercepts = _fit_all(table[~rows], gold[~rows], weights[~rows], settings)
        decided[rows] = table[rows] @ fitted + (intercepts if of_all is None else of_all)
    return decided


def _fit_all(
    table: csr_matrix, gold: NDArray[np.bool_], weights: NDArray[np.float64], settings: ResolvedSettings
) -> tuple[Floats, NDArray[np.float64]]:
    """Return weights, shape (columns, codes), and intercepts."""
    codes = range(gold.shape[1])
    jobs = settings.jobs if table.nnz * len(codes) > MIN_PARALLEL_ENTRIES else 1
    with worker_processes(jobs) as spread:
        fitted = spread(delayed(for_workers(_fit))(table, gold[:, code], weights, settings) for code in codes)
    return np.stack([weights for weights, _ in fitted], axis=1), np.array([intercept for _, intercept in fitted])


def _fit(
    table: csr_matrix, gold: NDArray[np.bool_], weights: NDArray[np.float64], settings: ResolvedSettings
) -> tuple[Floats, float]:
    """Fit one code; one that has no abstracts here, or all, is decided by its intercept alone."""
    if gold.all() or not gold.any():
        return np.zeros(table.shape[1], dtype=np.float32), 1.0 if gold.all() else -1.0
    balance = balance_of(gold.mean(), settings.balance)
    machine = LinearSVC(C=settings.C, dual=True, class_weight=balance, tol=_TOLERANCE, random_state=settings.seed)
    machine.fit(table, gold, sample_weight=weights)
    return machine.coef_[0].astype(np.float32), float(machine.intercept_[0])


def balance_of(share: float, balance: float) -> dict[bool, float]:
    """Return how much abstracts with a code and without it count, if it has this share of them, above 0 and below 1."""
    return {True: (0.5 / share) ** balance, False: (0.5 / (1 - share)) ** balance}

"""Fit the linear support vector machine of one code on some of the texts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from classmark.model.text.tfidf import Floats

from .class_weights import class_weights
from .fitted_texts import Rows, Texts

_MIN_WEIGHT = 0.01
"""Smaller weights are dropped, which leaves precision at 1 as it is; see `weights.min_weight`."""


class Machine(NamedTuple):
    """The linear support vector machine of a code: float32 weights of some columns, and an intercept."""

    columns: Rows
    weights: Floats
    intercept: float


def fit_machine(texts: Texts, positives: Rows, negatives: Rows, tolerance: float) -> Machine:
    """Fit one code; if no text has it, or all do, it has no weights, and the intercept alone decides."""
    if not len(positives) or not len(negatives):
        return Machine(np.zeros(0, np.int64), np.zeros(0, np.float32), 1.0 if len(positives) else -1.0)
    rows = np.concatenate([positives, negatives, [len(texts.is_fitted)]])
    is_positive = np.arange(len(rows)) < len(positives)
    of_class = class_weights(len(positives) / int(texts.is_fitted.sum()), texts.settings.balance)
    sample_weights = texts.sample_weights[rows] * np.where(is_positive, of_class[True], of_class[False])
    matrix, columns = _used_columns(texts.matrix[rows])
    machine = LinearSVC(C=texts.settings.C, dual=True, tol=tolerance, random_state=texts.settings.seed)
    machine.fit(matrix, is_positive, sample_weight=sample_weights)
    kept = np.flatnonzero(np.abs(machine.coef_[0]) >= _MIN_WEIGHT)
    return Machine(columns[kept], machine.coef_[0][kept].astype(np.float32), float(machine.intercept_[0]))


def _used_columns(matrix: csr_matrix) -> tuple[csr_matrix, Rows]:
    """Return a matrix without its empty columns, float64, and the numbers of the others, in any order.

    A machine of few texts is fitted in a third of the time without the columns that they do not have. Only the entries
    are looked at, as they are fewer than the columns.
    """
    number = np.empty(matrix.shape[1], dtype=np.int32)
    entries = np.arange(matrix.nnz, dtype=np.int32)
    number[matrix.indices] = entries
    columns = matrix.indices[number[matrix.indices] == entries]
    number[columns] = np.arange(len(columns))
    found = (matrix.data.astype(np.float64), number[matrix.indices], matrix.indptr)
    return csr_matrix(found, shape=(matrix.shape[0], len(columns))), columns

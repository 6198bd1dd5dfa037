"""Fit a linear support vector machine per code, for many codes, on the code's own texts and its hard negatives.

With thousands of codes, most texts have nothing to do with a code: they lie beyond the margin, and its machine is the
same without them. Each machine is fitted on the texts with the code, on those that resemble them most, and on a random
sample. Then all texts are scored, those that the machine gets wrong or nearly so join, and it is fitted again, as in
the mining of hard negatives (P. F. Felzenszwalb, R. B. Girshick, D. McAllester and D. Ramanan, 'Object detection with
discriminatively trained part-based models', IEEE TPAMI 32, 2010). The result is near that of one code against the rest
on all texts (R. Babbar and B. Schölkopf, 'DiSMEC: distributed sparse machines for extreme multi-label classification',
WSDM 2017), and the scores of different codes can be compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from classmark.model.settings import ResolvedSettings
from classmark.model.text.tfidf import Floats

from .class_weights import class_weights

Rows = NDArray[np.int64]

_RESEMBLING = (100, 300)
_SAMPLE = (300, 1_000)
_FULL = 30
"""The number of first negatives, those that resemble the code's texts and those drawn at random from all.

They are the second for a code with 30 texts or more, in proportion for fewer, and at least the first: most of ten
thousands of codes have a handful of texts, which a few hundred others suffice to tell apart. Half as many for all codes
cost a point of recall at 10.
"""

_PER_POSITIVE = 2
"""At least this many negatives per text with the code resemble them."""

_STRONGEST = 200
"""The number of terms of a code's centroid that are compared with texts."""

_WRONG, _RIGHT = -0.6, -1.1
"""Negatives with a decision value above the first join for the second fit; those below the second leave."""

_ANCHOR_WEIGHT = 20.0
"""Sample weight of the anchor, a negative without terms: it stands for all texts that have nothing in common with a
code, and keeps the intercept near -1, so that the decision values of different codes can be compared."""

_TOLERANCES = (0.5, 0.3)
"""The stopping tolerances of the two fits; those of `LinearSVC` give the same measures in half as much time again."""

_MIN_WEIGHT = 0.01
"""Smaller weights are dropped, which leaves precision at 1 as it is; see `weights.min_weight`."""

_DENSE = 1 / 20
"""The share of codes with a weight from which the weights of columns are multiplied as dense rows, which is faster."""

_COLUMNS_AT_ONCE = 1_000
"""Columns to decide on at once."""

_ROWS_AT_ONCE = 4_096
"""Texts to score at once."""


@dataclass(frozen=True)
class BlockFit:
    """The machines of some codes.

    Parameters
    ----------
    weights
        float32, shape (columns, codes); the columns are in the order of `Texts`.
    intercepts
        float64, shape (codes,).
    negatives
        For each code, the rows of its negatives.
    """

    weights: csr_matrix
    intercepts: NDArray[np.float64]
    negatives: list[Rows]


@dataclass(frozen=True)
class Texts:
    """Texts to fit on.

    Parameters
    ----------
    matrix
        float32, shape (texts + 1, columns): the last row is the anchor, which is empty.
    rank
        int64, shape (columns,): the place of each column of the features; those in most texts come first, which keeps
        their weights together in memory.
    sample_weights
        float64, shape (texts + 1,).
    is_fitted
        bool, shape (texts,): the texts to fit on; the others are held out.
    settings
        How to fit.
    """

    matrix: csr_matrix
    rank: NDArray[np.int64]
    sample_weights: NDArray[np.float64]
    is_fitted: NDArray[np.bool_]
    settings: ResolvedSettings

    @classmethod
    def of(
        cls,
        matrix: csr_matrix,
        sample_weights: NDArray[np.float64],
        is_fitted: NDArray[np.bool_],
        settings: ResolvedSettings,
    ) -> Texts:
        """Add the anchor to texts, shape (texts, columns), and their sample weights, shape (texts,)."""
        frequency = np.bincount(matrix.indices, minlength=matrix.shape[1])
        rank = np.empty(matrix.shape[1], dtype=np.int64)
        rank[np.argsort(-frequency, kind="stable")] = np.arange(matrix.shape[1])
        starts = np.append(matrix.indptr, matrix.nnz)
        entries = (matrix.data.astype(np.float32), rank[matrix.indices].astype(np.int32), starts)
        ordered = csr_matrix(entries, shape=(matrix.shape[0] + 1, matrix.shape[1]))
        ordered.sort_indices()
        return cls(ordered, rank, np.append(sample_weights, _ANCHOR_WEIGHT), is_fitted, settings)

    def products(self, rows: Rows, weights: csr_matrix) -> Floats:
        """Return the products of texts and weights, float32, shape (rows, codes).

        Parameters
        ----------
        weights
            float32, shape (columns, codes).
        """
        dense = _dense_columns(weights)
        of_frequent, of_others = weights[:dense].toarray(), weights[dense:]
        products = np.empty((len(rows), weights.shape[1]), dtype=np.float32)
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            matrix = self.matrix[rows[start : start + _ROWS_AT_ONCE]]
            of_rows = (matrix[:, dense:] @ of_others).toarray()
            products[start : start + _ROWS_AT_ONCE] = matrix[:, :dense] @ of_frequent + of_rows
        return products

    def decision_function(self, rows: Rows, fit: BlockFit) -> Floats:
        """Return the decision values of texts, float32, shape (rows, codes)."""
        return self.products(rows, fit.weights) + fit.intercepts.astype(np.float32)


def fit_block(texts: Texts, positives: Sequence[Rows], negatives: Sequence[Rows] | None = None) -> BlockFit:
    """Fit the machines of some codes.

    Parameters
    ----------
    positives
        For each code, the rows of the texts that have it.
    negatives
        For each code, the rows of its negatives among all texts, from a fit to all of them; None to look for them.
    """
    positives = [rows[texts.is_fitted[rows]] for rows in positives]
    of_first, of_second = _TOLERANCES
    if negatives is not None:
        return _fit(texts, positives, [rows[texts.is_fitted[rows]] for rows in negatives], of_second)
    first = _fit(texts, positives, _first_negatives(texts, positives), of_first)
    return _fit(texts, positives, _hard_negatives(texts, positives, first), of_second)


def _first_negatives(texts: Texts, positives: Sequence[Rows]) -> list[Rows]:
    """Return the negatives of each code for the first fit: the texts nearest to its centroid, and a random sample."""
    fitted = np.flatnonzero(texts.is_fitted)
    drawn = np.random.default_rng(texts.settings.seed).permutation(fitted)
    found = []
    for similar, rows in zip(_similarity(texts, positives), positives, strict=True):
        similar[rows] = -np.inf
        similar[~texts.is_fitted] = -np.inf
        most = min(max(_share(len(rows), _RESEMBLING), _PER_POSITIVE * len(rows)), len(fitted) - len(rows))
        nearest = np.argpartition(-similar, most - 1)[:most] if most else fitted[:0]
        sample = drawn[: _share(len(rows), _SAMPLE)]
        found.append(np.setdiff1d(np.union1d(nearest, sample), rows, assume_unique=True))
    return found


def _share(positives: int, bounds: tuple[int, int]) -> int:
    """Return the number of negatives for a code with this many texts.

    >>> _share(3, (100, 300)), _share(15, (100, 300)), _share(500, (100, 300))
    (100, 150, 300)
    """
    return min(max(bounds[0], bounds[1] * positives // _FULL), bounds[1])


def _similarity(texts: Texts, positives: Sequence[Rows]) -> Floats:
    """Return the products of texts and the centroids of codes, float32, shape (codes, texts)."""
    lengths = [len(rows) for rows in positives]
    entries = (np.ones(sum(lengths)), np.concatenate([*positives, np.zeros(0, np.int64)]), np.cumsum([0, *lengths]))
    has_code = csr_matrix(entries, shape=(len(positives), texts.matrix.shape[0]))
    centroids = csr_matrix(strongest((has_code @ texts.matrix).tocsr(), _STRONGEST).T)
    return np.ascontiguousarray(texts.products(np.arange(len(texts.is_fitted)), centroids).T)


def strongest(matrix: csr_matrix, most: int) -> csr_matrix:
    """Keep the entries with the highest values of each row, at most ``most``.

    >>> strongest(csr_matrix([[1, 3, 2], [0, 0, 4]]), 2).toarray().tolist()
    [[0, 3, 2], [0, 0, 4]]
    """
    row_of = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    order = np.lexsort((-matrix.data, row_of))
    place = np.arange(len(order)) - np.repeat(matrix.indptr[:-1], np.diff(matrix.indptr))
    kept = np.sort(order[place < most])
    starts = np.searchsorted(row_of[kept], np.arange(matrix.shape[0] + 1))
    return csr_matrix((matrix.data[kept], matrix.indices[kept], starts), shape=matrix.shape)


def _hard_negatives(texts: Texts, positives: Sequence[Rows], fit: BlockFit) -> list[Rows]:
    """Return the negatives of each code for the second fit."""
    values = np.ascontiguousarray(texts.decision_function(np.arange(len(texts.is_fitted)), fit).T)
    found = []
    for of_code, own, before in zip(values, positives, fit.negatives, strict=True):
        is_negative = texts.is_fitted.copy()
        is_negative[own] = False
        wrong = np.flatnonzero(is_negative & (of_code > _WRONG))
        found.append(np.union1d(wrong, before[of_code[before] > _RIGHT]))
    return found


def _fit(texts: Texts, positives: Sequence[Rows], negatives: Sequence[Rows], tolerance: float) -> BlockFit:
    """Fit each code on its texts and these negatives."""
    machines = [_fit_code(texts, own, others, tolerance) for own, others in zip(positives, negatives, strict=True)]
    columns = np.concatenate([machine.columns for machine in machines])
    weights = np.concatenate([machine.weights for machine in machines])
    starts = np.cumsum([0, *(len(machine.columns) for machine in machines)])
    by_code = csr_matrix((weights, columns, starts), shape=(len(positives), texts.matrix.shape[1]))
    return BlockFit(csr_matrix(by_code.T), np.array([machine.intercept for machine in machines]), list(negatives))


class _Machine(NamedTuple):
    """The machine of a code: the weights of some columns, float32, and an intercept."""

    columns: Rows
    weights: Floats
    intercept: float


def _fit_code(texts: Texts, positives: Rows, negatives: Rows, tolerance: float) -> _Machine:
    """Fit one code; if no text has it, or all do, it has no weights, and the intercept alone decides."""
    if not len(positives) or not len(negatives):
        return _Machine(np.zeros(0, np.int64), np.zeros(0, np.float32), 1.0 if len(positives) else -1.0)
    rows = np.concatenate([positives, negatives, [len(texts.is_fitted)]])
    is_positive = np.arange(len(rows)) < len(positives)
    of_class = class_weights(len(positives) / int(texts.is_fitted.sum()), texts.settings.balance)
    sample_weights = texts.sample_weights[rows] * np.where(is_positive, of_class[True], of_class[False])
    matrix, columns = _used_columns(texts.matrix[rows])
    machine = LinearSVC(C=texts.settings.C, dual=True, tol=tolerance, random_state=texts.settings.seed)
    machine.fit(matrix, is_positive, sample_weight=sample_weights)
    kept = np.flatnonzero(np.abs(machine.coef_[0]) >= _MIN_WEIGHT)
    return _Machine(columns[kept], machine.coef_[0][kept].astype(np.float32), float(machine.intercept_[0]))


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


def _dense_columns(weights: csr_matrix) -> int:
    """Return the number of columns, from the first on, that have weights for many codes; shape (columns, codes)."""
    entries = np.add.reduceat(np.diff(weights.indptr), np.arange(0, weights.shape[0], _COLUMNS_AT_ONCE))
    is_sparse = entries < _DENSE * _COLUMNS_AT_ONCE * weights.shape[1]
    return int(is_sparse.argmax()) * _COLUMNS_AT_ONCE if is_sparse.any() else weights.shape[0]

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

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from sklearn.svm import LinearSVC

from classmark.model.settings import ResolvedSettings
from classmark.model.text.tfidf import Floats

from .class_weights import TOLERANCE, class_weights

Rows = NDArray[np.int64]

_RESEMBLING = 300
_PER_POSITIVE = 2
"""How many of the texts that resemble a code's most are negatives at first: 300, or two for each text with the code."""

_SAMPLE = 1_000
"""The number of further negatives, drawn at random; all codes share them."""

_STRONGEST = 200
"""The number of terms of a code's centroid that are compared with texts."""

_WRONG, _RIGHT = -0.6, -1.1
"""Negatives with a decision value above the first join for the second fit; those below the second leave."""

_ANCHOR_WEIGHT = 20.0
"""Sample weight of the anchor, a negative without terms: it stands for all texts that have nothing in common with a
code, and keeps the intercept near -1, so that the decision values of different codes can be compared."""

_MIN_WEIGHT = 0.01
"""Smaller weights are dropped, which leaves precision at 1 as it is; see `weights.min_weight`."""

ROWS_AT_ONCE = 4_096
"""Texts to score at once."""


@dataclass(frozen=True)
class BlockFit:
    """The machines of some codes.

    Parameters
    ----------
    weights
        float32, shape (columns, codes).
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
        float64, shape (texts + 1, columns): the last row is the anchor, which is empty.
    sample_weights
        float64, shape (texts + 1,).
    is_fitted
        bool, shape (texts,): the texts to fit on; the others are held out.
    settings
        How to fit.
    """

    matrix: csr_matrix
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
        anchor = csr_matrix((1, matrix.shape[1]), dtype=matrix.dtype)
        weights = np.append(sample_weights, _ANCHOR_WEIGHT)
        return cls(csr_matrix(vstack([matrix, anchor], format="csr")), weights, is_fitted, settings)

    def decision_function(self, rows: slice, fit: BlockFit) -> Floats:
        """Return the decision values of a range of texts, float32, shape (texts, codes)."""
        values = (self.matrix[rows] @ fit.weights).toarray() + fit.intercepts
        return np.asarray(values, dtype=np.float32)


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
    if negatives is not None:
        return _fit(texts, positives, [rows[texts.is_fitted[rows]] for rows in negatives])
    first = _fit(texts, positives, _resembling(texts, positives))
    return _fit(texts, positives, _hard_negatives(texts, positives, first))


def _resembling(texts: Texts, positives: Sequence[Rows]) -> list[Rows]:
    """Return the first negatives of each code: the texts nearest to its centroid, and a random sample."""
    fitted = np.flatnonzero(texts.is_fitted)
    rng = np.random.default_rng(texts.settings.seed)
    sample = rng.permutation(fitted)[:_SAMPLE]
    similarity = _similarity(texts, positives)
    found = []
    for similar, rows in zip(similarity, positives, strict=True):
        similar[rows] = -np.inf
        similar[~texts.is_fitted] = -np.inf
        most = min(max(_RESEMBLING, _PER_POSITIVE * len(rows)), len(fitted) - len(rows))
        nearest = np.argpartition(-similar, most - 1)[:most] if most else fitted[:0]
        found.append(np.setdiff1d(np.union1d(nearest, sample), rows, assume_unique=True))
    return found


def _similarity(texts: Texts, positives: Sequence[Rows]) -> Floats:
    """Return the products of texts and the centroids of codes, float32, shape (codes, texts)."""
    lengths = [len(rows) for rows in positives]
    entries = (np.ones(sum(lengths)), np.concatenate([*positives, np.zeros(0, np.int64)]), np.cumsum([0, *lengths]))
    has_code = csr_matrix(entries, shape=(len(positives), texts.matrix.shape[0]))
    centroids = csr_matrix(strongest((has_code @ texts.matrix).tocsr(), _STRONGEST).T)
    similarity = np.empty((len(positives), len(texts.is_fitted)), dtype=np.float32)
    for start in range(0, len(texts.is_fitted), ROWS_AT_ONCE):
        rows = slice(start, min(start + ROWS_AT_ONCE, len(texts.is_fitted)))
        similarity[:, rows] = (texts.matrix[rows] @ centroids).toarray().T
    return similarity


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
    values = np.empty((len(positives), len(texts.is_fitted)), dtype=np.float32)
    for start in range(0, len(texts.is_fitted), ROWS_AT_ONCE):
        rows = slice(start, min(start + ROWS_AT_ONCE, len(texts.is_fitted)))
        values[:, rows] = texts.decision_function(rows, fit).T
    found = []
    for of_code, own, before in zip(values, positives, fit.negatives, strict=True):
        is_negative = texts.is_fitted.copy()
        is_negative[own] = False
        wrong = np.flatnonzero(is_negative & (of_code > _WRONG))
        found.append(np.union1d(wrong, before[of_code[before] > _RIGHT]))
    return found


def _fit(texts: Texts, positives: Sequence[Rows], negatives: Sequence[Rows]) -> BlockFit:
    """Fit each code on its texts and these negatives."""
    columns, values, intercepts = [], [], []
    for own, others in zip(positives, negatives, strict=True):
        weights, intercept = _fit_code(texts, own, others)
        kept = np.flatnonzero(np.abs(weights) >= _MIN_WEIGHT)
        columns.append(kept)
        values.append(weights[kept].astype(np.float32))
        intercepts.append(intercept)
    starts = np.cumsum([0, *map(len, columns)])
    shape = (len(positives), texts.matrix.shape[1])
    by_code = csr_matrix((np.concatenate(values), np.concatenate(columns), starts), shape=shape)
    return BlockFit(csr_matrix(by_code.T, dtype=np.float32), np.array(intercepts), list(negatives))


def _fit_code(texts: Texts, positives: Rows, negatives: Rows) -> tuple[NDArray[np.float64], float]:
    """Fit one code; if no text has it, or all do, its weights are 0 and the intercept alone decides."""
    if not len(positives) or not len(negatives):
        return np.zeros(texts.matrix.shape[1]), 1.0 if len(positives) else -1.0
    rows = np.concatenate([positives, negatives, [len(texts.is_fitted)]])
    is_positive = np.arange(len(rows)) < len(positives)
    of_class = class_weights(len(positives) / int(texts.is_fitted.sum()), texts.settings.balance)
    weights = texts.sample_weights[rows] * np.where(is_positive, of_class[True], of_class[False])
    machine = LinearSVC(C=texts.settings.C, dual=True, tol=TOLERANCE, random_state=texts.settings.seed)
    machine.fit(texts.matrix[rows], is_positive, sample_weight=weights)
    return machine.coef_[0], float(machine.intercept_[0])

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

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from classmark.model.text.tfidf import Floats

from .fitted_texts import Rows, Texts
from .machine import fit_machine
from .naive_bayes import compared, log_odds, scale_of

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

_TOLERANCES = (0.5, 0.3)
"""The stopping tolerances of the two fits; those of `LinearSVC` give the same measures and take a quarter longer."""


class BlockFit(Struct, frozen=True):
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

    def decision_function(self, texts: Texts, rows: Rows) -> Floats:
        """Return the decision values of texts, float32, shape (rows, codes)."""
        return texts.products(rows, self.weights) + self.intercepts.astype(np.float32)


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
        known = [rows[texts.is_fitted[rows]] for rows in negatives]
        return _with_naive_bayes(texts, positives, _fit(texts, positives, known, of_second))
    first = _fit(texts, positives, _first_negatives(texts, positives), of_first)
    second = _fit(texts, positives, _hard_negatives(texts, positives, first), of_second)
    return _with_naive_bayes(texts, positives, second)


def _with_naive_bayes(texts: Texts, positives: Sequence[Rows], fit: BlockFit) -> BlockFit:
    """Blend the machines with naive Bayes, as `Settings.bayes_weight` says."""
    weight = texts.settings.bayes_weight
    if not weight:
        return fit
    fitted = np.flatnonzero(texts.is_fitted)
    gold = _has_code(positives, texts.matrix.shape[0])[:, fitted].T
    odds = log_odds(texts.matrix[fitted], csr_matrix(gold), texts.sample_weights[fitted])
    rows = fitted[compared(len(fitted), texts.settings.seed)]
    scale = scale_of(texts.products(rows, fit.weights), texts.products(rows, odds))
    return replace(fit, weights=csr_matrix(fit.weights + odds * np.float32(weight * scale)))


def _has_code(positives: Sequence[Rows], texts: int) -> csr_matrix:
    """Return whether each code stands with each text, 1 or 0, shape (codes, texts)."""
    lengths = [len(rows) for rows in positives]
    entries = (np.ones(sum(lengths)), np.concatenate([*positives, np.zeros(0, np.int64)]), np.cumsum([0, *lengths]))
    return csr_matrix(entries, shape=(len(positives), texts))


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
    has_code = _has_code(positives, texts.matrix.shape[0])
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
    values = fit.decision_function(texts, np.arange(len(texts.is_fitted))).T
    values = np.ascontiguousarray(values)
    found = []
    for of_code, own, before in zip(values, positives, fit.negatives, strict=True):
        is_negative = texts.is_fitted.copy()
        is_negative[own] = False
        wrong = np.flatnonzero(is_negative & (of_code > _WRONG))
        found.append(np.union1d(wrong, before[of_code[before] > _RIGHT]))
    return found


def _fit(texts: Texts, positives: Sequence[Rows], negatives: Sequence[Rows], tolerance: float) -> BlockFit:
    """Fit each code on its texts and these negatives."""
    machines = [fit_machine(texts, own, others, tolerance) for own, others in zip(positives, negatives, strict=True)]
    columns = np.concatenate([machine.columns for machine in machines])
    weights = np.concatenate([machine.weights for machine in machines])
    starts = np.cumsum([0, *(len(machine.columns) for machine in machines)])
    by_code = csr_matrix((weights, columns, starts), shape=(len(positives), texts.matrix.shape[1]))
    return BlockFit(csr_matrix(by_code.T), np.array([machine.intercept for machine in machines]), list(negatives))

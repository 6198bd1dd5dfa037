"""The linear part of training: a support vector machine for each code, on all abstracts and by folds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.svm import LinearSVC

from .tfidf import Floats, inverse_document_frequencies, tfidf
from .vocabulary import Counts

_WORTH_SPREADING = 20_000_000
"""With fewer entries times codes than this, starting processes takes longer than it saves."""

_BALANCE = 0.5
"""How far rare codes are weighed up: 0 not at all, 1 until a code and its absence count alike.

Tried on two corpora, 2,600 and 25,000 abstracts with 20 codes: 0 is best for precision at 1 with the small
one, 1 for macro-F1 with the large one; half way is within 0.5 points of the best on either.
"""


@dataclass(frozen=True)
class LinearSettings:
    """How the machines are fitted.

    Parameters
    ----------
    C
        How much a misplaced abstract counts against small weights.
    block_weights
        What the values of each block are multiplied by.
    seed, jobs
        For the solver, and how many processes at once.
    """

    C: float
    block_weights: Sequence[float]
    seed: int
    jobs: int | None


@dataclass(frozen=True)
class Weights:
    """Fitted machines: inverse document frequencies by block, weights and intercepts.

    Parameters
    ----------
    idf
        Of each block, float32, shape (features,); 0 for features that the texts learned from lack.
    weights
        float32, shape (features of all blocks, codes).
    intercepts
        float64, shape (codes,).
    """

    idf: list[Floats]
    weights: Floats
    intercepts: NDArray[np.float64]

    def decide(self, values: csr_matrix) -> NDArray[np.float64]:
        """Return the decision values of texts whose values are given, shape (texts, codes)."""
        return np.asarray(values @ self.weights + self.intercepts, dtype=np.float64)


def fit_with_folds(
    blocks: Sequence[tuple[Counts, int]],
    truth: NDArray[np.bool_],
    weights: NDArray[np.float64],
    fold: NDArray[np.int64],
    settings: LinearSettings,
) -> tuple[Weights, NDArray[np.float64]]:
    """Fit on all abstracts, and once without each fold to see how held-out abstracts are decided.

    Parameters
    ----------
    blocks
        The counts of each block, and the number of its features.
    truth
        Shape (abstracts, codes).
    weights
        Shape (abstracts,): how much each abstract counts.
    fold
        Shape (abstracts,): the fold in which each abstract is held out; -1 for one never held out.

    Returns
    -------
    The fit on all abstracts, and float64 decision values, shape (abstracts, codes), each from a fit that
    did not see the abstract; 0 where the fold is -1.
    """
    held_out = [fold == number for number in range(fold.max() + 1)]
    decided = np.zeros(truth.shape)
    for rows in held_out:
        values, idf = _values(blocks, ~rows, settings)
        decided[rows] = _fit_all(values[~rows], truth[~rows], weights[~rows], idf, settings).decide(values[rows])
    values, idf = _values(blocks, np.ones(len(fold), dtype=bool), settings)
    return _fit_all(values, truth, weights, idf, settings), decided


def _values(
    blocks: Sequence[tuple[Counts, int]], learned: NDArray[np.bool_], settings: LinearSettings
) -> tuple[csr_matrix, list[Floats]]:
    """Return the TF-IDF values of all texts, with frequencies from the learned ones alone."""
    columns, idfs = [], []
    for (counts, size), weight in zip(blocks, settings.block_weights, strict=True):
        from_learned = np.repeat(learned, np.diff(counts.starts))
        in_texts = np.bincount(counts.features[from_learned], minlength=size)
        idf = inverse_document_frequencies(in_texts, int(learned.sum()))
        idf[in_texts == 0] = 0
        values = tfidf(counts, idf).astype(np.float64) * weight
        columns.append(csr_matrix((values, counts.features, counts.starts), shape=(len(learned), size)))
        idfs.append(idf)
    return csr_matrix(hstack(columns, format="csr")), idfs


def _fit_all(
    values: csr_matrix,
    truth: NDArray[np.bool_],
    weights: NDArray[np.float64],
    idf: list[Floats],
    settings: LinearSettings,
) -> Weights:
    codes = range(truth.shape[1])
    jobs = settings.jobs if values.nnz * len(codes) > _WORTH_SPREADING else 1
    fitted = Parallel(n_jobs=jobs)(delayed(_fit)(values, truth[:, code], weights, settings) for code in codes)
    return Weights(idf, np.stack([weights for weights, _ in fitted], axis=1), np.array([b for _, b in fitted]))


def _fit(
    values: csr_matrix, truth: NDArray[np.bool_], weights: NDArray[np.float64], settings: LinearSettings
) -> tuple[Floats, float]:
    """Fit one code; one that has no abstracts here, or all, is decided by its intercept alone."""
    if truth.all() or not truth.any():
        return np.zeros(values.shape[1], dtype=np.float32), 1.0 if truth.all() else -1.0
    share = truth.mean()
    balance = {True: (0.5 / share) ** _BALANCE, False: (0.5 / (1 - share)) ** _BALANCE}
    machine = LinearSVC(C=settings.C, dual=True, class_weight=balance, random_state=settings.seed)
    machine.fit(values, truth, sample_weight=weights)
    return machine.coef_[0].astype(np.float32), float(machine.intercept_[0])

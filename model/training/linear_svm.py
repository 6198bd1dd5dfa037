"""Fit a linear support vector machine per code, on all texts and by cross-validation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from joblib import delayed
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.svm import LinearSVC

from classmark.model.parallel.worker_processes import for_workers, worker_processes
from classmark.model.scoring.candidates import KEPT, Candidates
from classmark.model.scoring.weights import SparseWeights, column_type, min_weight
from classmark.model.settings import SMALL_CORPUS, ResolvedSettings
from classmark.model.text.tfidf import Floats

from .class_weights import TOLERANCE, class_weights
from .features import Features, TfidfWeights
from .hard_negatives import Rows, Texts, fit_block

MIN_PARALLEL_ENTRIES = 20_000_000
"""Matrix entries times codes from which worker processes save more time than starting them takes."""

FEW_CODES = 128
"""Up to this many codes, each is fitted on all texts, which is exact; above, on its hard negatives."""

_BLOCK = 256
"""Codes that a process fits at once, at most."""

_MIN_BLOCKS = 4
"""Blocks to cut the codes into, so that all processes have work."""

_IN_QUESTION = -0.9
"""Held-out decision values above this are kept; nearly all texts are below it for a code that has nothing in common."""


@dataclass(frozen=True)
class LinearModel:
    """The coefficients of a fitted model.

    Parameters
    ----------
    idf, weights
        By block: float32, shape (features,), and the weights of the features for each code.
    intercepts
        float64, shape (codes,).
    negatives
        For each code, the rows of its negatives if there are many codes; otherwise empty.
    """

    idf: dict[str, Floats]
    weights: dict[str, SparseWeights]
    intercepts: NDArray[np.float64]
    negatives: tuple[Rows, ...] = ()


def fit_linear_svm(
    features: Features, gold: csr_matrix, sample_weights: NDArray[np.float64], settings: ResolvedSettings
) -> LinearModel:
    """Fit one code against the rest, for each code.

    Parameters
    ----------
    gold
        bool, shape (texts, codes).
    sample_weights
        float64, shape (texts,).
    """
    all_texts = np.ones(gold.shape[0], dtype=bool)
    tfidf = features.fit_tfidf(all_texts, settings)
    matrix = tfidf.transform(features.counts)
    if gold.shape[1] <= FEW_CODES:
        weights, intercepts = _fit_codes(matrix, gold.toarray(), sample_weights, settings)
        folded = {name: SparseWeights.of_dense(found) for name, found in tfidf.fold_affixes(weights).items()}
        return LinearModel(tfidf.idf, folded, intercepts)
    texts = Texts.of(matrix, sample_weights, all_texts, settings)
    with worker_processes(settings.jobs) as parallel:
        fits = parallel(delayed(for_workers(_fit_folded))(texts, rows, tfidf) for rows in _blocks(gold))
    return LinearModel(
        tfidf.idf,
        {name: _joined([weights[name] for weights, _, _ in fits]) for name in features.blocks},
        np.concatenate([intercepts for _, intercepts, _ in fits]),
        tuple(rows for _, _, negatives in fits for rows in negatives),
    )


def out_of_fold_decision_values(  # noqa: PLR0913  # the training set, a model of it, and how to fit
    features: Features,
    gold: csr_matrix,
    sample_weights: NDArray[np.float64],
    fold: NDArray[np.int64],
    model: LinearModel,
    settings: ResolvedSettings,
) -> Candidates:
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
    model
        Fitted on all texts.

    Returns
    -------
    The best codes of the texts whose fold is not -1, in their order.
    """
    is_small = int((fold >= 0).sum()) <= SMALL_CORPUS
    common = model.intercepts if is_small else None
    parts, rows_of_parts = [], []
    for number in range(fold.max() + 1):
        is_held_out = fold == number
        matrix = features.fit_tfidf(~is_held_out, settings).transform(features.counts)
        if model.negatives:
            texts = Texts.of(matrix, sample_weights, ~is_held_out, settings)
            parts.append(_decide_in_blocks(texts, gold, model, common))
        else:
            weights, intercepts = _fit_codes(
                matrix[~is_held_out], gold[~is_held_out].toarray(), sample_weights[~is_held_out], settings
            )
            values = matrix[is_held_out] @ weights + (intercepts if common is None else common)
            parts.append(Candidates.of_dense(values))
        rows_of_parts.append(np.flatnonzero(is_held_out))
    if not parts:
        return Candidates.of_dense(np.zeros((0, gold.shape[1])))
    return Candidates.join(parts).take(np.argsort(np.concatenate(rows_of_parts)))


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
    machine = LinearSVC(C=settings.C, dual=True, class_weight=class_weight, tol=TOLERANCE, random_state=settings.seed)
    machine.fit(matrix, gold, sample_weight=sample_weights)
    return machine.coef_[0].astype(np.float32), float(machine.intercept_[0])


def _blocks(gold: csr_matrix) -> Iterator[list[Rows]]:
    """Yield the rows of the texts with each code, block by block."""
    by_code = gold.tocsc()
    rows = np.split(by_code.indices.astype(np.int64), by_code.indptr[1:-1])
    size = min(_BLOCK, -(-len(rows) // _MIN_BLOCKS))
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _fit_folded(
    texts: Texts, positives: Sequence[Rows], tfidf: TfidfWeights
) -> tuple[dict[str, csr_matrix], NDArray[np.float64], list[Rows]]:
    """Fit some codes; return their weights by block, without those near zero, their intercepts and negatives."""
    fit = fit_block(texts, positives)
    weights = tfidf.fold_affixes_sparse(fit.weights)
    for matrix in weights.values():
        matrix.data[np.abs(matrix.data) < min_weight(FEW_CODES + 1)] = 0
        matrix.eliminate_zeros()
    return weights, fit.intercepts, fit.negatives


def _joined(parts: Sequence[csr_matrix]) -> SparseWeights:
    """Join the weights of blocks of codes, each of shape (features, codes)."""
    joined = csr_matrix(hstack(parts, format="csr"))
    joined.sort_indices()
    columns = joined.indices.astype(column_type(joined.shape[1]))
    return SparseWeights(joined.indptr.astype(np.int64), columns, joined.data.astype(np.float16), joined.shape[1])


def _decide_in_blocks(
    texts: Texts, gold: csr_matrix, model: LinearModel, common: NDArray[np.float64] | None
) -> Candidates:
    """Return the decision values of the texts that are not fitted on, in their order."""
    blocks = list(_blocks(gold))
    starts = np.cumsum([0, *map(len, blocks)])
    with worker_processes(texts.settings.jobs) as parallel:
        values = parallel(
            delayed(for_workers(_decide))(texts, rows, model.negatives[start : start + len(rows)])
            for rows, start in zip(blocks, starts.tolist(), strict=False)
        )
    found = csr_matrix(hstack([of_block for of_block, _ in values], format="csr"))
    found.sort_indices()
    intercepts = np.concatenate([of_block for _, of_block in values]) if common is None else common
    row_of = np.repeat(np.arange(found.shape[0]), np.diff(found.indptr))
    decisions = found.data + intercepts[found.indices]
    candidates = Candidates(found.indptr.astype(np.int64), found.indices.astype(np.int32), decisions, gold.shape[1])
    kept = candidates.rank < KEPT
    starts = np.concatenate([[0], np.cumsum(np.bincount(row_of[kept], minlength=found.shape[0]))])
    return Candidates(starts, candidates.columns[kept], decisions[kept], gold.shape[1])


def _decide(
    texts: Texts, positives: Sequence[Rows], negatives: Sequence[Rows]
) -> tuple[csr_matrix, NDArray[np.float64]]:
    """Fit a block of codes, and return the values in question of the texts held out, without intercepts, and these.

    The values have the shape (texts held out, codes); each text has at least one.
    """
    fit = fit_block(texts, positives, negatives)
    held_out = texts.matrix[np.append(~texts.is_fitted, False)]
    parts = []
    for start in range(0, held_out.shape[0], _BLOCK):
        values = (held_out[start : start + _BLOCK] @ fit.weights).toarray()
        decisions = values + fit.intercepts
        is_kept = decisions > _IN_QUESTION
        is_kept[np.arange(len(values)), decisions.argmax(axis=1)] = True
        rows, columns = np.nonzero(is_kept)
        parts.append(csr_matrix((values[rows, columns], (rows, columns)), shape=values.shape))
    shape = (0, len(positives))
    return csr_matrix(vstack([*parts, csr_matrix(shape)], format="csr")), fit.intercepts

"""Fit many codes on their hard negatives, block by block, in worker processes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from joblib import delayed
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from classmark.model.parallel.worker_processes import for_workers, worker_processes
from classmark.model.scoring.candidates import Candidates
from classmark.model.scoring.weights import SparseWeights, column_type, min_weight

from .features import TfidfWeights
from .fitted_texts import Rows, Texts
from .hard_negatives import fit_block
from .one_vs_rest import jobs_for

_BLOCK = 256
"""Codes that a process fits at once, at most."""

_MIN_BLOCKS = 4
"""Blocks to cut the codes into, so that all processes have work."""

_IN_QUESTION = -0.9
"""Held-out decision values above this are kept; nearly all texts are below it for a code that has nothing in common."""

_BlockWeights = tuple[dict[str, csr_matrix], NDArray[np.float64], list[Rows]]
"""The weights of some codes by block of features, their intercepts, and the rows of their negatives."""


def fit_in_blocks(
    texts: Texts, gold: csr_matrix, tfidf: TfidfWeights
) -> tuple[dict[str, SparseWeights], NDArray[np.float64], tuple[Rows, ...]]:
    """Fit all codes; return their weights by block of features, their intercepts, and the rows of their negatives.

    Parameters
    ----------
    gold
        bool, shape (texts, codes).
    tfidf
        The TF-IDF of the texts, whose affixes are folded into words.
    """
    least = min_weight(gold.shape[1])
    with worker_processes(jobs_for(texts.matrix, gold.shape[1], texts.settings)) as parallel:
        fits = parallel(delayed(for_workers(_fit_folded))(texts, rows, tfidf, least) for rows in _blocks(gold))
    weights = {name: _joined([weights[name] for weights, _, _ in fits]) for name in tfidf.idf}
    intercepts = np.concatenate([intercepts for _, intercepts, _ in fits])
    return weights, intercepts, tuple(rows for _, _, negatives in fits for rows in negatives)


def decide_in_blocks(
    texts: Texts, gold: csr_matrix, negatives: Sequence[Rows], intercepts: NDArray[np.float64] | None
) -> Candidates:
    """Fit all codes, and return the decision values of the texts that are held out, in their order.

    Parameters
    ----------
    gold
        bool, shape (texts, codes).
    negatives
        For each code, the rows of its negatives among all texts.
    intercepts
        float64, shape (codes,): replace those of the fit; None for those of the fit.
    """
    blocks = list(_blocks(gold))
    ends = [0, *np.cumsum([len(rows) for rows in blocks]).tolist()]
    with worker_processes(jobs_for(texts.matrix, gold.shape[1], texts.settings)) as parallel:
        values = parallel(
            delayed(for_workers(_decide))(
                texts, rows, negatives[start:end], None if intercepts is None else intercepts[start:end]
            )
            for rows, (start, end) in zip(blocks, pairwise(ends), strict=True)
        )
    found = csr_matrix(hstack(values, format="csr"))
    found.sort_indices()
    starts, columns = found.indptr.astype(np.int64), found.indices.astype(np.int32)
    return Candidates(starts, columns, found.data, gold.shape[1]).cut()


def _blocks(gold: csr_matrix) -> Iterator[list[Rows]]:
    """Yield the rows of the texts with each code, block by block."""
    by_code = gold.tocsc()
    rows = np.split(by_code.indices.astype(np.int64), by_code.indptr[1:-1])
    size = min(_BLOCK, -(-len(rows) // _MIN_BLOCKS))
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _fit_folded(texts: Texts, positives: Sequence[Rows], tfidf: TfidfWeights, least: float) -> _BlockWeights:
    """Fit some codes, and drop weights nearer to zero than ``least``."""
    fit = fit_block(texts, positives)
    weights = tfidf.fold_affixes_sparse(fit.weights[texts.rank])
    for matrix in weights.values():
        matrix.data[np.abs(matrix.data) < least] = 0
        matrix.eliminate_zeros()
    return weights, fit.intercepts, fit.negatives


def _joined(parts: Sequence[csr_matrix]) -> SparseWeights:
    """Join the weights of blocks of codes, each of shape (features, codes)."""
    joined = csr_matrix(hstack(parts, format="csr"))
    joined.sort_indices()
    columns = joined.indices.astype(column_type(joined.shape[1]))
    return SparseWeights(joined.indptr.astype(np.int64), columns, joined.data.astype(np.float16), joined.shape[1])


def _decide(
    texts: Texts, positives: Sequence[Rows], negatives: Sequence[Rows], intercepts: NDArray[np.float64] | None
) -> csr_matrix:
    """Fit some codes, and return the values in question of the texts held out, shape (texts held out, codes).

    Each text has at least one.
    """
    fit = fit_block(texts, positives, negatives)
    held_out = np.flatnonzero(~texts.is_fitted)
    values = texts.products(held_out, fit.weights) + (fit.intercepts if intercepts is None else intercepts)
    is_kept = values > _IN_QUESTION
    is_kept[np.arange(len(values)), values.argmax(axis=1)] = True
    rows, columns = np.nonzero(is_kept)
    return csr_matrix((values[rows, columns], (rows, columns)), shape=values.shape)

"""Evaluate training on a corpus by cross-validation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from classmark.corpus.abstract import Abstract
from classmark.corpus.errors import CorpusError
from classmark.corpus.scheme import Scheme
from classmark.model.measures.scored_corpus import ScoredCorpus
from classmark.model.scoring.candidates import Candidates
from classmark.model.scoring.scorer import ScoringResult
from classmark.model.settings import Settings
from classmark.model.training.estimator import SubjectClassifier
from classmark.model.training.labels import label_matrix, labels_of, scope_notes
from classmark.model.training.stratification import assign_folds, groups_of
from classmark.model.training.train import fit_estimator

from .evaluate import Evaluation, evaluation_of


def evaluate_by_folds(
    abstracts: Sequence[Abstract], scheme: Scheme | None, folds: int, settings: Settings
) -> Evaluation:
    """Evaluate training on a corpus by cross-validation: each fold is scored by an estimator fitted on the others.

    The estimator calibrates and chooses thresholds on its own training abstracts; near duplicates are in one fold.

    Raises
    ------
    CorpusError
        The corpus cannot be trained on, or has fewer than two abstracts per fold.
    """
    if len(abstracts) < 2 * folds:
        raise CorpusError(
            f"{len(abstracts)} abstracts are too few for {folds} folds; use fewer folds, or more abstracts"
        )
    labels, scheme = labels_of(abstracts, scheme)
    codes = tuple(sorted({code for given in labels + [note.codes for note in scope_notes(scheme)] for code in given}))
    gold = label_matrix(labels, codes)
    fold = assign_folds(gold, folds, settings.seed, groups_of(abstracts))
    out_of_fold = _OutOfFold(codes, folds)
    for number in range(folds):
        rest = np.flatnonzero(fold != number).tolist()
        estimator = fit_estimator([abstracts[i] for i in rest], [labels[i] for i in rest], scheme, settings)
        out_of_fold.add(number, estimator, abstracts, np.flatnonzero(fold == number))
    return evaluation_of(out_of_fold.scored_corpus(gold), scheme, out_of_fold.mean_thresholds())


class _OutOfFold:
    """Collect out-of-fold scores, assigned codes and thresholds, fold by fold.

    Parameters
    ----------
    codes
        In the order of the columns; an estimator may lack some of them.
    folds
        The number of folds.
    """

    def __init__(self, codes: tuple[str, ...], folds: int) -> None:
        self._codes = codes
        self._column = {code: number for number, code in enumerate(codes)}
        self._rows: list[NDArray[np.int64]] = []
        self._results: list[ScoringResult] = []
        self._thresholds = np.full((folds, len(codes)), np.nan)

    def add(
        self, fold: int, estimator: SubjectClassifier, abstracts: Sequence[Abstract], rows: NDArray[np.int64]
    ) -> None:
        """Score the abstracts in these rows by an estimator that was fitted without them."""
        columns = np.array([self._column[code] for code in estimator.classes_], dtype=np.int32)
        result = estimator.scorer_.assign_codes([abstracts[i] for i in rows.tolist()])
        scores = replace(result.scores, columns=columns[result.scores.columns], codes=len(self._codes))
        self._rows.append(rows)
        self._results.append(replace(result, scores=scores))
        self._thresholds[fold, columns] = estimator.scorer_.thresholds

    def scored_corpus(self, gold: csr_matrix) -> ScoredCorpus:
        """Return the scores beside gold codes, bool, shape (abstracts, codes), with sorted indices."""
        rows = np.concatenate(self._rows)
        scored = ScoredCorpus(
            self._codes,
            gold[rows],
            Candidates.join([result.scores for result in self._results]),
            np.concatenate([result.assignment.assigned for result in self._results]),
            np.concatenate([~result.assignment.uncertain for result in self._results]),
        )
        return scored.take(np.argsort(rows))

    def mean_thresholds(self) -> dict[str, float]:
        """Return the mean threshold of each code over the estimators that know it."""
        return dict(zip(self._codes, np.nanmean(self._thresholds, axis=0).tolist(), strict=True))

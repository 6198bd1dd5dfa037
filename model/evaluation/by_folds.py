"""Evaluate training on a corpus by cross-validation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from classmark.corpus.abstract import Abstract
from classmark.corpus.errors import CorpusError
from classmark.corpus.scheme import Scheme
from classmark.model.measures.scored_corpus import ScoredCorpus
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
    out_of_fold = _OutOfFold(codes, len(abstracts), folds)
    for number in range(folds):
        rest = np.flatnonzero(fold != number).tolist()
        estimator = fit_estimator([abstracts[i] for i in rest], [labels[i] for i in rest], scheme, settings)
        out_of_fold.add(number, estimator, abstracts, np.flatnonzero(fold == number))
    return evaluation_of(out_of_fold.scored_corpus(gold.toarray()), scheme, out_of_fold.mean_thresholds())


class _OutOfFold:
    """Collect out-of-fold scores, assigned codes and thresholds, fold by fold.

    Parameters
    ----------
    codes
        In the order of the columns; an estimator may lack some of them.
    abstracts, folds
        Their numbers.
    """

    def __init__(self, codes: tuple[str, ...], abstracts: int, folds: int) -> None:
        self._codes = codes
        self._column = {code: number for number, code in enumerate(codes)}
        self._scores = np.zeros((abstracts, len(codes)))
        self._assigned = np.zeros((abstracts, len(codes)), dtype=bool)
        self._confident = np.zeros(abstracts, dtype=bool)
        self._thresholds = np.full((folds, len(codes)), np.nan)

    def add(
        self, fold: int, estimator: SubjectClassifier, abstracts: Sequence[Abstract], rows: NDArray[np.int64]
    ) -> None:
        """Score the abstracts in these rows by an estimator that was fitted without them."""
        columns = np.array([self._column[code] for code in estimator.classes_], dtype=np.int64)
        result = estimator.scorer_.assign_codes([abstracts[i] for i in rows.tolist()])
        self._scores[np.ix_(rows, columns)] = result.scores.to_dense()
        self._assigned[np.ix_(rows, columns)] = result.scores.with_values(result.assignment.assigned).to_dense() > 0
        self._confident[rows] = ~result.assignment.uncertain
        self._thresholds[fold, columns] = estimator.scorer_.thresholds

    def scored_corpus(self, gold: NDArray[np.bool_]) -> ScoredCorpus:
        """Return the scores beside gold codes, shape (abstracts, codes)."""
        return ScoredCorpus(self._codes, gold, self._scores, self._assigned, self._confident)

    def mean_thresholds(self) -> dict[str, float]:
        """Return the mean threshold of each code over the estimators that know it."""
        return dict(zip(self._codes, np.nanmean(self._thresholds, axis=0).tolist(), strict=True))

"""Evaluation: how good a classifier is, on a held-out corpus or by folds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from sklearn import metrics

from classmark.corpus import Abstract, CorpusError, Scheme

from .assignment import assign
from .classifier import Classifier
from .estimator import SubjectClassifier
from .folds import assign_folds
from .measures import MEASURES, Judged
from .scorer import Scorer
from .settings import Settings
from .training import corpus_digest, fit_estimator, label_matrix, labels_of, resolved_codes, scope_notes


@dataclass(frozen=True)
class CodeResult:
    """How one code fares; ``support`` is the number of abstracts that were given it."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class Evaluation:
    """The result of an evaluation.

    Parameters
    ----------
    documents
        How many abstracts it rests on.
    measures
        By the names of `MEASURES`.
    codes
        By code.
    unknown_codes
        Given codes that the classifier does not know; they count as not found.
    was_learned_from
        Whether the classifier learned from these very abstracts, so that the figures say nothing.
    """

    documents: int
    measures: dict[str, float]
    codes: dict[str, CodeResult]
    unknown_codes: tuple[str, ...] = ()
    was_learned_from: bool = False


def evaluate(classifier: Classifier, abstracts: Sequence[Abstract], threshold: float | None = None) -> Evaluation:
    """Measure a classifier on abstracts that it did not learn from.

    Raises
    ------
    CorpusError
        A given code fits nowhere in the classifier's scheme.
    """
    evaluation = _evaluate(classifier.scorer, classifier.codes, classifier.scheme, abstracts, threshold)
    return replace(evaluation, was_learned_from=classifier.card.corpus_digest == corpus_digest(abstracts))


def evaluate_estimator(estimator: SubjectClassifier, scheme: Scheme, abstracts: Sequence[Abstract]) -> Evaluation:
    """Measure a fitted estimator on abstracts that it did not learn from."""
    return _evaluate(estimator.scorer_, tuple(map(str, estimator.classes_)), scheme, abstracts, None)


def _evaluate(
    scorer: Scorer, codes: tuple[str, ...], scheme: Scheme, abstracts: Sequence[Abstract], threshold: float | None
) -> Evaluation:
    labels = [resolved_codes(abstract, scheme) for abstract in abstracts]
    unknown = tuple(sorted({code for given in labels for code in given} - set(codes)))
    scores = scorer.score(abstracts)
    assigned = assign(scores, scorer.thresholds if threshold is None else threshold).assigned
    missing = ((0, 0), (0, len(unknown)))
    judged = Judged(
        codes + unknown, label_matrix(labels, codes + unknown), np.pad(scores, missing), np.pad(assigned, missing)
    )
    return _evaluation(judged, unknown)


def evaluate_by_folds(
    abstracts: Sequence[Abstract],
    scheme: Scheme | None,
    folds: int,
    settings: Settings,
) -> Evaluation:
    """Measure what training on a corpus gives: each fold is predicted by what the others taught.

    Calibration and thresholds are learned inside the others, too.

    Raises
    ------
    CorpusError
        The corpus can't be learned from, or has fewer abstracts than folds.
    """
    if len(abstracts) < 2 * folds:
        raise CorpusError(f"{len(abstracts)} abstracts are too few for {folds} folds")
    labels, scheme = labels_of(abstracts, scheme)
    codes = tuple(sorted({code for given in labels + [note.codes for note in scope_notes(scheme)] for code in given}))
    truth = label_matrix(labels, codes)
    fold = assign_folds(truth, folds, settings.seed)
    scores, assigned = np.zeros(truth.shape), np.zeros(truth.shape, dtype=bool)
    for number in range(folds):
        held_out, rest = np.flatnonzero(fold == number), np.flatnonzero(fold != number)
        taught = [abstracts[i] for i in rest.tolist()], [labels[i] for i in rest.tolist()]
        estimator = fit_estimator(*taught, scheme, settings)
        columns = np.searchsorted(codes, estimator.classes_)
        fold_scores = estimator.predict_proba([abstracts[i] for i in held_out.tolist()])
        scores[np.ix_(held_out, columns)] = fold_scores
        assigned[np.ix_(held_out, columns)] = assign(fold_scores, estimator.scorer_.thresholds).assigned
    return _evaluation(Judged(codes, truth, scores, assigned))


def _evaluation(judged: Judged, unknown_codes: tuple[str, ...] = ()) -> Evaluation:
    rows = metrics.precision_recall_fscore_support(judged.truth, judged.assigned, zero_division=0)
    per_code = {
        code: CodeResult(float(precision), float(recall), float(f1), int(support))
        for code, precision, recall, f1, support in zip(judged.codes, *rows, strict=True)
    }
    measures = {name: measure(judged) for name, measure in MEASURES.items()}
    return Evaluation(len(judged.truth), measures, per_code, unknown_codes)

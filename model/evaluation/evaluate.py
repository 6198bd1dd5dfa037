"""Evaluation: how good a classifier is, on a held-out corpus or by folds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from sklearn import metrics

from classmark.corpus.abstract import Abstract
from classmark.corpus.errors import CorpusError
from classmark.corpus.scheme import Scheme
from classmark.model.measures.bootstrap import Interval, interval_of, resample
from classmark.model.measures.confusion import Confusion, confusions
from classmark.model.measures.hierarchy import classes_of, measures_by_class
from classmark.model.measures.registry import MEASURES
from classmark.model.measures.scored_corpus import ScoredCorpus
from classmark.model.scoring.classifier import Classifier
from classmark.model.scoring.scorer import Scorer, Scores
from classmark.model.settings import Settings
from classmark.model.training.estimator import SubjectClassifier
from classmark.model.training.labels import label_matrix, labels_of, resolved_codes, scope_notes
from classmark.model.training.provenance import corpus_digest
from classmark.model.training.stratification import assign_folds, groups_of
from classmark.model.training.train import fit_estimator


@dataclass(frozen=True)
class CodeResult:
    """How one code fares.

    Parameters
    ----------
    support
        The number of abstracts that were given it.
    threshold
        At or above it the code is assigned; None where the classifier does not know the code.
    f1_interval
        Where its F1 lies on other abstracts of the same kind.
    """

    precision: float
    recall: float
    f1: float
    support: int
    threshold: float | None
    f1_interval: Interval


@dataclass(frozen=True)
class Evaluation:
    """The result of an evaluation.

    Parameters
    ----------
    scored
        The abstracts' given codes, scores and assigned codes.
    measures
        By the names of `MEASURES`; where the scheme is a tree, those by class, too.
    intervals
        Of the main measures, by name.
    codes
        By code.
    confusions
        The codes that are confused most.
    unknown_codes
        Given codes that the classifier does not know; they count as not found.
    learned_from
        How many of these abstracts the classifier learned from, so that the figures are too good, or say nothing.
    """

    scored: ScoredCorpus
    measures: dict[str, float]
    intervals: dict[str, Interval]
    codes: dict[str, CodeResult]
    confusions: tuple[Confusion, ...]
    unknown_codes: tuple[str, ...] = ()
    learned_from: int = 0

    @property
    def documents(self) -> int:
        """How many abstracts it rests on."""
        return len(self.scored.gold)

    @property
    def absent_codes(self) -> tuple[str, ...]:
        """The codes that the classifier knows and none of the abstracts has; with them macro-F1 is lower."""
        return tuple(code for code, result in self.codes.items() if not result.support)


def evaluate(classifier: Classifier, abstracts: Sequence[Abstract], threshold: float | None = None) -> Evaluation:
    """Measure a classifier on abstracts that it did not learn from.

    Raises
    ------
    CorpusError
        A given code fits nowhere in the classifier's scheme, or the classifier knows none of the given codes.
    """
    evaluation = _evaluate(classifier.scorer, classifier.codes, classifier.scheme, abstracts, threshold)
    is_same = classifier.card.corpus_digest == corpus_digest(abstracts)
    return replace(evaluation, learned_from=len(abstracts) if is_same else classifier.learned.count(abstracts))


def evaluate_estimator(estimator: SubjectClassifier, scheme: Scheme, abstracts: Sequence[Abstract]) -> Evaluation:
    """Measure a fitted estimator on abstracts that it did not learn from."""
    return _evaluate(estimator.scorer_, tuple(map(str, estimator.classes_)), scheme, abstracts, None)


def _evaluate(
    scorer: Scorer, codes: tuple[str, ...], scheme: Scheme, abstracts: Sequence[Abstract], threshold: float | None
) -> Evaluation:
    labels = given_codes(abstracts, codes, scheme)
    unknown = tuple(sorted({code for given in labels for code in given} - set(codes)))
    thresholds = scorer.thresholds if threshold is None else np.full(len(codes), threshold)
    said = scorer.assign_codes(abstracts, threshold)
    missing = ((0, 0), (0, len(unknown)))
    scored = ScoredCorpus(
        codes + unknown,
        label_matrix(labels, codes + unknown),
        np.pad(said.scores, missing),
        np.pad(said.assignment.assigned, missing),
        ~said.assignment.uncertain,
    )
    return replace(
        evaluation_of(scored, scheme, dict(zip(codes, thresholds.tolist(), strict=True))), unknown_codes=unknown
    )


def given_codes(abstracts: Sequence[Abstract], codes: Sequence[str], scheme: Scheme) -> list[tuple[str, ...]]:
    """Return the codes that the abstracts have, as the scheme has them.

    Raises
    ------
    CorpusError
        A code fits nowhere in the scheme, or none is known to the classifier.
    """
    own = sorted({code for abstract in abstracts for code in abstract.codes})
    if not {scheme.resolve(code) or code for code in own} & set(codes):
        raise CorpusError(
            f"corpus and model have no code in common: the corpus has {_some(own)}, the model {_some(codes)}; "
            "use a model that was trained with the corpus's codes"
        )
    return [resolved_codes(abstract, scheme) for abstract in abstracts]


def _some(codes: Sequence[str]) -> str:
    return ", ".join(codes[:5]) + (", …" if len(codes) > 5 else "")


def evaluate_by_folds(
    abstracts: Sequence[Abstract],
    scheme: Scheme | None,
    folds: int,
    settings: Settings,
) -> Evaluation:
    """Measure what training on a corpus gives: each fold is predicted by what the others taught.

    Calibration and thresholds are learned inside the others, too; near duplicates are in one fold.

    Raises
    ------
    CorpusError
        The corpus can't be learned from, or has fewer than two abstracts a fold.
    """
    if len(abstracts) < 2 * folds:
        raise CorpusError(
            f"{len(abstracts)} abstracts are too few for {folds} folds; use fewer folds, or more abstracts"
        )
    labels, scheme = labels_of(abstracts, scheme)
    codes = tuple(sorted({code for given in labels + [note.codes for note in scope_notes(scheme)] for code in given}))
    gold = label_matrix(labels, codes)
    fold = assign_folds(gold, folds, settings.seed, groups_of(abstracts))
    column = {code: number for number, code in enumerate(codes)}
    scores, assigned = np.zeros(gold.shape), np.zeros(gold.shape, dtype=bool)
    confident, thresholds = np.zeros(len(gold), dtype=bool), np.full((folds, len(codes)), np.nan)
    for number in range(folds):
        held_out, rest = np.flatnonzero(fold == number), np.flatnonzero(fold != number)
        taught = [abstracts[i] for i in rest.tolist()], [labels[i] for i in rest.tolist()]
        estimator = fit_estimator(*taught, scheme, settings)
        columns = np.array([column[code] for code in estimator.classes_], dtype=np.int64)
        said = estimator.scorer_.assign_codes([abstracts[i] for i in held_out.tolist()])
        scores[np.ix_(held_out, columns)] = said.scores
        assigned[np.ix_(held_out, columns)] = said.assignment.assigned
        confident[held_out] = ~said.assignment.uncertain
        thresholds[number, columns] = estimator.scorer_.thresholds
    mean = np.nanmean(thresholds, axis=0).tolist()
    return evaluation_of(
        ScoredCorpus(codes, gold, scores, assigned, confident), scheme, dict(zip(codes, mean, strict=True))
    )


def evaluation_of(scored: ScoredCorpus, scheme: Scheme, thresholds: Mapping[str, float]) -> Evaluation:
    """Measure what was judged; the thresholds, by code, are for people to see."""
    resampled = resample(scored)
    measures = {name: measure(scored) for name, measure in MEASURES.items()}
    by_class = measures_by_class(scored, classes_of(scored.codes, scheme))
    documents = len(scored.gold)
    intervals = {name: interval_of(measures[name], values, documents) for name, values in resampled.measures.items()}
    codes = _code_results(scored, thresholds, resampled.f1)
    return Evaluation(scored, measures | by_class, intervals, codes, confusions(scored))


def _code_results(scored: ScoredCorpus, thresholds: Mapping[str, float], resampled_f1: Scores) -> dict[str, CodeResult]:
    rows = metrics.precision_recall_fscore_support(scored.gold, scored.assigned, zero_division=0)
    return {
        code: CodeResult(
            float(precision),
            float(recall),
            float(f1),
            int(support),
            thresholds.get(code),
            interval_of(float(f1), f1_resampled, int(support)),
        )
        for code, precision, recall, f1, support, f1_resampled in zip(scored.codes, *rows, resampled_f1.T, strict=True)
    }

"""Evaluate a classifier on a held-out corpus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from classmark.corpus.abstract import Abstract
from classmark.corpus.code_numbers import lost_zeros
from classmark.corpus.errors import CorpusError
from classmark.corpus.scheme import Scheme
from classmark.model.measures.bootstrap import Interval, Resampled, interval_of, resample
from classmark.model.measures.classification import Counts
from classmark.model.measures.confusion import Confusion, confusions
from classmark.model.measures.hierarchy import measures_of_tree
from classmark.model.measures.registry import MEASURES
from classmark.model.measures.scored_corpus import ScoredCorpus
from classmark.model.scoring.classifier import Classifier
from classmark.model.scoring.scorer import Scorer
from classmark.model.training.estimator import SubjectClassifier
from classmark.model.training.labels import label_matrix, resolved_codes
from classmark.model.training.provenance import corpus_digest


class CodeResult(Struct, frozen=True):
    """The measures of one code.

    Parameters
    ----------
    support
        The number of abstracts with the gold code.
    assigned
        The number of abstracts that are assigned the code.
    threshold
        The code is assigned at this score or above; None if the classifier does not know the code.
    f1_interval
        The 95 % confidence interval of its F1.
    """

    precision: float
    recall: float
    f1: float
    support: int
    assigned: int
    threshold: float | None
    f1_interval: Interval


class Evaluation(Struct, frozen=True):
    """The result of an evaluation.

    Parameters
    ----------
    scored
        The abstracts' gold codes, scores and assigned codes.
    measures
        By the names of `MEASURES`; if the scheme is a tree, also those of `hierarchy.DEFINITIONS`.
    intervals
        The 95 % confidence intervals of the main measures, by name.
    codes
        By code.
    confusions
        The pairs of codes that are confused most often.
    unknown_codes
        Gold codes that the classifier does not know; they count as missed.
    learned_from
        The number of these abstracts that the classifier was trained on, which makes the measures too good.
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
        """The number of abstracts."""
        return len(self.scored)

    @property
    def absent_codes(self) -> tuple[str, ...]:
        """The codes that the classifier knows and no abstract has; they lower macro-F1."""
        return tuple(code for code, result in self.codes.items() if not result.support)


def evaluate(
    classifier: Classifier,
    abstracts: Sequence[Abstract],
    threshold: float | None = None,
    *,
    limit: int | None = None,
) -> Evaluation:
    """Evaluate a classifier on held-out abstracts.

    Parameters
    ----------
    threshold
        Replaces the classifier's own thresholds.
    limit
        How many codes to assign; as for `predict`.

    Raises
    ------
    CorpusError
        A gold code fits nowhere in the classifier's scheme, or the classifier knows none of the gold codes.
    """
    scorer, codes, scheme = classifier.scorer, classifier.codes, classifier.scheme
    evaluation = _evaluate_scorer(scorer, codes, scheme, abstracts, threshold, limit)
    is_same = classifier.card.corpus_digest == corpus_digest(abstracts)
    return replace(evaluation, learned_from=len(abstracts) if is_same else classifier.learned.count(abstracts))


def evaluate_estimator(estimator: SubjectClassifier, scheme: Scheme, abstracts: Sequence[Abstract]) -> Evaluation:
    """Evaluate a fitted estimator on held-out abstracts; raises as `evaluate` does."""
    return _evaluate_scorer(estimator.scorer_, tuple(map(str, estimator.classes_)), scheme, abstracts)


def _evaluate_scorer(  # noqa: PLR0913  # the parts of a classifier, and how it assigns codes
    scorer: Scorer,
    codes: tuple[str, ...],
    scheme: Scheme,
    abstracts: Sequence[Abstract],
    threshold: float | None = None,
    limit: int | None = None,
) -> Evaluation:
    labels = _gold_codes(abstracts, codes, scheme)
    unknown = tuple(sorted({code for given in labels for code in given} - set(codes)))
    thresholds = np.broadcast_to(scorer.thresholds_for(threshold, limit), len(codes))
    result = scorer.assign_codes(abstracts, threshold, limit=limit)
    scored = ScoredCorpus(
        codes + unknown,
        gold=label_matrix(labels, codes + unknown),
        scores=replace(result.scores, codes=len(codes) + len(unknown)),
        assigned=result.assignment.assigned,
        confident=~result.assignment.uncertain,
    )
    evaluation = evaluation_of(scored, scheme, dict(zip(codes, thresholds.tolist(), strict=True)))
    return replace(evaluation, unknown_codes=unknown)


def _gold_codes(abstracts: Sequence[Abstract], codes: Sequence[str], scheme: Scheme) -> list[tuple[str, ...]]:
    """Return the abstracts' codes as the scheme has them; raises as `evaluate` does."""
    own = sorted({code for abstract in abstracts for code in abstract.codes})
    if not {scheme.resolve(code) or code for code in own} & set(codes):
        raise CorpusError(
            f"corpus and model have no code in common: the corpus has {_some(own)}, the model {_some(codes)}; "
            + (lost_zeros([*own, *codes]) or "use a model that was trained with the corpus's codes")
        )
    return [resolved_codes(abstract, scheme) for abstract in abstracts]


def _some(codes: Sequence[str]) -> str:
    """Return the first five codes as text."""
    return ", ".join(codes[:5]) + (", …" if len(codes) > 5 else "")


def evaluation_of(scored: ScoredCorpus, scheme: Scheme, thresholds: Mapping[str, float]) -> Evaluation:
    """Compute all measures of a scored corpus.

    Parameters
    ----------
    thresholds
        By code, for display only.
    """
    resampled = resample(scored)
    measures = {name: measure(scored) for name, measure in MEASURES.items()}
    of_tree = measures_of_tree(scored, scheme)
    documents = len(scored)
    intervals = {name: interval_of(measures[name], values, documents) for name, values in resampled.measures.items()}
    return Evaluation(
        scored, measures | of_tree, intervals, _code_results(scored, thresholds, resampled), confusions(scored)
    )


def _code_results(scored: ScoredCorpus, thresholds: Mapping[str, float], resampled: Resampled) -> dict[str, CodeResult]:
    """Return the measures of each code."""
    counts = Counts.per_code(scored)
    figures = (counts.precision, counts.recall, counts.f1, counts.gold, counts.assigned)
    rows = zip(*(each.tolist() for each in figures), strict=True)
    resampled_f1 = dict(zip(resampled.columns.tolist(), resampled.f1.T, strict=True))
    never = np.zeros(1)
    return {
        code: CodeResult(
            precision,
            recall,
            f1,
            support,
            assigned,
            thresholds.get(code),
            interval_of(f1, resampled_f1.get(column, never), support),
        )
        for column, (code, (precision, recall, f1, support, assigned)) in enumerate(
            zip(scored.codes, rows, strict=True)
        )
    }

"""Evaluate a model, cross-validate training, or compute a learning curve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from classmark.cli.views.evaluation import Measured, learned_from
from classmark.cli.views.provenance import provenance_of_curve, provenance_of_folds, provenance_of_model
from classmark.cli.views.summary import drop_rare_codes
from classmark.corpus.abstract import Abstract
from classmark.corpus.input.labelled import labelled_abstracts
from classmark.corpus.scheme import Scheme

from .evaluation_options import EvaluationOptions

if TYPE_CHECKING:
    from classmark.model.settings import Settings


class TrainingOptions(Struct, frozen=True):
    """How models are trained in order to measure training.

    Parameters
    ----------
    scheme
        The codes to train; None for those of the corpus.
    drop_rare
        Leave out codes with fewer abstracts than this.
    """

    scheme: Scheme | None
    settings: Settings
    drop_rare: int

    def usable(self, abstracts: list[Abstract]) -> list[Abstract]:
        """Return the abstracts to train on, without rare codes if these are dropped."""
        return drop_rare_codes(abstracts, self.scheme, self.drop_rare)


def evaluate_model(abstracts: list[Abstract], options: EvaluationOptions) -> Measured:
    """Measure a model on abstracts, and compare it with another one if that is given."""
    from classmark.model.evaluation.comparison import compare
    from classmark.model.evaluation.evaluate import evaluate
    from classmark.model.persistence.model_file import open_classifier  # scikit-learn loads here
    from classmark.model.scoring.classifier import DEFAULT_FILE

    other, threshold, limit = options.compare, options.threshold, options.assign
    opened = open_classifier(options.model or DEFAULT_FILE)
    classifier = opened.at_level(options.level)
    provenance = provenance_of_model(options.model, classifier.card, _assignment(options), other)
    evaluation = evaluate(classifier, abstracts, threshold, limit=limit)
    coarser = [opened.at_level(level) for level in range(1, options.level or 1)]
    levels = [evaluate(each, abstracts, threshold, limit=limit) for each in coarser]
    by_level = [*levels, evaluation] if options.level else []
    measured = Measured(evaluation, abstracts, classifier.scheme, provenance=provenance, levels=by_level)
    if not other:
        return measured
    against = evaluate(open_classifier(other).at_level(options.level), abstracts, threshold, limit=limit)
    warnings = [learned_from(other.name, against)] if against.learned_from else []
    return replace(measured, comparison=compare(evaluation, against), warnings=warnings)


def _assignment(options: EvaluationOptions) -> str:
    """Return how codes are assigned, in words."""
    if options.assign:
        reached = "" if options.threshold is None else f" that reach {options.threshold:g}"
        return f"the best {options.assign:,} codes{reached}"
    return "the model's own" if options.threshold is None else f"{options.threshold:g} for all codes"


def evaluate_training(abstracts: list[Abstract], folds: int, options: TrainingOptions) -> Measured:
    """Measure training by cross-validation on the abstracts."""
    from classmark.model.evaluation.by_folds import evaluate_by_folds

    abstracts = options.usable(abstracts)
    evaluation = evaluate_by_folds(abstracts, options.scheme, folds, options.settings)
    provenance = provenance_of_folds(folds, options.settings)
    return Measured(evaluation, abstracts, options.scheme or Scheme(()), provenance=provenance)


def evaluate_learning_curve(
    abstracts: list[Abstract], training_paths: Sequence[str], options: TrainingOptions
) -> Measured:
    """Train on growing parts of another corpus, and measure each model on the abstracts."""
    from classmark.model.evaluation.learning_curve import learning_curve

    training = options.usable(labelled_abstracts(training_paths))
    points = list(learning_curve(training, options.scheme, abstracts, options.settings))
    largest = max(points, key=lambda point: (point.abstracts, point.scope_notes))
    provenance = provenance_of_curve(training_paths, options.settings)
    scheme = options.scheme or Scheme(())
    return Measured(largest.evaluation, abstracts, scheme, curve=points, provenance=provenance)

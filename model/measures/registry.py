"""List the measures by the names that they have in the output, each with its definition."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from . import calibration, classification, propensity, ranking
from .hierarchy import DEFINITIONS
from .scored_corpus import ScoredCorpus


class Measure(Struct, frozen=True):
    """A measure of a scored corpus, such as micro-F1.

    Parameters
    ----------
    name
        As in the output.
    definition
        A phrase without a full stop, for reports.
    function
        Computes the measure; its docstring or its module's names the source.

    Examples
    --------
    >>> MEASURES["precision_at_1"].definition
    'the share of abstracts whose best code is a given one'
    """

    name: str
    definition: str
    function: Callable[[ScoredCorpus], float]

    def __call__(self, scored: ScoredCorpus) -> float:
        """Return the measure of a scored corpus."""
        return self.function(scored)


_MEASURES = (
    Measure(
        "precision_at_1",
        "the share of abstracts whose best code is a given one",
        ranking.precision_at(1),
    ),
    Measure(
        "micro_f1",
        "the harmonic mean of micro-precision and micro-recall",
        classification.f1("micro"),
    ),
    Measure(
        "macro_f1",
        "the mean of the codes' F1, each code alike; 0 for a code that is never right",
        classification.f1("macro"),
    ),
    Measure(
        "macro_f1_of_given_codes",
        "the mean F1 of the codes that some abstract is given; codes that none is given do not count",
        classification.macro_f1_of_given_codes,
    ),
    Measure(
        "micro_precision",
        "the share of assigned codes that are right, over all codes together",
        classification.precision("micro"),
    ),
    Measure(
        "micro_recall",
        "the share of given codes that are assigned, over all codes together",
        classification.recall("micro"),
    ),
    Measure(
        "macro_precision",
        "the mean of the codes' precision",
        classification.precision("macro"),
    ),
    Measure(
        "macro_recall",
        "the mean of the codes' recall",
        classification.recall("macro"),
    ),
    Measure(
        "weighted_precision",
        "the mean of the codes' precision, weighted by how many abstracts have the code",
        classification.precision("weighted"),
    ),
    Measure(
        "weighted_recall",
        "the mean of the codes' recall, weighted by how many abstracts have the code",
        classification.recall("weighted"),
    ),
    Measure(
        "weighted_f1",
        "the mean of the codes' F1, weighted by how many abstracts have the code",
        classification.f1("weighted"),
    ),
    Measure(
        "per_abstract_precision",
        "the mean over abstracts of the share of assigned codes that are right",
        classification.precision("samples"),
    ),
    Measure(
        "per_abstract_recall",
        "the mean over abstracts of the share of given codes that are assigned",
        classification.recall("samples"),
    ),
    Measure(
        "per_abstract_f1",
        "the mean over abstracts of the F1 of their codes",
        classification.f1("samples"),
    ),
    Measure(
        "subset_accuracy",
        "the share of abstracts whose assigned codes are the given ones exactly",
        classification.subset_accuracy,
    ),
    Measure(
        "hamming_loss",
        "the share of pairs of abstract and code that are wrong, given or assigned but not both; 0 is best",
        classification.hamming_loss,
    ),
    Measure(
        "share_with_codes",
        "the share of abstracts with a code at or above its threshold; the others are uncertain",
        classification.share_with_codes,
    ),
    Measure(
        "precision_at_3",
        "the mean over abstracts of the share of given codes among the three best",
        ranking.precision_at(3),
    ),
    Measure(
        "precision_at_5",
        "the mean over abstracts of the share of given codes among the five best",
        ranking.precision_at(5),
    ),
    Measure(
        "precision_at_10",
        "the mean over abstracts of the share of given codes among the ten best",
        ranking.precision_at(10),
    ),
    Measure(
        "recall_at_1",
        "the mean over abstracts of the share of their given codes that is the best code",
        ranking.recall_at(1),
    ),
    Measure(
        "recall_at_3",
        "the mean over abstracts of the share of their given codes that is among the three best",
        ranking.recall_at(3),
    ),
    Measure(
        "recall_at_5",
        "the mean over abstracts of the share of their given codes that is among the five best",
        ranking.recall_at(5),
    ),
    Measure(
        "recall_at_10",
        "the mean over abstracts of the share of their given codes that is among the ten best",
        ranking.recall_at(10),
    ),
    Measure(
        "f1_at_1",
        "the mean over abstracts of the F1 of the best code alone",
        ranking.f1_at(1),
    ),
    Measure(
        "f1_at_3",
        "the mean over abstracts of the F1 of the three best codes",
        ranking.f1_at(3),
    ),
    Measure(
        "f1_at_5",
        "the mean over abstracts of the F1 of the five best codes",
        ranking.f1_at(5),
    ),
    Measure(
        "f1_at_10",
        "the mean over abstracts of the F1 of the ten best codes",
        ranking.f1_at(10),
    ),
    Measure(
        "success_at_3",
        "the share of abstracts that have a given code among their three best",
        ranking.success_at(3),
    ),
    Measure(
        "ndcg_at_1",
        "the normalized discounted cumulative gain of the best code",
        ranking.ndcg_at(1),
    ),
    Measure(
        "ndcg_at_3",
        "the normalized discounted cumulative gain of the three best codes",
        ranking.ndcg_at(3),
    ),
    Measure(
        "ndcg_at_5",
        "the normalized discounted cumulative gain of the five best codes",
        ranking.ndcg_at(5),
    ),
    Measure(
        "ndcg_at_10",
        "the normalized discounted cumulative gain of the ten best codes",
        ranking.ndcg_at(10),
    ),
    Measure(
        "propensity_scored_precision_at_1",
        "the precision of the best code where rarer codes, by these abstracts, count more; 1 is best possible",
        propensity.propensity_scored_precision_at(1),
    ),
    Measure(
        "propensity_scored_precision_at_3",
        "the precision of the three best codes where rarer codes count more; see that at 1",
        propensity.propensity_scored_precision_at(3),
    ),
    Measure(
        "propensity_scored_precision_at_5",
        "the precision of the five best codes where rarer codes count more; see that at 1",
        propensity.propensity_scored_precision_at(5),
    ),
    Measure(
        "label_ranking_average_precision",
        "the mean, over given codes, of the share of given codes among those ranked as high or higher",
        ranking.label_ranking_average_precision,
    ),
    Measure(
        "coverage_error",
        "how many of the best codes it takes, on average, to include all given ones; fewer is better",
        ranking.coverage_error,
    ),
    Measure(
        "brier_score",
        "the mean squared difference between scores and truth, over all codes; 0 is best",
        calibration.brier_score,
    ),
    Measure(
        "expected_calibration_error",
        "how far scores are from the share that is true, over ten bins of equal width; 0 is best",
        calibration.expected_calibration_error,
    ),
)

MEASURES: dict[str, Measure] = {measure.name: measure for measure in _MEASURES}
"""All measures except those by class, by name, in the order of the output."""


def definition(name: str) -> str:
    """Return the definition of a measure, by class or not, as a phrase."""
    return DEFINITIONS[name] if name in DEFINITIONS else MEASURES[name].definition

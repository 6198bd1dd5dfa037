"""The measures of the field, by the names that they have in the output."""

from __future__ import annotations

from collections.abc import Callable

from . import calibration as scores
from . import classification as assignment
from . import ranking
from .hierarchy import DEFINITIONS
from .scored_corpus import ScoredCorpus

MEASURES: dict[str, Callable[[ScoredCorpus], float]] = {
    measure.__name__: measure
    for measure in (
        ranking.precision_at_1,
        assignment.micro_f1,
        assignment.macro_f1,
        assignment.micro_precision,
        assignment.micro_recall,
        assignment.macro_precision,
        assignment.macro_recall,
        assignment.weighted_precision,
        assignment.weighted_recall,
        assignment.weighted_f1,
        assignment.per_abstract_precision,
        assignment.per_abstract_recall,
        assignment.per_abstract_f1,
        assignment.subset_accuracy,
        assignment.hamming_loss,
        assignment.share_with_codes,
        ranking.precision_at_3,
        ranking.precision_at_5,
        ranking.recall_at_3,
        ranking.recall_at_5,
        ranking.success_at_3,
        ranking.ndcg_at_5,
        ranking.label_ranking_average_precision,
        ranking.coverage_error,
        scores.brier_score,
        scores.expected_calibration_error,
    )
}


def definition(name: str) -> str:
    """Return what a measure is, as a phrase: the first line of its docstring.

    >>> definition("precision_at_1")
    'the share of abstracts whose best code is a given one'
    """
    if name in DEFINITIONS:
        return DEFINITIONS[name]
    first = (MEASURES[name].__doc__ or "").partition("\n")[0]
    return first.removeprefix("Return ").removesuffix(".")

"""Prepare the figures of an evaluation for all output formats: plain data and warnings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import replace

from classmark.corpus.abstract import Abstract
from classmark.corpus.code_numbers import lost_zeros
from classmark.corpus.scheme import Scheme

from .evaluation_codes import used_codes
from .provenance import Provenance

if TYPE_CHECKING:
    from classmark.model.evaluation.comparison import Comparison
    from classmark.model.evaluation.evaluate import CodeResult, Evaluation
    from classmark.model.evaluation.learning_curve import CurvePoint
    from classmark.model.measures.confusion import Confusion


CURVE_MEASURES = ("precision_at_1", "micro_f1", "macro_f1")
LEVEL_MEASURES = (*CURVE_MEASURES, "success_at_3", "hierarchical_precision", "hierarchical_recall", "hierarchical_f1")


_SOME = 5


class Measured(Struct, frozen=True):
    """An evaluation with its abstracts, in order, and the scheme for names.

    Parameters
    ----------
    warnings
        Warnings about the model that it is compared with.
    levels
        The evaluation at each level of the scheme, from the first to the one that is asked for; empty if none is.
    """

    evaluation: Evaluation
    abstracts: Sequence[Abstract]
    scheme: Scheme
    comparison: Comparison | None = None
    curve: Sequence[CurvePoint] = ()
    provenance: Provenance = field(default_factory=Provenance)
    warnings: Sequence[str] = ()
    levels: Sequence[Evaluation] = ()

    def on(self, corpus: str) -> Measured:
        """Return the same, with the files of the abstracts in its provenance."""
        return replace(self, provenance=replace(self.provenance, corpus=corpus))


def measure_name(name: str) -> str:
    """Return the usual spelling of the name of a measure.

    >>> measure_name("micro_f1"), measure_name("per_abstract_f1"), measure_name("ndcg_at_5"), measure_name("f1_at_3")
    ('micro-F1', 'per abstract F1', 'nDCG at 5', 'F1 at 3')
    """
    name = name.replace("micro_f1", "micro-F1").replace("macro_f1", "macro-F1").replace("_f1", " F1")
    name = name.replace("f1_at", "F1 at").replace("propensity_scored", "propensity-scored")
    return name.replace("_", " ").replace("ndcg", "nDCG").replace("brier", "Brier")


def level_figure(evaluation: Evaluation, name: str, form: str) -> str:
    """Return a measure of a level as text; the hierarchical ones do not exist at the first level."""
    value = evaluation.measures.get(name)
    return "" if value is None else f"{value:{form}}"


def warnings_of(evaluation: Evaluation) -> list[str]:
    """Return the warnings that qualify the figures."""
    warnings = {
        learned_from("the model", evaluation): evaluation.learned_from,
        f"the model does not know the codes {_listed(evaluation.unknown_codes)}; they count as not found": (
            evaluation.unknown_codes
        ),
        lost_zeros([*evaluation.unknown_codes, *evaluation.codes]): evaluation.unknown_codes,
        f"no abstract here has the codes {_listed(evaluation.absent_codes)}; macro-F1 counts each of them as 0": (
            evaluation.absent_codes
        ),
    }
    return [warning for warning, is_so in warnings.items() if warning and is_so]


def learned_from(what: str, evaluation: Evaluation) -> str:
    """Return a warning that a model was trained on abstracts that it is evaluated on."""
    if evaluation.learned_from >= evaluation.documents:
        return f"{what} was trained on these very abstracts, so the figures say nothing; use others, or --folds"
    shared = f"{evaluation.learned_from:,} of these {evaluation.documents:,} abstracts"
    return f"{what} was trained on {shared}, so the figures are too good; leave these out"


def _listed(codes: Sequence[str]) -> str:
    more = f" and {len(codes) - _SOME:,} more" if len(codes) > _SOME else ""
    return ", ".join(codes[:_SOME]) + more


def evaluation_data(measured: Measured) -> dict[str, Any]:
    """Return the figures of an evaluation as plain data for JSON."""
    evaluation = measured.evaluation
    figures: dict[str, Any] = {
        "documents": evaluation.documents,
        "measures": evaluation.measures,
        "intervals": {name: [part.low, part.high] for name, part in evaluation.intervals.items()},
        "codes": {code: _code_figures(result) for code, result in used_codes(evaluation).items()},
        "confusions": [_confusion_figures(confusion, measured.abstracts) for confusion in evaluation.confusions],
    }
    if measured.levels:
        figures["levels"] = [
            {"level": level, "measures": evaluation.measures} for level, evaluation in enumerate(measured.levels, 1)
        ]
    if measured.comparison:
        figures["comparison"] = _comparison_figures(measured.comparison, measured.abstracts)
    return figures


def _code_figures(result: CodeResult) -> dict[str, Any]:
    return {
        "precision": result.precision,
        "recall": result.recall,
        "f1": result.f1,
        "f1_interval": [result.f1_interval.low, result.f1_interval.high],
        "support": result.support,
        "threshold": result.threshold,
    }


def _confusion_figures(confusion: Confusion, abstracts: Sequence[Abstract]) -> dict[str, Any]:
    examples = (abstracts[number] for number in confusion.examples)
    return {
        "given": confusion.given,
        "assigned": confusion.assigned,
        "count": confusion.count,
        "examples": [{"id": found.id, "source": found.location.source, "title": found.title} for found in examples],
    }


def _comparison_figures(comparison: Comparison, abstracts: Sequence[Abstract]) -> dict[str, Any]:
    return {
        "is_worse": comparison.is_worse,
        "differences": {
            name: {
                "value": found.value,
                "interval": [found.interval.low, found.interval.high],
                "is_real": found.is_significant,
            }
            for name, found in comparison.differences.items()
        },
        "changes": [
            {
                "id": abstracts[change.abstract].id,
                "source": abstracts[change.abstract].location.source,
                "given": change.given,
                "assigned": change.assigned,
                "other": change.other,
                "gain": change.gain,
            }
            for change in comparison.changes
        ],
    }

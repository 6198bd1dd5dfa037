"""Writing figures as plain text and as JSON: evaluations, comparisons and learning curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TextIO

from classmark.corpus import CODE_SEPARATOR, Abstract, Scheme

from .boundary import printable, say
from .options import ReportFormat
from .origin import Origin
from .output import is_terminal
from .writers import json_text

if TYPE_CHECKING:
    from classmark.model import CodeResult, Comparison, Confusion, CurvePoint, Evaluation

CURVE_MEASURES = ("precision_at_1", "micro_f1", "macro_f1")
_CODE_COLUMNS = ("code", "name", "support", "precision", "recall", "f1", "f1_low", "f1_high", "threshold")
_SOME = 5


@dataclass(frozen=True)
class Measured:
    """An evaluation with what it was measured on: the abstracts in their order, and the scheme for the names.

    Parameters
    ----------
    warnings
        What one has to know of the model that it is compared with.
    """

    evaluation: Evaluation
    abstracts: Sequence[Abstract]
    scheme: Scheme
    comparison: Comparison | None = None
    curve: Sequence[CurvePoint] = ()
    origin: Origin = field(default_factory=Origin)
    warnings: Sequence[str] = ()


def measure_name(name: str) -> str:
    """Return a measure's name as people write it.

    >>> measure_name("micro_f1"), measure_name("per_abstract_f1"), measure_name("ndcg_at_5")
    ('micro-F1', 'per abstract F1', 'nDCG at 5')
    """
    name = name.replace("micro_f1", "micro-F1").replace("macro_f1", "macro-F1").replace("_f1", " F1")
    return name.replace("_", " ").replace("ndcg", "nDCG").replace("brier", "Brier")


def write_measured(measured: Measured, format: ReportFormat, out: TextIO) -> None:  # noqa: A002
    """Write the measures, the codes, the confusions and, where there is one, the comparison."""
    for warning in [*warnings_of(measured.evaluation), *measured.warnings]:
        say(warning)
    if format is ReportFormat.json:
        _write_json(_figures(measured), out)
    elif is_terminal(out):
        from .measured_tables import show_measured  # noqa: PLC0415  # rich loads here

        show_measured(measured, out)
    else:
        _write_text(measured, out)


def write_curve(points: Sequence[CurvePoint], format: ReportFormat, out: TextIO) -> None:  # noqa: A002
    """Write a line a point of a learning curve."""
    if points[-1].evaluation.learned_from:
        say(learned_from("the curve", points[-1].evaluation))
    if format is ReportFormat.json:
        rows = [
            {"abstracts": point.abstracts, "scope_notes": point.scope_notes, "measures": point.evaluation.measures}
            for point in points
        ]
        _write_json({"documents": points[0].evaluation.documents, "curve": rows}, out)
    elif is_terminal(out):
        from .measured_tables import show_curve  # noqa: PLC0415  # rich loads here

        show_curve(points, out)
    else:
        _line(out, "abstracts", "scope_notes", *CURVE_MEASURES)
        for point in points:
            figures = [f"{point.evaluation.measures[name]:.4f}" for name in CURVE_MEASURES]
            _line(out, point.abstracts, point.scope_notes, *figures)


def warnings_of(evaluation: Evaluation) -> list[str]:
    """Return what one has to know before one believes the figures."""
    warnings = {
        learned_from("the model", evaluation): evaluation.learned_from,
        f"the model does not know the codes {_listed(evaluation.unknown_codes)}; they count as not found": (
            evaluation.unknown_codes
        ),
        f"no abstract here has the codes {_listed(evaluation.absent_codes)}; macro-F1 counts each of them as 0": (
            evaluation.absent_codes
        ),
    }
    return [warning for warning, is_so in warnings.items() if is_so]


def learned_from(what: str, evaluation: Evaluation) -> str:
    """Say that a model, or what it is called, learned from abstracts that it is measured on."""
    if evaluation.learned_from >= evaluation.documents:
        return f"{what} learned from these very abstracts, so the figures say nothing; use others, or --folds"
    shared = f"{evaluation.learned_from:,} of these {evaluation.documents:,} abstracts"
    return f"{what} learned from {shared}, so the figures are too good; leave these out"


def _listed(codes: Sequence[str]) -> str:
    more = f" and {len(codes) - _SOME:,} more" if len(codes) > _SOME else ""
    return ", ".join(codes[:_SOME]) + more


def _figures(measured: Measured) -> dict[str, Any]:
    evaluation = measured.evaluation
    figures: dict[str, Any] = {
        "documents": evaluation.documents,
        "measures": evaluation.measures,
        "intervals": {name: [part.low, part.high] for name, part in evaluation.intervals.items()},
        "codes": {code: _code_figures(result) for code, result in evaluation.codes.items()},
        "confusions": [_confusion_figures(confusion, measured.abstracts) for confusion in evaluation.confusions],
    }
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
        "examples": [{"id": found.id, "source": found.place.source, "title": found.title} for found in examples],
    }


def _comparison_figures(comparison: Comparison, abstracts: Sequence[Abstract]) -> dict[str, Any]:
    return {
        "is_worse": comparison.is_worse,
        "differences": {
            name: {
                "value": found.value,
                "interval": [found.interval.low, found.interval.high],
                "is_real": found.is_real,
            }
            for name, found in comparison.differences.items()
        },
        "changes": [
            {
                "id": abstracts[change.abstract].id,
                "source": abstracts[change.abstract].place.source,
                "given": change.given,
                "assigned": change.assigned,
                "other": change.other,
                "gain": change.gain,
            }
            for change in comparison.changes
        ],
    }


def _write_text(measured: Measured, out: TextIO) -> None:
    evaluation = measured.evaluation
    _line(out, "measure", "value", "low", "high")
    for name, value in evaluation.measures.items():
        ends = evaluation.intervals.get(name)
        _line(out, name, f"{value:.4f}", *((f"{ends.low:.4f}", f"{ends.high:.4f}") if ends else ("", "")))
    out.write("\n")
    _line(out, *_CODE_COLUMNS)
    for code, result in evaluation.codes.items():
        ends = result.f1_interval
        figures = (f"{value:.4f}" for value in (result.precision, result.recall, result.f1, ends.low, ends.high))
        threshold = "" if result.threshold is None else f"{result.threshold:.4f}"
        _line(out, code, measured.scheme.name(code), result.support, *figures, threshold)
    out.write("\n")
    _line(out, "given", "assigned", "abstracts", "examples")
    for confusion in evaluation.confusions:
        ids = CODE_SEPARATOR.join(measured.abstracts[number].id for number in confusion.examples)
        _line(out, confusion.given, confusion.assigned, confusion.count, ids)
    if measured.comparison:
        _write_comparison(measured.comparison, measured.abstracts, out)


def _write_comparison(comparison: Comparison, abstracts: Sequence[Abstract], out: TextIO) -> None:
    out.write("\n")
    _line(out, "measure", "difference", "low", "high", "verdict")
    for name, found in comparison.differences.items():
        figures = (f"{value:+.4f}" for value in (found.value, found.interval.low, found.interval.high))
        _line(out, name, *figures, found.verdict)
    out.write("\n")
    _line(out, "id", "given", "assigned", "other", "gain")
    for change in comparison.changes:
        codes = (CODE_SEPARATOR.join(part) for part in (change.given, change.assigned, change.other))
        _line(out, abstracts[change.abstract].id, *codes, f"{change.gain:+.4f}")


def _line(out: TextIO, *fields: object) -> None:
    out.write("\t".join(printable(str(field)) for field in fields) + "\n")


def _write_json(figures: dict[str, Any], out: TextIO) -> None:
    out.write(json_text(figures, indent=2))

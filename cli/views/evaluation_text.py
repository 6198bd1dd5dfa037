"""Write evaluations, comparisons and learning curves as plain text and JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TextIO

from classmark.cli.console import printable, say
from classmark.cli.formats import ReportFormat
from classmark.cli.output import is_terminal
from classmark.corpus.abstract import Abstract
from classmark.corpus.fields import CODE_SEPARATOR

from .evaluation import (
    CURVE_MEASURES,
    LEVEL_MEASURES,
    Measured,
    evaluation_data,
    learned_from,
    level_figure,
    warnings_of,
)
from .evaluation_codes import used_codes
from .json_lines import json_text

if TYPE_CHECKING:
    from classmark.model.evaluation.comparison import Comparison
    from classmark.model.evaluation.evaluate import Evaluation
    from classmark.model.evaluation.learning_curve import CurvePoint


_CODE_COLUMNS = ("code", "name", "support", "precision", "recall", "f1", "f1_low", "f1_high", "threshold")


def write_measured(measured: Measured, format: ReportFormat, out: TextIO) -> None:  # noqa: A002
    """Write the measures, the codes, the confusions and, if there is one, the comparison."""
    for warning in [*warnings_of(measured.evaluation), *measured.warnings]:
        say(warning)
    if format is ReportFormat.json:
        _write_json(evaluation_data(measured), out)
    elif is_terminal(out):
        from .evaluation_table import show_measured  # noqa: PLC0415  # rich loads here

        show_measured(measured, out)
    else:
        _write_text(measured, out)


def write_curve(points: Sequence[CurvePoint], format: ReportFormat, out: TextIO) -> None:  # noqa: A002
    """Write one line per point of a learning curve."""
    if points[-1].evaluation.learned_from:
        say(learned_from("the largest model of the curve", points[-1].evaluation))
    if format is ReportFormat.json:
        rows = [
            {"abstracts": point.abstracts, "scope_notes": point.scope_notes, "measures": point.evaluation.measures}
            for point in points
        ]
        _write_json({"documents": points[0].evaluation.documents, "curve": rows}, out)
    elif is_terminal(out):
        from .evaluation_table import show_curve  # noqa: PLC0415  # rich loads here

        show_curve(points, out)
    else:
        _line(out, "abstracts", "scope_notes", *CURVE_MEASURES)
        for point in points:
            figures = [f"{point.evaluation.measures[name]:.4f}" for name in CURVE_MEASURES]
            _line(out, point.abstracts, point.scope_notes, *figures)


def _write_text(measured: Measured, out: TextIO) -> None:
    evaluation = measured.evaluation
    _line(out, "measure", "value", "low", "high")
    for name, value in evaluation.measures.items():
        ends = evaluation.intervals.get(name)
        _line(out, name, f"{value:.4f}", *((f"{ends.low:.4f}", f"{ends.high:.4f}") if ends else ("", "")))
    if measured.levels:
        _write_levels(measured.levels, out)
    out.write("\n")
    _line(out, *_CODE_COLUMNS)
    for code, result in used_codes(evaluation).items():
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


def _write_levels(levels: Sequence[Evaluation], out: TextIO) -> None:
    out.write("\n")
    _line(out, "level", *LEVEL_MEASURES)
    for level, evaluation in enumerate(levels, 1):
        _line(out, level, *(level_figure(evaluation, name, ".4f") for name in LEVEL_MEASURES))


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

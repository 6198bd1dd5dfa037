"""Writing figures: evaluations and learning curves, as tables, as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TextIO

from classmark.corpus import Scheme

from .boundary import printable, say
from .options import ReportFormat
from .output import is_terminal

if TYPE_CHECKING:
    from classmark.model import CurvePoint, Evaluation

CURVE_MEASURES = ("precision_at_1", "micro_f1", "macro_f1")


def write_evaluation(evaluation: Evaluation, scheme: Scheme, format: ReportFormat, out: TextIO) -> None:  # noqa: A002
    """Write the measures, and a line a code."""
    if evaluation.was_learned_from:
        say("the model learned from these very abstracts, so the figures say nothing; use others, or --folds")
    if evaluation.unknown_codes:
        say(f"the model does not know the codes {', '.join(evaluation.unknown_codes)}; they count as not found")
    if format is ReportFormat.json:
        figures = asdict(evaluation)
        _write_json({key: figures[key] for key in ("documents", "measures", "codes")}, out)
    elif is_terminal(out):
        from .tables import show_evaluation  # noqa: PLC0415  # rich loads here

        show_evaluation(evaluation, scheme, out)
    else:
        out.writelines(f"{name}\t{value:.4f}\n" for name, value in evaluation.measures.items())
        out.write("\ncode\tname\tsupport\tprecision\trecall\tf1\n")
        for code, result in evaluation.codes.items():
            row = f"{result.support}\t{result.precision:.4f}\t{result.recall:.4f}\t{result.f1:.4f}"
            out.write(f"{printable(code)}\t{printable(scheme.name(code))}\t{row}\n")


def write_curve(points: Sequence[CurvePoint], format: ReportFormat, out: TextIO) -> None:  # noqa: A002
    """Write a line a point of a learning curve."""
    if format is ReportFormat.json:
        rows = [
            {"abstracts": point.abstracts, "scope_notes": point.scope_notes, "measures": point.evaluation.measures}
            for point in points
        ]
        _write_json({"documents": points[0].evaluation.documents, "curve": rows}, out)
    elif is_terminal(out):
        from .tables import show_curve  # noqa: PLC0415  # rich loads here

        show_curve(points, out)
    else:
        out.write("\t".join(["abstracts", "scope_notes", *CURVE_MEASURES]) + "\n")
        for point in points:
            figures = [f"{point.evaluation.measures[name]:.4f}" for name in CURVE_MEASURES]
            out.write("\t".join([str(point.abstracts), str(point.scope_notes), *figures]) + "\n")


def _write_json(figures: dict[str, Any], out: TextIO) -> None:
    out.write(json.dumps(figures, indent=2, ensure_ascii=False) + "\n")

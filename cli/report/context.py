"""Collect the figures, sentences and charts that the template of a report shows."""

# ruff: noqa: TID253

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from msgspec import Struct

from classmark.cli.views.dates import day
from classmark.cli.views.evaluation import CURVE_MEASURES, Measured, measure_name, warnings_of
from classmark.cli.views.evaluation_codes import codes_to_show, not_shown, shown_figures
from classmark.cli.views.evaluation_sentences import PRECISION, at_precision, by_f1, headlines, remarks
from classmark.corpus.version import VERSION
from classmark.model.evaluation.comparison import Comparison
from classmark.model.evaluation.learning_curve import CurvePoint
from classmark.model.evaluation.mistakes import worst_mistakes
from classmark.model.measures.calibration import reliability
from classmark.model.measures.confusion import confusion_table
from classmark.model.measures.registry import definition
from classmark.model.measures.threshold_curve import threshold_curve

from .charts import (
    BROAD,
    FEW,
    NARROW,
    codes_chart,
    confusions_chart,
    differences_chart,
    learning_chart,
    reliability_chart,
    threshold_chart,
)
from .svg import page_style, svg_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from classmark.model.evaluation.evaluate import CodeResult


_CODES_IN_CHART = 60
_CODES_IN_NARROW_TABLE = 8
_CHANGES = 10
_THRESHOLDS_IN_TABLE = 20


class CodeRow(Struct, frozen=True):
    """A code with its name and its results."""

    code: str
    name: str
    result: CodeResult

    @property
    def figures(self) -> list[str]:
        """Precision, recall, F1 and its interval, as texts."""
        return shown_figures(self.result)


def parts_of(measured: Measured) -> dict[str, Any]:
    """Return all variables of the report template."""
    evaluation = measured.evaluation
    with page_style():
        return {
            "version": VERSION,
            "date": day(datetime.now().astimezone()),
            "measured": measured,
            "evaluation": evaluation,
            "abstracts": measured.abstracts,
            "name_of": measured.scheme.name,
            "warnings": [*warnings_of(evaluation), *measured.warnings],
            "headlines": headlines(evaluation),
            "remarks": remarks(measured),
            "definition": definition,
            "few": FEW,
            "mistakes": worst_mistakes(evaluation.scored, measured.scheme),
            **_codes(measured),
            **_confusions(measured),
            **_scores(measured),
            **_curve(measured.curve),
            **_comparison(measured.comparison),
        }


def _codes(measured: Measured) -> dict[str, Any]:
    shown_codes = codes_to_show(measured.evaluation)
    rows = [CodeRow(code, measured.scheme.name(code), result) for code, result in by_f1(shown_codes)]
    common = sorted(filter(lambda row: row.result.support, rows), key=lambda row: -row.result.support)[:_CODES_IN_CHART]
    shown = [row for row in rows if row in common]
    results = [(row.code, row.name, row.result) for row in shown]
    description = f"F1 of {len(shown)} codes with 95 % intervals, best first. The table after it has the figures."
    return {
        "codes": rows,
        "codes_not_shown": not_shown(measured.evaluation),
        "codes_shown": len(shown),
        "codes_with_abstracts": sum(row.result.support > 0 for row in rows),
        "has_names": any(row.name != row.code for row in rows),
        "codes_chart": _svgs(partial(codes_chart, results), "codes-chart", "F1 by code", description),
    }


def _confusions(measured: Measured) -> dict[str, Any]:
    table = confusion_table(measured.evaluation.scored)
    narrow_table = confusion_table(measured.evaluation.scored, _CODES_IN_NARROW_TABLE)
    description = "A row is a given code, a column an assigned one, a cell how many abstracts. A table has the figures."

    def draw(width: int) -> Figure:
        return confusions_chart(table if width == BROAD else narrow_table, width)

    chart = _svgs(draw, "confusions-chart", "Codes given and codes assigned", description)
    return {"table": table, "narrow_table": narrow_table, "confusions_chart": chart}


def _scores(measured: Measured) -> dict[str, Any]:
    bins, curve = reliability(measured.evaluation.scored), threshold_curve(measured.evaluation.scored)
    marked = curve.lowest(PRECISION)
    points = zip(curve.thresholds, curve.precision, curve.recall, curve.share_with_codes, strict=True)
    every = max(round(len(curve.thresholds) / _THRESHOLDS_IN_TABLE), 1)
    return {
        "bins": list(zip(bins.pairs.tolist(), bins.score.tolist(), bins.share.tolist(), strict=True)),
        "reliability_chart": _svgs(
            partial(reliability_chart, bins),
            "reliability-chart",
            "Scores and what is true of them",
            "For ten ranges of scores, the share of pairs of abstract and code that is true. A table has the figures.",
        ),
        "threshold_points": [tuple(map(float, point)) for point in points][every - 1 :: every],
        "is_marked": marked is not None,
        "threshold_sentence": at_precision(curve, PRECISION),
        "threshold_chart": _svgs(
            partial(threshold_chart, curve, marked),
            "threshold-chart",
            "Precision and recall by threshold",
            f"{at_precision(curve, PRECISION)} A table has more of the figures.",
        ),
    }


def _curve(points: Sequence[CurvePoint]) -> dict[str, Any]:
    if not points:
        return {"curve_charts": []}
    kinds = groupby(points, lambda point: "with scope notes" if point.scope_notes else "without")
    lines = {label: list(part) for label, part in kinds}
    charts = [
        (
            measure_name(name),
            _svg(
                learning_chart(lines, name),
                f"curve-chart-{number}",
                f"{measure_name(name)} by number of training abstracts",
                "A table has the figures.",
            ),
        )
        for number, name in enumerate(CURVE_MEASURES, start=1)
    ]
    return {"curve_charts": charts, "curve_measures": CURVE_MEASURES}


def _comparison(comparison: Comparison | None) -> dict[str, Any]:
    if not comparison:
        return {}
    changes = comparison.changes
    description = "The difference of each main measure with its 95 % interval. The table after it has the figures."
    draw = partial(differences_chart, comparison.differences)
    return {
        "worst_changes": [change for change in changes if change.gain < 0][:_CHANGES],
        "best_changes": [change for change in reversed(changes) if change.gain > 0][:_CHANGES],
        "differences_chart": _svgs(draw, "differences-chart", "This model minus the other", description),
    }


def _svgs(draw: Callable[[int], Figure], name: str, title: str, description: str) -> Markup:
    """Draw a chart twice, for wide and for narrow pages; the page shows one of them."""
    broad, narrow = (
        _svg(draw(BROAD), name, title, description),
        _svg(draw(NARROW), f"{name}-narrow", title, description),
    )
    return Markup('<div class="broad">{}</div><div class="narrow">{}</div>').format(broad, narrow)


def _svg(figure: Figure, name: str, title: str, description: str) -> Markup:
    return Markup(svg_of(figure, name, title, description))  # noqa: S704  # what it holds is escaped

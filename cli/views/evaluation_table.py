"""Show figures in a terminal with rich; import this only for a terminal."""

# ruff: noqa: TID253

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.table import Table

from classmark.corpus.abstract import Abstract

from .evaluation import CURVE_MEASURES, Measured, measure_name
from .evaluation_codes import codes_to_show, not_shown
from .markup import safe_markup

if TYPE_CHECKING:
    from classmark.model.evaluation.comparison import Comparison
    from classmark.model.evaluation.evaluate import Evaluation
    from classmark.model.evaluation.learning_curve import CurvePoint


_BAR = 20
_TITLE = 60
_CHANGES = 10
_STYLES = {"better": "green", "worse": "red", "by chance": "dim", "none": "dim"}


def show_measured(measured: Measured, out: TextIO) -> None:
    """Show the measures, one row per code, the confusions, and the comparison if there is one."""
    console = Console(file=out, emoji=False)
    tables = [_measures(measured.evaluation), _codes(measured), _confusions(measured)]
    if measured.comparison:
        tables += [_differences(measured.comparison), _changes(measured.comparison, measured.abstracts)]
    for table in tables:
        if table.row_count:
            console.print(table)
            console.print()


def show_curve(points: Sequence[CurvePoint], out: TextIO) -> None:
    """Show a learning curve, with a bar for the precision at 1."""
    table = _table("", ("abstracts", "scope notes", *map(measure_name, CURVE_MEASURES)), right=range(5))
    for point in points:
        measures = point.evaluation.measures
        figures = (f"{measures[name]:.3f}" for name in CURVE_MEASURES)
        bar = "█" * round(2 * _BAR * measures["precision_at_1"])
        table.add_row(f"{point.abstracts:,}", f"{point.scope_notes:,}", *figures, bar)
    Console(file=out, emoji=False).print(table)


def _measures(evaluation: Evaluation) -> Table:
    table = _table(f"{evaluation.documents:,} abstracts", ("measure", "value", "95 % interval"), right=(1,))
    for name, value in evaluation.measures.items():
        ends = evaluation.intervals.get(name)
        interval = f"{ends.low:.3f} to {ends.high:.3f}" if ends else ""
        table.add_row(measure_name(name), f"{value:.3f}", interval, style="bold" if name in CURVE_MEASURES else "")
    return table


def _codes(measured: Measured) -> Table:
    columns = ("code", "name", "support", "precision", "recall", "F1", "95 % interval", "threshold")
    table = _table("", columns, right=(2, 3, 4, 5, 7))
    table.caption, table.caption_justify = not_shown(measured.evaluation) or None, "left"
    for code, result in codes_to_show(measured.evaluation).items():
        figures = (f"{figure:.3f}" for figure in (result.precision, result.recall, result.f1))
        interval = f"{result.f1_interval.low:.2f} to {result.f1_interval.high:.2f}"
        threshold = "" if result.threshold is None else f"{result.threshold:.2f}"
        name = measured.scheme.name(code)
        table.add_row(safe_markup(code), safe_markup(name), f"{result.support:,}", *figures, interval, threshold)
    return table


def _confusions(measured: Measured) -> Table:
    table = _table("Confused most", ("given", "assigned", "abstracts", "such as"), right=(2,))
    for confusion in measured.evaluation.confusions:
        examples = [measured.abstracts[number] for number in confusion.examples]
        such = "\n".join(safe_markup(f"{found.id}  {found.title}"[:_TITLE]) for found in examples)
        table.add_row(safe_markup(confusion.given), safe_markup(confusion.assigned), f"{confusion.count:,}", such)
    return table


def _differences(comparison: Comparison) -> Table:
    table = _table("Against the other model", ("measure", "difference", "95 % interval", ""), right=(1,))
    for name, found in comparison.differences.items():
        interval = f"{found.interval.low:+.4f} to {found.interval.high:+.4f}"
        table.add_row(measure_name(name), f"{found.value:+.4f}", interval, found.verdict, style=_STYLES[found.verdict])
    return table


def _changes(comparison: Comparison, abstracts: Sequence[Abstract]) -> Table:
    changes = comparison.changes
    shown = changes if len(changes) <= 2 * _CHANGES else changes[:_CHANGES] + changes[-_CHANGES:]
    of = f", the {_CHANGES} worst and the {_CHANGES} best of" if len(shown) < len(changes) else ""
    table = _table(
        f"Abstracts that changed{of} {len(changes):,}", ("id", "title", "given", "this", "other", "F1"), right=(5,)
    )
    for change in shown:
        found = abstracts[change.abstract]
        codes = (safe_markup(";".join(part)) for part in (change.given, change.assigned, change.other))
        style = "green" if change.gain > 0 else "red" if change.gain < 0 else ""
        table.add_row(
            safe_markup(found.id), safe_markup(found.title[:_TITLE]), *codes, f"{change.gain:+.2f}", style=style
        )
    return table


def _table(title: str, columns: Sequence[str], right: Iterable[int]) -> Table:
    table = Table(box=None, header_style="bold", title=title or None, title_justify="left")
    numbers = set(right)
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if place in numbers else "left")
    return table

"""Show figures in a terminal with rich; import this only for a terminal."""

# ruff: noqa: TID253

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from classmark.corpus.abstract import Abstract

from .evaluation import CURVE_MEASURES, LEVEL_MEASURES, Measured, level_figure, measure_name
from .evaluation_codes import codes_to_show, not_shown, shown_figures
from .evaluation_sentences import in_plain_words
from .markup import label_of, safe_markup, shortened, without_middle

if TYPE_CHECKING:
    from classmark.model.evaluation.comparison import Comparison
    from classmark.model.evaluation.evaluate import Evaluation
    from classmark.model.evaluation.learning_curve import CurvePoint


_BAR = 40
_CURVE = 58
"""Width of a learning curve without its bars."""

_CHANGES = 10
_GAP = 2
_FIGURE = 5
_CODE = 12
"""Maximum width of a column of codes."""

_WITH_INTERVAL, _WITH_THRESHOLD = 80, 92
"""Width of a terminal from which codes are shown with these columns."""

_LEFT = {"code", "name", "95 % interval"}
_STYLES = {"better": "green", "worse": "red", "by chance": "dim", "none": "dim"}


def show_measured(measured: Measured, out: TextIO) -> None:
    """Show sentences for people, the measures, one row per code, the confusions, and the comparison if there is one."""
    console = Console(file=out, emoji=False)
    console.print(_sentences(measured))
    width = console.width
    tables = [_measures(measured.evaluation), _levels(measured.levels)]
    tables += [_codes(measured, width), _confusions(measured, width)]
    if measured.comparison:
        tables += [_differences(measured.comparison), _changes(measured.comparison, measured.abstracts, width)]
    for table in tables:
        if table.row_count:
            console.print()
            console.print(table)


def show_curve(points: Sequence[CurvePoint], out: TextIO) -> None:
    """Show a learning curve, with a bar for the precision at 1."""
    console = Console(file=out, emoji=False)
    table = _table("", ("abstracts", "scope notes", *map(measure_name, CURVE_MEASURES)), right=range(5))
    for point in points:
        measures = point.evaluation.measures
        figures = (f"{measures[name]:.3f}" for name in CURVE_MEASURES)
        bar = "█" * round(max(min(console.width - _CURVE, _BAR), 0) * measures["precision_at_1"])
        table.add_row(f"{point.abstracts:,}", f"{point.scope_notes:,}", *figures, bar)
    console.print(table)


def _sentences(measured: Measured) -> Table:
    table = Table(box=None, show_header=False, title="In plain words", title_justify="left", padding=(0, 0, 0, 1))
    for sentence in in_plain_words(measured):
        table.add_row("•", safe_markup(sentence))
    return table


def _measures(evaluation: Evaluation) -> Table:
    table = _table(f"{evaluation.documents:,} abstracts", ("measure", "value", "95 % interval"), right=(1,))
    for name, value in evaluation.measures.items():
        ends = evaluation.intervals.get(name)
        interval = f"{ends.low:.3f} to {ends.high:.3f}" if ends else ""
        table.add_row(measure_name(name), f"{value:.3f}", interval, style="bold" if name in CURVE_MEASURES else "")
    return table


def _levels(levels: Sequence[Evaluation]) -> Table:
    """Return a row per measure, a column per level."""
    heads = ("measure", *(f"level {number}" for number in range(1, len(levels) + 1)))
    table = _table("By level", heads, right=range(1, len(heads)))
    for name in LEVEL_MEASURES if levels else ():
        table.add_row(measure_name(name), *(level_figure(evaluation, name, ".3f") for evaluation in levels))
    return table


def _codes(measured: Measured, width: int) -> Table:
    """Return a row per code; a narrow terminal gets fewer columns, and names are shortened."""
    shown = codes_to_show(measured.evaluation)
    names = {code: measured.scheme.name(code) for code in shown}
    has_names = any(name != code for code, name in names.items())
    figures = ["precision", "recall", "F1", *["95 % interval"][: width >= _WITH_INTERVAL]]
    heads = ["code", *["name"][:has_names], "abstracts", *figures, *["threshold"][: width >= _WITH_THRESHOLD]]
    table = _table("", heads, right=[place for place, head in enumerate(heads) if head not in _LEFT])
    table.caption, table.caption_justify = not_shown(measured.evaluation) or None, "left"
    room = width - _width("code", shown) - _GAP - sum(max(len(head), _FIGURE) + _GAP for head in heads[2:]) - _GAP
    for code, result in shown.items():
        threshold = "" if result.threshold is None else f"{result.threshold:.2f}"
        name = [safe_markup(shortened(names[code], room))][:has_names]
        cells = [*name, f"{result.support:,}", *shown_figures(result, ".2f")[: len(figures)], threshold]
        table.add_row(_codes_in([code]), *cells[: len(heads) - 1])
    return table


def _confusions(measured: Measured, width: int) -> Table:
    confusions = measured.evaluation.confusions
    table = _table("Confused most", ("given", "assigned", "abstracts", "such as"), right=(2,))
    widths = (
        _width("given", (found.given for found in confusions)),
        _width("assigned", (f.assigned for f in confusions)),
    )
    room = width - sum(widths) - len("abstracts") - 4 * _GAP
    for confusion in confusions:
        such = Text("\n").join(_label(measured.abstracts[number], room) for number in confusion.examples)
        pair = _codes_in([confusion.given]), _codes_in([confusion.assigned])
        table.add_row(*pair, f"{confusion.count:,}", such)
    return table


def _codes_in(codes: Iterable[str]) -> str:
    """Return codes as one text; of long ones, the beginning and the end."""
    return "; ".join(safe_markup(without_middle(code, _CODE)) for code in codes)


def _width(head: str, codes: Iterable[str]) -> int:
    """Return the width of a column of codes."""
    return max(len(head), min(max(map(len, codes), default=0), _CODE))


def _label(abstract: Abstract, width: int) -> Text:
    return label_of(abstract.id, abstract.title, width)


def _differences(comparison: Comparison) -> Table:
    table = _table("Against the other model", ("measure", "difference", "95 % interval", ""), right=(1,))
    for name, found in comparison.differences.items():
        interval = f"{found.interval.low:+.4f} to {found.interval.high:+.4f}"
        table.add_row(measure_name(name), f"{found.value:+.4f}", interval, found.verdict, style=_STYLES[found.verdict])
    return table


def _changes(comparison: Comparison, abstracts: Sequence[Abstract], width: int) -> Table:
    changes = comparison.changes
    shown = changes if len(changes) <= 2 * _CHANGES else changes[:_CHANGES] + changes[-_CHANGES:]
    of = f", the {_CHANGES} worst and the {_CHANGES} best of" if len(shown) < len(changes) else ""
    title = f"Abstracts that changed{of} {len(changes):,}"
    table = _table(title, ("abstract", "given", "this", "other", "F1"), right=(4,))
    rows = [[_codes_in(part) for part in (change.given, change.assigned, change.other)] for change in shown]
    widths = (
        _width(head, column) for head, column in zip(("given", "this", "other"), zip(*rows, strict=True), strict=False)
    )
    room = max(width - sum(widths) - _FIGURE - 5 * _GAP, _CODE)
    for change, codes in zip(shown, rows, strict=True):
        style = "green" if change.gain > 0 else "red" if change.gain < 0 else ""
        label = _label(abstracts[change.abstract], room)
        table.add_row(label, *codes, f"{change.gain:+.2f}", style=style)
    return table


def _table(title: str, columns: Sequence[str], right: Iterable[int]) -> Table:
    table = Table(box=None, header_style="bold", title=title or None, title_justify="left")
    numbers = set(right)
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if place in numbers else "left", overflow="fold")
    return table

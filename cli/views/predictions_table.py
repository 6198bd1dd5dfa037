"""Show predictions in a terminal with rich; import this only for a terminal."""

# ruff: noqa: TID253

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from classmark.cli.console import printable

from .markup import label_of, safe_markup, without_middle

if TYPE_CHECKING:
    from classmark.model.prediction.predict import Prediction
    from classmark.model.scoring.ranking import RankedCode


_STYLES = {"ok": "green", "uncertain": "yellow", "unfamiliar": "yellow", "empty": "red", "error": "red"}
_BAR, _SHORTEST_BAR = 20, 5
_BESIDE_BAR = 19
"""Room for marks, scores and gaps beside a bar, and for a short code being narrower than its head."""

_SCORE = 5
_GAP = 2
_CODES = 44
"""Width of a column of codes with names, if there is enough room."""

_LABEL = 80
"""Maximum width of a column of ids and titles."""

_CODE = 3
"""Width that codes are padded to, so that most names begin below each other."""

_NAME = 8
"""Minimum width of a name beside its code."""


def show_ranking(predictions: Iterable[Prediction], out: TextIO) -> None:
    """Show the ranking of one abstract, with the assigned codes marked."""
    console = Console(file=out, emoji=False)
    for prediction in predictions:
        table = Table(box=None, header_style="bold")
        for column in ("", "code", "name"):
            table.add_column(column)
        table.add_column("score", justify="right")
        widest = max((cell_len(ranked.code) + cell_len(ranked.name) for ranked in prediction.ranking), default=0)
        longest_bar = min(max(console.width - widest - _BESIDE_BAR, _SHORTEST_BAR), _BAR)
        for ranked in prediction.ranking:
            mark, style = ("✓", "green") if ranked.is_assigned else ("", "dim")
            mark = "?" if ranked.is_assigned and prediction.status != "ok" else mark
            bar = "█" * round(ranked.score * longest_bar)
            code, name = (safe_markup(part) for part in (ranked.code, ranked.name))
            table.add_row(mark, code, name, f"{ranked.score:.2f}", bar, style=style)
        if prediction.ranking:
            console.print(table)


def show_predictions(predictions: Iterable[Prediction], out: TextIO) -> None:
    """Show a table of abstracts with their codes, row by row as they are predicted; a status that is not ok is named.

    The widths of the columns depend on the terminal alone, because rows are shown before the next ones are known.
    """
    console = Console(file=out, emoji=False, highlight=False)
    rest = console.width - _SCORE - 2 * _GAP
    label = min(max(rest - _CODES, rest // 2), _LABEL)
    widths = (label, min(rest - label, _CODES))
    for number, prediction in enumerate(predictions):
        if not number:
            heads = Text("abstract", "bold"), Text("code and name", "bold"), Text("score", "bold")
            console.print(_rows([heads], widths))
        console.print(_rows(_rows_of(prediction, widths), widths))


_Row = tuple[Text, Text, Text]


def _rows(rows: Iterable[_Row], widths: tuple[int, int]) -> Table:
    table = Table.grid(padding=(0, _GAP, 0, 0), pad_edge=False)
    table.add_column(width=widths[0], no_wrap=True)
    table.add_column(width=widths[1], overflow="fold")
    table.add_column(width=_SCORE, justify="right")
    for row in rows:
        table.add_row(*row)
    return table


def _rows_of(prediction: Prediction, widths: tuple[int, int]) -> list[_Row]:
    """Return a row per code; and, if something is unusual, a row that says it."""
    style = _STYLES[prediction.status]
    cells = [(_coded(ranked, style, widths[1]), Text(f"{ranked.score:.2f}", style)) for ranked in prediction.assigned]
    if remark := _remark(prediction):
        cells.append((Text(remark, style if prediction.status != "ok" else "dim"), Text()))
    label = label_of(prediction.id, prediction.title, widths[0])
    return [(Text() if number else label, *row) for number, row in enumerate(cells or [(Text("no code"), Text())])]


def _coded(ranked: RankedCode, style: str, width: int) -> Text:
    """Return a code with its name, shortened to one line; a long code has its name on a line of its own."""
    short = without_middle(printable(ranked.code), width)
    code, name = Text(f"{short:<{_CODE}}", f"bold {style}"), Text(printable(ranked.name))
    if ranked.code == ranked.name:
        return code
    room = width - code.cell_len - 1
    is_beside = room >= min(_NAME, name.cell_len)
    name.truncate(room if is_beside else width, overflow="ellipsis")
    return Text.assemble(code, " " if is_beside else "\n", name)


def _remark(prediction: Prediction) -> str:
    """Return the status, unless it is ok, and the reason."""
    reason = prediction.reason
    if prediction.status == "uncertain":
        reason = "; ".join(filter(None, (reason, "no code reaches its threshold")))
    return printable(reason if prediction.status == "ok" else f"{prediction.status}: {reason}")

"""Format predictions as text, JSON lines, CSV, TSV and Parquet."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TextIO

from classmark.cli.console import printable
from classmark.cli.formats import OutputFormat
from classmark.cli.output import binary_of
from classmark.corpus.fields import CODE_SEPARATOR
from classmark.corpus.formats import write_rows
from classmark.corpus.formats.csv_injection import csv_line, guarded

from .json_lines import batch_lines, prediction_line

if TYPE_CHECKING:
    from classmark.model.prediction.predict import PredictedBatch, Prediction


_COLUMNS = ("id", "source", "status", "codes", "names", "scores", "reason", "known")


def header(format: OutputFormat) -> str:  # noqa: A002
    """Return the header of a format, or an empty string."""
    return {OutputFormat.csv: ",".join(_COLUMNS) + "\n", OutputFormat.tsv: _tabbed(_COLUMNS)}.get(format, "")


def render(format: OutputFormat, predictions: Iterable[Prediction]) -> str:  # noqa: A002
    """Return predictions as lines of text."""
    return "".join(map(_LINES[format], predictions))


def render_batch(format: OutputFormat, batch: PredictedBatch) -> str:  # noqa: A002
    """Return the predictions of a batch as lines of text, as `render` does."""
    return batch_lines(batch) if format is OutputFormat.jsonl else render(format, batch.predictions)


def code_lines(prediction: Prediction) -> str:
    """Return the codes of one abstract, one per line: code, name, score, and the status if it is not ok."""
    marks = [] if prediction.status == "ok" else [str(prediction.status)]
    return "".join(_tabbed([ranked.code, ranked.name, f"{ranked.score:.3f}", *marks]) for ranked in prediction.assigned)


Cell = str | tuple[str, ...]
"""The value of a table cell: a text, or several codes."""


def cells(row: Iterable[Cell]) -> list[str]:
    """Return the cells of a table row, safe for terminals and spreadsheets.

    Codes are escaped one by one, because spreadsheets may split cells at semicolons.
    """
    return [_safe_cell(cell) if isinstance(cell, str) else CODE_SEPARATOR.join(map(_safe_cell, cell)) for cell in row]


def _safe_cell(text: str) -> str:
    return guarded(printable(text))


def _text_line(prediction: Prediction) -> str:
    """Return id, codes; and, if the status is not ok, the status and its reason."""
    fields = [prediction.id, CODE_SEPARATOR.join(prediction.codes)]
    if prediction.status != "ok":
        fields.append(f"{prediction.status}: {prediction.reason}" if prediction.reason else str(prediction.status))
    return _tabbed(fields)


def _csv_line(prediction: Prediction) -> str:
    return csv_line(cells(_row(prediction)))


def _tsv_line(prediction: Prediction) -> str:
    return _tabbed(cells(_row(prediction)))


def write_parquet(predictions: Iterable[Prediction], out: TextIO) -> None:
    """Write the same table as Parquet, with codes and scores as lists."""
    rows = map(_values, predictions)
    lists = {"codes": "list<string>", "names": "list<string>", "scores": "list<double>"}
    types = dict.fromkeys(_COLUMNS, "string") | lists | {"known": "double"}
    write_rows(rows, types, binary_of(out))


def _values(prediction: Prediction) -> dict[str, object]:
    row: dict[str, object] = dict(zip(_COLUMNS, _row(prediction), strict=True))
    scores = [round(ranked.score, 4) for ranked in prediction.assigned]
    names = [ranked.name for ranked in prediction.assigned]
    return row | {"codes": prediction.codes, "names": names, "scores": scores, "known": prediction.coverage}


def _row(prediction: Prediction) -> list[Cell]:
    return [
        prediction.id,
        prediction.source,
        str(prediction.status),
        prediction.codes,
        tuple(ranked.name.replace(CODE_SEPARATOR, ",") for ranked in prediction.assigned),
        CODE_SEPARATOR.join(f"{ranked.score:.3f}" for ranked in prediction.assigned),
        prediction.reason,
        "" if prediction.coverage is None else f"{prediction.coverage:.3f}",
    ]


def _tabbed(fields: Iterable[str]) -> str:
    return "\t".join(map(printable, fields)) + "\n"


_LINES: dict[OutputFormat, Callable[[Prediction], str]] = {
    OutputFormat.text: _text_line,
    OutputFormat.jsonl: prediction_line,
    OutputFormat.csv: _csv_line,
    OutputFormat.tsv: _tsv_line,
}

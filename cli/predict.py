"""The command ``predict``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from classmark.corpus import STDIN, Record, passed_over

from .boundary import FAILED
from .input import read_input
from .options import InputFormat, InputFormatName, ModelFile, OutputFile, OutputFormat, Paths, Quiet, Threshold
from .output import format_of, is_terminal, open_output
from .progress import counted
from .summary import Summary
from .writers import WRITERS, Writer, write_codes

if TYPE_CHECKING:
    from classmark.model import Prediction


def predict(
    paths: Paths = None,
    model: ModelFile = None,
    format: Annotated[  # noqa: A002  # the option's name
        OutputFormat | None,
        typer.Option("--format", "-f", help="How predictions are written; by the ending of --output, else text."),
    ] = None,
    output: OutputFile = None,
    input_format: InputFormatName = InputFormat.auto,
    top: Annotated[int, typer.Option("--top", min=1, help="How many codes a ranking holds (JSON lines).")] = 5,
    threshold: Threshold = None,
    strict: Annotated[bool, typer.Option("--strict", help="Stop at the first bad record.")] = False,
    quiet: Quiet = False,
) -> None:
    """Tag abstracts with subject codes.

    Without a PATH one abstract is read from the standard input. A folder gives one prediction a file, a file
    of records one a record.
    """
    records, is_one = read_input(paths or [STDIN], input_format, "predict")
    summary = Summary()
    written = format or format_of(output)
    with open_output(output) as out:
        writer = _writer(written, is_one=is_one, for_people=is_terminal(out))
        predictions = _predictions(records, model, top, threshold)
        writer(counted(summary.watch(predictions, strict=strict), quiet=quiet), out)
    if is_one:
        summary.tell_of_one()
    elif not quiet:
        summary.tell(passed_over(paths or [], input_format))
    if summary.bad_count:
        raise typer.Exit(FAILED)


def _predictions(
    records: Iterator[Record], path: Path | None, top: int, threshold: float | None
) -> Iterator[Prediction]:
    from classmark.model import DEFAULT_FILE, open_classifier, predict  # NumPy loads here

    return predict(open_classifier(path or DEFAULT_FILE), records, top=top, threshold=threshold)


def _writer(format: OutputFormat, *, is_one: bool, for_people: bool) -> Writer:  # noqa: A002
    if format is not OutputFormat.text:
        return WRITERS[format]
    if for_people:
        from .tables import show_predictions, show_ranking  # noqa: PLC0415  # rich loads here

        return show_ranking if is_one else show_predictions
    return write_codes if is_one else WRITERS[format]

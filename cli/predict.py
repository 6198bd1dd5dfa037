"""The command ``predict``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import tee
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from classmark.corpus import STDIN, Fields, Record, UsageError, check_apart, input_files, passed_over

from .beside import places_beside, write_beside
from .boundary import FAILED, say
from .input import read_input
from .keeping import check_kept, keep_predictions
from .options import (
    CodesField,
    InputFormat,
    InputFormatName,
    ModelFile,
    OutputFile,
    OutputFormat,
    Paths,
    Quiet,
    TextField,
    Threshold,
    TitleField,
)
from .output import binary_of, format_of, is_terminal, open_output
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
    keep: Annotated[
        bool,
        typer.Option(
            "--keep", help="Write the records as they were read, in their own format, with the codes added to them."
        ),
    ] = False,
    beside: Annotated[
        bool,
        typer.Option(
            "--beside", help="Write a file beside each one that is read: paper.txt gets paper.codes.txt, by --format."
        ),
    ] = False,
    input_format: InputFormatName = InputFormat.auto,
    title_field: TitleField = None,
    text_field: TextField = None,
    codes_field: CodesField = None,
    top: Annotated[int, typer.Option("--top", min=1, help="How many codes a ranking holds (JSON lines).")] = 5,
    threshold: Threshold = None,
    strict: Annotated[bool, typer.Option("--strict", help="Stop at the first bad record.")] = False,
    quiet: Quiet = False,
) -> None:
    """Tag abstracts with subject codes.

    Without a PATH one abstract is read from the standard input. A folder gives one prediction a file, a file
    of records one a record.
    """
    given = paths or [STDIN]
    _check(given, format, output, keep=keep, beside=beside)
    records, is_one = read_input(given, input_format, "predict", Fields(title_field, text_field, codes_field))
    summary = Summary()
    records, kept = tee(records) if keep else (records, iter(()))
    watched = summary.watch(_predictions(records, model, top, threshold), strict=strict)
    predictions = counted(watched, quiet=quiet)
    if beside:
        _beside(predictions, given, input_format, format, quiet=quiet)
    else:
        written = OutputFormat.text if keep else format or format_of(output)
        with open_output(output) as out:
            if keep:
                keep_predictions(kept, predictions, binary_of(out))
            else:
                _writer(written, is_one=is_one, for_people=is_terminal(out))(predictions, out)
    if is_one:
        summary.tell_of_one()
    elif not quiet:
        summary.tell(passed_over(paths or [], input_format))
    if summary.bad_count:
        raise typer.Exit(FAILED)


def _check(paths: list[str], format: OutputFormat | None, output: Path | None, *, keep: bool, beside: bool) -> None:  # noqa: A002
    if beside and (keep or output):
        raise UsageError(
            f"--beside has places of its own for what it writes; leave out {'--keep' if keep else '--output'}"
        )
    if keep and format:
        raise UsageError("--keep writes the format that it reads; leave out --format")
    if keep:
        check_kept(output, paths)
    if output and str(output) != STDIN:
        check_apart(output, paths)


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


def _beside(
    predictions: Iterable[Prediction],
    paths: list[str],
    input_format: InputFormat,
    format: OutputFormat | None,  # noqa: A002
    *,
    quiet: bool,
) -> None:
    written = format or OutputFormat.text
    ending = ".txt" if written is OutputFormat.text else f".{written}"

    def write(of_file: Iterable[Prediction], out: TextIO, is_one: bool) -> None:
        _writer(written, is_one=is_one, for_people=False)(of_file, out)

    count = write_beside(predictions, places_beside(input_files(paths, input_format), ending), write)
    if not quiet:
        say(f"{count:,} files written beside those that were read, NAME.codes{ending}")

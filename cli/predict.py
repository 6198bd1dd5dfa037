"""The command ``predict``."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from classmark.corpus import STDIN, CorpusError, Record, UsageError, passed_over

from .boundary import FAILED
from .input import read_input
from .labelling import Run, label_to_file, label_to_stream
from .options import (
    InputFormat,
    InputFormatName,
    Jobs,
    ModelFile,
    OutputFormat,
    OutputPlace,
    Paths,
    Quiet,
    Scheduler,
    Threshold,
)
from .output import format_of, is_terminal, open_output
from .summary import tell, tell_of_one
from .writers import code_lines

if TYPE_CHECKING:
    from classmark.model import Prediction, Tally


def predict(
    paths: Paths = None,
    model: ModelFile = None,
    format: Annotated[  # noqa: A002  # the option's name
        OutputFormat | None,
        typer.Option("--format", "-f", help="How predictions are written; by the ending of --output, else text."),
    ] = None,
    output: OutputPlace = None,
    input_format: InputFormatName = InputFormat.auto,
    top: Annotated[int, typer.Option("--top", min=1, help="How many codes a ranking holds (JSON lines).")] = 5,
    threshold: Threshold = None,
    jobs: Jobs = -1,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with an --output that an earlier run did not finish.")
    ] = False,
    scheduler: Scheduler = None,
    strict: Annotated[bool, typer.Option("--strict", help="Stop at the first bad record.")] = False,
    quiet: Quiet = False,
) -> None:
    """Tag abstracts with subject codes.

    Without a PATH one abstract is read from the standard input. A folder gives one prediction a file, a file
    of records one a record. An --output appears when it is whole; a run that was stopped goes on with --resume.

    With --scheduler a Dask cluster does it: files, folders and URLs that all its workers can read become a folder
    --output, a file a part in the order of the input, with a manifest.json once all are there.
    """
    from classmark.model import DEFAULT_FILE  # NumPy loads here

    paths = paths or [STDIN]
    if scheduler:
        from .cluster import label_on_cluster  # noqa: PLC0415  # few need it

        as_ = format or OutputFormat.jsonl
        run = Run(paths, input_format, as_, model or DEFAULT_FILE, top, threshold, jobs, strict, quiet)
        tally, unread = label_on_cluster(run, scheduler, output, resume=resume)
        _end(tally, unread, quiet=quiet)
        return
    path = None if output is None else Path(output)
    to_file = path is not None and output != STDIN and not (path.exists() and not path.is_file())
    if resume and not to_file:
        raise UsageError("--resume needs an --output file")
    records, is_one = read_input(paths, input_format, "predict")
    run = Run(
        paths, input_format, format or format_of(path), model or DEFAULT_FILE, top, threshold, jobs, strict, quiet
    )
    if run.format is OutputFormat.text and (is_one or (output is None and is_terminal(sys.stdout))):
        tally = _show(run, records, path, is_one=is_one)
    elif path is not None and to_file:
        tally = label_to_file(run, records, path, resume=resume)
    else:
        tally = label_to_stream(run, records, path)
    if is_one:
        tell_of_one(tally)
    _end(tally, () if is_one else passed_over(paths, input_format), quiet=quiet or is_one)


def _end(tally: Tally, unread: Sequence[str], *, quiet: bool) -> None:
    """Say what a run came to, and end with 1 if records were bad."""
    if not quiet:
        tell(tally, unread)
    if tally.bad_count:
        raise typer.Exit(FAILED)


def _show(run: Run, records: Iterator[Record], output: Path | None, *, is_one: bool) -> Tally:
    """Write the codes of one abstract a line each; at a terminal, show one or several as people like to see them."""
    from classmark.model import Tally

    tally = Tally()
    predictions = _counted(run, records, tally)
    with open_output(output) as out:
        if is_terminal(out):
            from .tables import show_predictions, show_ranking  # noqa: PLC0415  # rich loads here

            show = show_ranking if is_one else show_predictions
            show(predictions, out)
        else:
            out.writelines(map(code_lines, predictions))
    return tally


def _counted(run: Run, records: Iterator[Record], tally: Tally) -> Iterator[Prediction]:
    from classmark.model import open_classifier, predict

    for prediction in predict(open_classifier(run.model), records, top=run.top, threshold=run.threshold):
        tally.count(prediction)
        if run.strict and tally.bad:
            raise CorpusError(tally.bad[0])
        yield prediction

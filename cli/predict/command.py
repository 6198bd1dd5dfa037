"""The command ``predict``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from classmark.cli.console import say
from classmark.cli.error_boundary import FAILED
from classmark.cli.input import read_input
from classmark.cli.options import (
    CodesField,
    InputFormat,
    InputFormatName,
    Jobs,
    ModelFile,
    OutputFormat,
    OutputPlace,
    Paths,
    Quiet,
    Scheduler,
    TextField,
    Threshold,
    TitleField,
)
from classmark.cli.output import format_of, is_shown, is_terminal
from classmark.cli.views.summary import tell, tell_of_one
from classmark.corpus.fields import Fields
from classmark.corpus.input.chunks import records_of
from classmark.corpus.output.checks import check_apart
from classmark.corpus.streams import STDIN

from .annotate import Provenance, RecordAnnotation, Uncertain, UncertainCodes
from .destinations import open_annotated, predict_annotated, predict_beside, predict_to, show
from .run import Run, predict_counting
from .validation import check_for_cluster, check_together

if TYPE_CHECKING:
    from classmark.model.prediction.summary import PredictionSummary


def predict(
    paths: Paths = None,
    model: ModelFile = None,
    format: Annotated[  # noqa: A002  # the option's name
        OutputFormat | None,
        typer.Option("--format", "-f", help="How predictions are written; by the ending of --output, else text."),
    ] = None,
    output: OutputPlace = None,
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
    uncertain: UncertainCodes = Uncertain.skip,
    provenance: Provenance = False,
    input_format: InputFormatName = InputFormat.auto,
    title_field: TitleField = None,
    text_field: TextField = None,
    codes_field: CodesField = None,
    top: Annotated[
        int, typer.Option("--top", min=1, metavar="N", help="How many codes a ranking holds (JSON lines).")
    ] = 5,
    threshold: Threshold = None,
    jobs: Jobs = -1,
    resume: Annotated[
        bool | None,
        typer.Option(
            "--resume/--no-resume",
            help="Go on with an --output that an earlier run did not finish, or begin it anew.",
            show_default=False,
        ),
    ] = None,
    scheduler: Scheduler = None,
    strict: Annotated[bool, typer.Option("--strict", help="Stop at the first bad record.")] = False,
    quiet: Quiet = False,
) -> None:
    """Tag abstracts with subject codes.

    Without a PATH one abstract is read from the standard input. A folder gives one prediction a file, a file
    of records one a record. An --output appears when it is whole; a run that was stopped goes on with --resume, or
    begins anew with --no-resume.

    With --scheduler a Dask cluster does it: files, folders and URLs that all its workers can read become a folder
    --output, a file a part in the order of the input, with a manifest.json once all are there.
    """
    from classmark.model.prediction.summary import PredictionSummary  # NumPy loads here
    from classmark.model.scoring.classifier import DEFAULT_FILE

    given = paths or [STDIN]
    fields = Fields(title_field, text_field, codes_field, with_raw=keep)
    if scheduler:
        check_for_cluster(fields, keep=keep, beside=beside)
        as_ = format or OutputFormat.jsonl
        run = Run(given, input_format, fields, as_, model or DEFAULT_FILE, top, threshold, jobs, strict, quiet)
        _on_cluster(run, scheduler, output, resume=bool(resume))
        return
    path = None if output is None else Path(output)
    check_together(given, format, path, keep=keep, beside=beside, resume=bool(resume))
    check_apart([path], [*given, model or DEFAULT_FILE])
    annotation = RecordAnnotation(uncertain, provenance=provenance)
    annotation.check(keep=keep)
    with open_annotated(given, path) if keep else nullcontext() as out:
        found, chunks, is_one = read_input(given, input_format, "predict", fields)
        written = format or (OutputFormat.text if keep or beside else format_of(path))
        run = Run(given, input_format, fields, written, model or DEFAULT_FILE, top, threshold, jobs, strict, quiet)
        summary, failed = PredictionSummary(), False
        files = [] if is_one else found.files
        before = run.stamps(files)
        if out:
            predict_annotated(run, found, records_of(chunks), out, (summary, annotation))
        elif beside:
            failed = predict_beside(run, found, predict_counting(run, found, records_of(chunks), summary))
        elif written is OutputFormat.text and (is_one or (path is None and is_terminal(sys.stdout))):
            shown = replace(run, quiet=quiet or is_shown(path))
            show(predict_counting(shown, found, records_of(chunks), summary), path, is_one=is_one)
        else:
            summary = predict_to(run, found, chunks, path, resume=resume)
    changed = [what for what, stamp in run.stamps(files).items() if stamp != before[what]]
    annotation.tell()
    _end(run, summary, found.passed_over, changed, is_one=is_one, failed=failed)
    if annotation.failures:
        raise typer.Exit(FAILED)


def _end(
    run: Run,
    summary: PredictionSummary,
    unread: Sequence[str],
    changed: Sequence[str],
    *,
    is_one: bool = False,
    failed: bool = False,
) -> None:
    """Say what a run came to, and end with 1 if records were bad, something failed, or something changed meanwhile."""
    if is_one:
        tell_of_one(summary)
    elif not run.quiet:
        tell(summary, unread)
    for what in changed:
        say(f"error: {what} changed while it was read, so the output may hold some of both; run it again")
    if summary.bad_count or changed or failed:
        raise typer.Exit(FAILED)


def _on_cluster(run: Run, scheduler: str, output: str | None, *, resume: bool) -> None:
    from .on_cluster import predict_on_cluster  # noqa: PLC0415  # few need it

    summary, unread, is_same = predict_on_cluster(run, scheduler, output, resume=resume)
    _end(run, summary, unread, () if is_same else ["the input"])

"""The command ``predict``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from classmark.cli.console import say
from classmark.cli.error_boundary import exit_with_failure
from classmark.cli.formats import InputFormat, OutputFormat
from classmark.cli.input import InputOptions, open_input, paths_or_stdin
from classmark.cli.options import (
    Assign,
    CodesField,
    Encoding,
    IdField,
    InputFormatName,
    Jobs,
    Level,
    ModelFile,
    OutputPlace,
    Paths,
    Quiet,
    Scheduler,
    TextField,
    Threshold,
    TitleField,
)
from classmark.cli.views.summary import report_summary
from classmark.corpus.output.checks import check_apart

from .destinations import destination_of
from .options import (
    AddProvenance,
    BesideInput,
    KeepRecords,
    PredictionFormat,
    RankingLength,
    Resume,
    Strict,
    Uncertain,
    UncertainCodes,
)
from .run import PredictionRun
from .validation import check_options, check_options_on_cluster

if TYPE_CHECKING:
    from classmark.model.prediction.summary import PredictionSummary

    from .annotate import AnnotatedRecords


def predict(
    paths: Paths = None,
    model: ModelFile = None,
    format: PredictionFormat = None,  # noqa: A002  # the option's name
    output: OutputPlace = None,
    keep: KeepRecords = False,
    beside: BesideInput = False,
    uncertain: UncertainCodes = Uncertain.skip,
    provenance: AddProvenance = False,
    input_format: InputFormatName = InputFormat.auto,
    encoding: Encoding = None,
    id_field: IdField = None,
    title_field: TitleField = None,
    text_field: TextField = None,
    codes_field: CodesField = None,
    top: RankingLength = 5,
    threshold: Threshold = None,
    assign: Assign = None,
    level: Level = None,
    jobs: Jobs = -1,
    resume: Resume = None,
    scheduler: Scheduler = None,
    strict: Strict = False,
    quiet: Quiet = False,
) -> None:
    """Tag abstracts with subject codes.

    Without a PATH, one abstract is read from the standard input; on a terminal, - reads what is pasted. A folder gives
    one prediction per file, a file of records one per record. An --output appears when it is complete; a run that was
    stopped continues with --resume, or starts again with --no-resume.

    With --scheduler, a Dask cluster does the work: files, folders and URLs that all its workers can read become a
    folder --output, with one file per part in the order of the input, and a manifest.json once all are there.
    """
    from classmark.model.scoring.classifier import DEFAULT_FILE  # NumPy loads here

    run = PredictionRun(
        input=InputOptions(
            paths=paths_or_stdin(paths, "predict"),
            input_format=input_format,
            encoding=encoding,
            id_field=id_field,
            title_field=title_field,
            text_field=text_field,
            codes_field=codes_field,
            with_raw=keep,
        ),
        requested_format=format or (OutputFormat.jsonl if scheduler else None),
        output=output,
        keep=keep,
        beside=beside,
        uncertain=uncertain,
        provenance=provenance,
        resume=resume,
        model=model or DEFAULT_FILE,
        top=top,
        threshold=threshold,
        assign=assign,
        level=level,
        jobs=jobs,
        strict=strict,
        quiet=quiet,
    )
    if scheduler:
        _predict_on_cluster(run, scheduler)
    else:
        _predict_here(run)


def _predict_here(run: PredictionRun) -> None:
    check_options(run)
    check_apart([run.output_path], [*run.input.paths, run.model])
    with _opened_for_annotation(run) as annotated:
        source = open_input(run.input)
        destination = annotated or destination_of(run, source)
        files = [] if source.is_single else source.found.files
        before = run.digests(files)
        result = destination.write(run, source)
    changed = [name for name, digest in run.digests(files).items() if digest != before[name]]
    for message in result.messages:
        say(message)
    report_summary(
        result.summary,
        source.found.passed_over,
        is_single=source.is_single,
        quiet=run.quiet,
        bad_are_shown=result.bad_are_shown,
    )
    _finish(result.summary, changed, is_complete=result.is_complete)


@contextmanager
def _opened_for_annotation(run: PredictionRun) -> Iterator[AnnotatedRecords | None]:
    if not run.keep:
        yield None
        return
    from .annotate import open_for_annotation  # noqa: PLC0415  # few need it

    with open_for_annotation(run.input.paths, run.output_path) as annotated:
        yield annotated


def _predict_on_cluster(run: PredictionRun, scheduler: str) -> None:
    from .on_cluster import predict_on_cluster  # noqa: PLC0415  # few need it

    check_options_on_cluster(run)
    result = predict_on_cluster(run, scheduler)
    report_summary(result.summary, result.passed_over, is_single=False, quiet=run.quiet)
    _finish(result.summary, [] if result.is_same_input else ["the input"], is_complete=True)


def _finish(summary: PredictionSummary, changed: list[str], *, is_complete: bool) -> None:
    """Exit with 1 if records were bad, the output is incomplete, or what was read changed meanwhile."""
    for name in changed:
        say(f"error: {name} changed while it was read, so the output may hold some of both; run it again")
    if summary.bad_count or changed or not is_complete:
        exit_with_failure()

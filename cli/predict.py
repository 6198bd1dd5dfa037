"""The command ``predict``."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from itertools import tee
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from classmark.corpus import (
    STDIN,
    Chunk,
    CorpusError,
    Fields,
    Input,
    Record,
    check_apart,
    input_size,
    readable_again,
    records_of,
)

from .beside import places_beside, write_beside
from .boundary import FAILED, say
from .combinations import check_for_cluster, check_together
from .input import read_input
from .keeping import Keeping, Provenance, Uncertain, UncertainCodes
from .labelling import Run, label_to_file, label_to_stream
from .options import (
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
from .output import binary_of, format_of, is_file, is_shown, is_terminal, open_output
from .progress import counted
from .summary import tell, tell_of_one
from .writers import code_lines, header, render, write_parquet

if TYPE_CHECKING:
    from classmark.model import Prediction, Tally

_SHOWN = 5


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
    from classmark.model import DEFAULT_FILE, Tally  # NumPy loads here

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
    keeping = Keeping(uncertain, provenance=provenance)
    keeping.check(keep=keep)
    with _kept(given, path) if keep else nullcontext() as out:
        found, chunks, is_one = read_input(given, input_format, "predict", fields)
        written = format or (OutputFormat.text if keep or beside else format_of(path))
        run = Run(given, input_format, fields, written, model or DEFAULT_FILE, top, threshold, jobs, strict, quiet)
        tally, failed = Tally(), False
        files = [] if is_one else found.files
        before = run.stamps(files)
        if out:
            _keep(run, found, records_of(chunks), out, (tally, keeping))
        elif beside:
            failed = _beside(run, found, _counted(run, found, records_of(chunks), tally))
        elif written is OutputFormat.text and (is_one or (path is None and is_terminal(sys.stdout))):
            shown = replace(run, quiet=quiet or is_shown(path))
            _show(_counted(shown, found, records_of(chunks), tally), path, is_one=is_one)
        else:
            tally = _label(run, found, chunks, path, resume=resume)
    changed = [what for what, stamp in run.stamps(files).items() if stamp != before[what]]
    keeping.tell()
    _end(run, tally, found.passed_over, changed, is_one=is_one, failed=failed)
    if keeping.count:
        raise typer.Exit(FAILED)


def _end(
    run: Run,
    tally: Tally,
    unread: Sequence[str],
    changed: Sequence[str],
    *,
    is_one: bool = False,
    failed: bool = False,
) -> None:
    """Say what a run came to, and end with 1 if records were bad, something failed, or something changed meanwhile."""
    if is_one:
        tell_of_one(tally)
    elif not run.quiet:
        tell(tally, unread)
    for what in changed:
        say(f"error: {what} changed while it was read, so the output may hold some of both; run it again")
    if tally.bad_count or changed or failed:
        raise typer.Exit(FAILED)


def _on_cluster(run: Run, scheduler: str, output: str | None, *, resume: bool) -> None:
    from .cluster import label_on_cluster  # noqa: PLC0415  # few need it

    tally, unread, is_same = label_on_cluster(run, scheduler, output, resume=resume)
    _end(run, tally, unread, () if is_same else ["the input"])


def _label(run: Run, found: Input, chunks: Iterator[Chunk], output: Path | None, *, resume: bool | None) -> Tally:
    if run.format is OutputFormat.parquet:
        from classmark.model import Tally

        tally = Tally()
        with open_output(output) as out:
            write_parquet(_counted(run, found, records_of(chunks), tally), out)
        return tally
    if output is not None and is_file(output):
        return label_to_file(run, found, chunks, output, resume=resume)
    return label_to_stream(run, found, chunks, output)


@contextmanager
def _kept(given: Sequence[str], output: Path | None) -> Iterator[TextIO]:
    """Open the output, so that no other run writes it meanwhile, and let the input be read twice."""
    with open_output(output) as out, readable_again(given):
        yield out


def _keep(run: Run, found: Input, records: Iterator[Record], out: TextIO, counts: tuple[Tally, Keeping]) -> None:
    tally, keeping = counts
    records, kept = tee(records)
    predictions = _counted(run, found, records, tally)
    keeping.write(found, zip(kept, predictions, strict=True), binary_of(out), strict=run.strict)


def _counted(run: Run, found: Input, records: Iterator[Record], tally: Tally) -> Iterator[Prediction]:
    """Predict in this process, counting, while people see how far it is."""
    from classmark.model import open_classifier, predict

    predictions = predict(open_classifier(run.model), records, top=run.top, threshold=run.threshold)
    for prediction in counted(predictions, input_size(found.files), quiet=run.quiet):
        tally.count(prediction)
        if run.strict and tally.bad:
            raise CorpusError(tally.bad[0])
        yield prediction


def _show(predictions: Iterable[Prediction], output: Path | None, *, is_one: bool) -> None:
    """Write the codes of one abstract a line each; at a terminal, show one or several as people like to see them."""
    with open_output(output) as out:
        if is_terminal(out):
            from .tables import show_predictions, show_ranking  # noqa: PLC0415  # rich loads here

            show = show_ranking if is_one else show_predictions
            show(predictions, out)
        else:
            out.writelines(map(code_lines, predictions))


def _beside(run: Run, found: Input, predictions: Iterable[Prediction]) -> bool:
    """Write a file beside each one that is read; return whether one could not be written."""
    ending = ".txt" if run.format is OutputFormat.text else f".{run.format}"

    def write(of_file: Iterable[Prediction], out: TextIO, is_one: bool) -> None:
        if run.format is OutputFormat.parquet:
            write_parquet(of_file, out)
        elif run.format is OutputFormat.text and is_one:
            out.writelines(map(code_lines, of_file))
        else:
            out.write(header(run.format) + render(run.format, of_file))

    count, refused = write_beside(predictions, places_beside(found.files, ending, run.model), write)
    if not run.quiet:
        say(f"{count:,} files written beside those that were read, NAME.codes{ending}")
    for reason in refused[:_SHOWN]:
        say(f"error: {reason}")
    if len(refused) > _SHOWN:
        say(f"error: … and {len(refused) - _SHOWN:,} more files that can't be written")
    return bool(refused)

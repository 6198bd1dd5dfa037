"""Destinations of predictions: a stream, a file that can be resumed, a table, files beside the input."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import tee
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from classmark.cli.console import say
from classmark.cli.options import OutputFormat
from classmark.cli.output import binary_of, is_file, is_shown, is_terminal, open_output
from classmark.cli.progress import gauge
from classmark.cli.views.predictions import code_lines, header, render, write_parquet
from classmark.corpus.abstract import Record
from classmark.corpus.errors import CorpusError, UsageError
from classmark.corpus.input.chunks import Chunk, after, records_of
from classmark.corpus.input.discovery import input_digest, input_size
from classmark.corpus.input.read import Input
from classmark.corpus.output.resumable import ResumableOutput
from classmark.corpus.streams import STDIN, reopenable

from .annotate import RecordAnnotation
from .beside import places_beside, write_beside
from .run import Run, predict_counting

if TYPE_CHECKING:
    from classmark.model.prediction.batches import BatchResult
    from classmark.model.prediction.predict import Prediction
    from classmark.model.prediction.summary import PredictionSummary


_SECONDS = 2.0
"""Between two notes of how far the run is, which take a moment."""


def predict_to_stream(run: Run, found: Input, chunks: Iterator[Chunk], output: Path | None) -> PredictionSummary:
    """Label records, and write the predictions to the standard output, a device or a pipe as they come."""
    from classmark.model.prediction.summary import PredictionSummary

    summary = PredictionSummary()
    with open_output(output) as out:
        out.write(header(run.format))
        shown = replace(run, quiet=run.quiet or is_shown(output))
        for result in _results(shown, chunks, input_size(found.files)):
            out.write(result.text)
            summary.add(result.summary)
    return summary


def predict_to_file(
    run: Run, found: Input, chunks: Iterator[Chunk], output: Path, *, resume: bool | None
) -> PredictionSummary:
    """Label records into a file that is there when it is whole; with ``resume``, go on where the last run stopped.

    What came from the standard input is gone after a stop, so no journal is kept of it.

    Raises
    ------
    UsageError
        There is nothing to go on with, or there is and nobody said what to do; see `ResumableOutput`.
    """
    if resume and STDIN in run.paths:
        raise UsageError("what came from the standard input is gone; --resume needs files as input")
    out = ResumableOutput(output, run.purpose(input_digest(found.files)), resume=resume)
    try:
        with out:
            if not out.progress.size:
                out.write(header(run.format))
            summary = _tally_so_far(run, out)
            result = _results(run, after(chunks, summary.records), input_size(found.files))
            _write(result, out, summary, notes=STDIN not in run.paths)
    except BaseException as error:
        if out.can_go_on:
            error.add_note(f"{out.progress.records:,} records are done, go on with the same command and --resume")
        raise
    return summary


def _tally_so_far(run: Run, out: ResumableOutput) -> PredictionSummary:
    """Return what an earlier run came to, checked against what it wrote: a line for each record, and the header."""
    from classmark.model.prediction.summary import PredictionSummary

    done = out.progress
    if not done.size:
        return PredictionSummary()
    try:
        summary = PredictionSummary.read(done.tally)
    except ValueError as error:
        raise out.damaged from error
    if not summary.records == done.records == done.lines - header(run.format).count("\n"):
        raise out.damaged
    return summary


def _write(result: Iterator[BatchResult], out: ResumableOutput, summary: PredictionSummary, *, notes: bool) -> None:
    noted = time.monotonic()
    for batch in result:
        out.write(batch.text)
        summary.add(batch.summary)
        if notes and time.monotonic() - noted > _SECONDS:
            out.note(summary.records, summary.plain)
            noted = time.monotonic()


def _results(run: Run, chunks: Iterator[Chunk], size: int) -> Iterator[BatchResult]:
    """Yield labelled batches, while people see how far it is.

    Raises
    ------
    CorpusError
        A record is bad, and ``strict`` was asked for.
    """
    from classmark.model.prediction.batches import predict_in_batches

    with gauge(size, quiet=run.quiet) as advance:
        for result in predict_in_batches(run.job, chunks, run.jobs):
            if run.strict and result.summary.bad:
                raise CorpusError(result.summary.bad[0])
            yield result
            advance(result.summary.records)


_SHOWN = 5


def predict_to(
    run: Run, found: Input, chunks: Iterator[Chunk], output: Path | None, *, resume: bool | None
) -> PredictionSummary:
    """Predict into a file or a stream, in the format that was asked for."""
    if run.format is OutputFormat.parquet:
        from classmark.model.prediction.summary import PredictionSummary

        summary = PredictionSummary()
        with open_output(output) as out:
            write_parquet(predict_counting(run, found, records_of(chunks), summary), out)
        return summary
    if output is not None and is_file(output):
        return predict_to_file(run, found, chunks, output, resume=resume)
    return predict_to_stream(run, found, chunks, output)


@contextmanager
def open_annotated(given: Sequence[str], output: Path | None) -> Iterator[TextIO]:
    """Open the output, so that no other run writes it meanwhile, and let the input be read twice."""
    with open_output(output) as out, reopenable(given):
        yield out


def predict_annotated(
    run: Run, found: Input, records: Iterator[Record], out: TextIO, counts: tuple[PredictionSummary, RecordAnnotation]
) -> None:
    """Write the records as they were read, with their predicted codes added."""
    summary, annotation = counts
    records, kept = tee(records)
    predictions = predict_counting(run, found, records, summary)
    annotation.write(found, zip(kept, predictions, strict=True), binary_of(out), strict=run.strict)


def show(predictions: Iterable[Prediction], output: Path | None, *, is_one: bool) -> None:
    """Write the codes of one abstract a line each; at a terminal, show one or several as people like to see them."""
    with open_output(output) as out:
        if is_terminal(out):
            from classmark.cli.views.tables import show_predictions, show_ranking  # noqa: PLC0415  # rich loads here

            (show_ranking if is_one else show_predictions)(predictions, out)
        else:
            out.writelines(map(code_lines, predictions))


def predict_beside(run: Run, found: Input, predictions: Iterable[Prediction]) -> bool:
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

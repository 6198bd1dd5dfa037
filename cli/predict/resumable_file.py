"""Write predictions to a file that a later run can continue with ``--resume``."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from classmark.cli.input import OpenInput
from classmark.cli.views.predictions import header
from classmark.corpus.errors import UsageError
from classmark.corpus.input.chunks import after
from classmark.corpus.input.discovery import input_digest
from classmark.corpus.output.resumable import ResumableOutput
from classmark.corpus.streams import STDIN

from .predictions import predict_batches
from .run import PredictionRun, WriteResult

if TYPE_CHECKING:
    from classmark.model.prediction.batches import BatchResult
    from classmark.model.prediction.summary import PredictionSummary


CHECKPOINT_SECONDS = 2.0
"""Seconds between two checkpoints."""


class ResumableFile(Struct, frozen=True):
    """A file that appears when it is complete, and until then grows under a temporary name.

    Parameters
    ----------
    resume
        See `ResumableOutput`.
    """

    output: Path
    resume: bool | None

    def write(self, run: PredictionRun, source: OpenInput) -> WriteResult:
        """Predict in batches, from where an earlier run stopped if it is resumed.

        There are no checkpoints for the standard input, which can't be read again.

        Raises
        ------
        UsageError
            What there is to resume can't be, or the user does not say what to do with it; see `ResumableOutput`.
        """
        has_stdin = STDIN in run.input.paths
        if self.resume and has_stdin:
            raise UsageError("--resume cannot re-read standard input; pass files")
        fingerprint = run.fingerprint(input_digest(source.found.files))
        out = ResumableOutput(self.output, fingerprint, resume=self.resume)
        try:
            with out:
                if not out.progress.size:
                    run.report_new_start(self.output)
                    out.write(header(run.format))
                summary = _summary_so_far(run, out)
                batches = predict_batches(run, after(source.chunks, summary.records), source.size)
                _write(batches, out, summary, with_checkpoints=not has_stdin)
        except BaseException as error:
            if out.can_go_on:
                error.add_note(
                    f"{out.progress.records:,} records are done, continue with the same command and --resume"
                )
            raise
        return WriteResult(summary)


def _summary_so_far(run: PredictionRun, out: ResumableOutput) -> PredictionSummary:
    """Return the summary of an earlier run, checked against its output: one line per record, and the header."""
    from classmark.model.prediction.summary import PredictionSummary  # NumPy loads here

    done = out.progress
    if not done.size:
        return PredictionSummary()
    try:
        summary = PredictionSummary.read(done.summary)
    except ValueError as error:
        raise out.damaged from error
    if not summary.records == done.records == done.lines - header(run.format).count("\n"):
        raise out.damaged
    return summary


def _write(
    batches: Iterator[BatchResult], out: ResumableOutput, summary: PredictionSummary, *, with_checkpoints: bool
) -> None:
    """Write batches, and add each to the summary."""
    last = time.monotonic()
    for batch in batches:
        out.write(batch.text)
        summary.add(batch.summary)
        if with_checkpoints and time.monotonic() - last > CHECKPOINT_SECONDS:
            out.checkpoint(summary.records, summary.plain)
            last = time.monotonic()

"""A long run: records in, predictions out, in order, with a way to go on after a stop."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from classmark.corpus import (
    STDIN,
    VERSION,
    Chunk,
    CorpusError,
    Fields,
    GrowingOutput,
    Input,
    UsageError,
    after,
    input_digest,
    input_size,
)

from .options import OutputFormat
from .output import is_shown, open_output
from .progress import gauge
from .writers import header, render

if TYPE_CHECKING:
    from classmark.model import Labelled, Tally, Work

_SECONDS = 2.0
"""Between two notes of how far the run is, which take a moment."""


@dataclass(frozen=True)
class Run:
    """What a run was asked to do.

    Parameters
    ----------
    paths, input_format, fields
        The input as the user named it.
    format
        Of the output.
    model, top, threshold
        See `Work`.
    jobs
        How many processes.
    strict
        Stop at the first bad record.
    quiet
        Show no progress.
    """

    paths: list[str]
    input_format: str
    fields: Fields
    format: OutputFormat
    model: Path
    top: int
    threshold: float | None
    jobs: int
    strict: bool
    quiet: bool

    @property
    def work(self) -> Work:
        """What is to be done with each record."""
        from classmark.model import Work  # NumPy loads here

        return Work(self.model, self.top, self.threshold, partial(render, self.format))

    def stamps(self, files: list[str]) -> dict[str, str]:
        """Return figures that change when what is read changes, by what people call it."""
        return {"the input": input_digest(files), "the model": input_digest([str(self.model)])}

    def purpose(self, digest: str) -> dict[str, object]:
        """Return what must be the same to go on where another run stopped, by what people call it."""
        from classmark.model import model_checksum

        return {
            "version of classmark": VERSION,
            "model": model_checksum(self.model),
            "format or option": [str(self.format), self.top, self.threshold, str(self.input_format), str(self.fields)],
            "input": digest,
        }


def label_to_stream(run: Run, found: Input, chunks: Iterator[Chunk], output: Path | None) -> Tally:
    """Label records, and write the predictions to the standard output, a device or a pipe as they come."""
    from classmark.model import Tally

    tally = Tally()
    with open_output(output) as out:
        out.write(header(run.format))
        shown = replace(run, quiet=run.quiet or is_shown(output))
        for labelled in _labelled(shown, chunks, input_size(found.files)):
            out.write(labelled.text)
            tally.add(labelled.tally)
    return tally


def label_to_file(run: Run, found: Input, chunks: Iterator[Chunk], output: Path, *, resume: bool | None) -> Tally:
    """Label records into a file that is there when it is whole; with ``resume``, go on where the last run stopped.

    What came from the standard input is gone after a stop, so no journal is kept of it.

    Raises
    ------
    UsageError
        There is nothing to go on with, or there is and nobody said what to do; see `GrowingOutput`.
    """
    if resume and STDIN in run.paths:
        raise UsageError("what came from the standard input is gone; --resume needs files as input")
    out = GrowingOutput(output, run.purpose(input_digest(found.files)), resume=resume)
    try:
        with out:
            if not out.progress.size:
                out.write(header(run.format))
            tally = _tally_so_far(run, out)
            labelled = _labelled(run, after(chunks, tally.records), input_size(found.files))
            _write(labelled, out, tally, notes=STDIN not in run.paths)
    except BaseException as error:
        if out.can_go_on:
            error.add_note(f"{out.progress.records:,} records are done, go on with the same command and --resume")
        raise
    return tally


def _tally_so_far(run: Run, out: GrowingOutput) -> Tally:
    """Return what an earlier run came to, checked against what it wrote: a line for each record, and the header."""
    from classmark.model import Tally

    done = out.progress
    if not done.size:
        return Tally()
    try:
        tally = Tally.read(done.tally)
    except ValueError as error:
        raise out.damaged from error
    if not tally.records == done.records == done.lines - header(run.format).count("\n"):
        raise out.damaged
    return tally


def _write(labelled: Iterator[Labelled], out: GrowingOutput, tally: Tally, *, notes: bool) -> None:
    noted = time.monotonic()
    for batch in labelled:
        out.write(batch.text)
        tally.add(batch.tally)
        if notes and time.monotonic() - noted > _SECONDS:
            out.note(tally.records, tally.plain)
            noted = time.monotonic()


def _labelled(run: Run, chunks: Iterator[Chunk], size: int) -> Iterator[Labelled]:
    """Yield labelled batches, while people see how far it is.

    Raises
    ------
    CorpusError
        A record is bad, and ``strict`` was asked for.
    """
    from classmark.model import label

    with gauge(size, quiet=run.quiet) as advance:
        for labelled in label(run.work, chunks, run.jobs):
            if run.strict and labelled.tally.bad:
                raise CorpusError(labelled.tally.bad[0])
            yield labelled
            advance(labelled.tally.records)

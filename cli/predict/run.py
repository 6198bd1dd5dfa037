"""A prediction run: what the user asks for, and what comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from classmark.cli.console import say
from classmark.cli.formats import OutputFormat
from classmark.cli.input import InputOptions
from classmark.cli.output import format_of
from classmark.cli.views.predictions import render_batch
from classmark.corpus.input.discovery import input_digest
from classmark.corpus.version import VERSION

from .options import Uncertain

if TYPE_CHECKING:
    from classmark.model.prediction.batches import PredictionJob
    from classmark.model.prediction.summary import PredictionSummary


class PredictionRun(Struct, frozen=True, kw_only=True, dict=True):
    """What the user asks for: the options of ``predict``.

    Parameters
    ----------
    input
        What is read.
    requested_format
        The format that ``--format`` names; None to choose by the output.
    output
        A path, or the URL of a folder; None for the standard output.
    keep, beside
        Write records with their codes added; write one file beside each file that is read.
    uncertain, provenance
        What is added to records with ``keep``.
    resume
        Continue an unfinished output if there is one; False to start it again, None to refuse if there is one.
    model, top, threshold
        See `PredictionJob`.
    assign
        How many codes an abstract gets; None for all that reach their thresholds.
    level
        The level of the scheme whose codes are given; None for the model's own codes.
    jobs
        How many processes.
    strict
        Stop at the first bad record.
    quiet
        Show neither progress nor summary.
    """

    input: InputOptions
    requested_format: OutputFormat | None = None
    output: str | None = None
    keep: bool = False
    beside: bool = False
    uncertain: Uncertain = Uncertain.skip
    provenance: bool = False
    resume: bool | None = None
    model: Path
    top: int
    threshold: float | None
    assign: int | None = None
    level: int | None = None
    jobs: int
    strict: bool
    quiet: bool

    @property
    def output_path(self) -> Path | None:
        """The output as a path; None for the standard output."""
        return None if self.output is None else Path(self.output)

    @cached_property
    def format(self) -> OutputFormat:
        """The format of the predictions; raises a `UsageError` if the ending of the output stands for none."""
        if self.requested_format:
            return self.requested_format
        return OutputFormat.text if self.keep or self.beside else format_of(self.output_path)

    @property
    def job(self) -> PredictionJob:
        """What is done with each record."""
        from classmark.model.prediction.batches import PredictionJob  # NumPy loads here

        return PredictionJob(
            self.model, self.top, self.threshold, self.assign, partial(render_batch, self.format), self.level
        )

    def digests(self, files: list[str]) -> dict[str, str]:
        """Return digests of the input and the model, by their names in messages; they change when the files do."""
        return {"the input": input_digest(files), "the model": input_digest([str(self.model)])}

    def report_new_start(self, output: object) -> None:
        """Report that there is nothing to resume, if that was asked for: a nightly job has one command line."""
        if self.resume and not self.quiet:
            say(f"there is no earlier run of {output} to continue, so this one starts at the first record")

    def fingerprint(self, digest: str) -> dict[str, object]:
        """Return what must be the same for another run to continue this one, by its name in messages.

        Parameters
        ----------
        digest
            Of the input.
        """
        from classmark.model.persistence.container import checksum_of as model_checksum

        reading = [str(self.input.input_format), str(self.input.fields)]
        return {
            "version of classmark": VERSION,
            "model": model_checksum(self.model),
            "format or option": [str(self.format), self.top, self.threshold, self.assign, self.level, *reading],
            "input": digest,
        }


class WriteResult(Struct, frozen=True):
    """What came of writing predictions.

    Parameters
    ----------
    messages
        What the user is told of the output, in sentences.
    is_complete
        Whether everything could be written.
    bad_are_shown
        Whether bad records, with their reasons, are already on the terminal that messages go to.
    """

    summary: PredictionSummary
    messages: Sequence[str] = ()
    is_complete: bool = True
    bad_are_shown: bool = False

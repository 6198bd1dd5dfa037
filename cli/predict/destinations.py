"""Choose where predictions go; each destination predicts and writes in its own way."""

from __future__ import annotations

import sys
from typing import Protocol

from classmark.cli.formats import OutputFormat
from classmark.cli.input import OpenInput
from classmark.cli.output import is_file, is_terminal

from .people import ReadableText
from .run import PredictionRun, WriteResult
from .stream import ParquetTable, TextStream


class Destination(Protocol):
    """A place that predictions go to."""

    def write(self, run: PredictionRun, source: OpenInput) -> WriteResult:
        """Predict the codes of an input's records, and write them."""


def destination_of(run: PredictionRun, source: OpenInput) -> Destination:
    """Return the destination that the options stand for; records with codes added have their own.

    Raises
    ------
    UsageError
        The ending of the output stands for no format.
    """
    output = run.output_path
    if run.beside:
        from .beside import FilesBeside  # noqa: PLC0415  # few need it

        return FilesBeside()
    is_seen = output is None and is_terminal(sys.stdout)
    if run.format is OutputFormat.text and (source.is_single or is_seen):
        return ReadableText(output)
    if run.format is OutputFormat.parquet:
        return ParquetTable(output)
    if output is not None and is_file(output):
        from .resumable_file import ResumableFile  # noqa: PLC0415  # a pipe needs none

        return ResumableFile(output, run.resume)
    return TextStream(output)

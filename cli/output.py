"""Open the output of results: the standard output, or a file that appears only when complete."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TextIO

from classmark.corpus.errors import UsageError
from classmark.corpus.output.atomic import replacing
from classmark.corpus.output.destinations import is_regular_output
from classmark.corpus.output.own_files import reporting_errors_for
from classmark.corpus.streams import STDIN

from .formats import OutputFormat

_ODD_NAMES = "backslashreplace"  # file names may not be valid Unicode
_ENDINGS = {
    "": OutputFormat.text,
    ".txt": OutputFormat.text,
    ".jsonl": OutputFormat.jsonl,
    ".ndjson": OutputFormat.jsonl,
    ".csv": OutputFormat.csv,
    ".tsv": OutputFormat.tsv,
    ".parquet": OutputFormat.parquet,
}


@contextmanager
def open_output(path: Path | None, *, follow: bool = True) -> Iterator[TextIO]:
    """Open the output for UTF-8 text; None and ``-`` mean the standard output. See `replacing`."""
    if path is None or str(path) == STDIN:
        if sys.__stdout__ is None:
            raise UsageError("the standard output is closed; name a file by --output")
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8", errors=_ODD_NAMES, newline="\n")
        with _naming_stdout():
            yield sys.stdout
            sys.stdout.flush()
        return
    with replacing(path, follow=follow) as binary:
        text = io.TextIOWrapper(binary, encoding="utf-8", errors=_ODD_NAMES, newline="\n", write_through=True)
        yield text
        text.detach()


@contextmanager
def _naming_stdout() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.filename is not None:  # the error is about another file
            raise
        with reporting_errors_for("the standard output"):
            raise


def binary_of(out: TextIO) -> IO[bytes]:
    """Return the output as a binary stream.

    Raises
    ------
    UsageError
        If it is a terminal.
    """
    if out.isatty():
        raise UsageError("this format is not for a terminal; name a file by --output, or pipe it on")
    out.flush()
    return out.buffer


def is_terminal(stream: TextIO) -> bool:
    """Return whether the stream is a terminal that can show colours and tables."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def is_shown(output: Path | None) -> bool:
    """Return whether the output is a terminal, so that progress must not be shown in between."""
    return (output is None or str(output) == STDIN) and is_terminal(sys.stdout)


def format_of(output: Path | None) -> OutputFormat:
    """Return the format for the ending of an output file, or text without a file.

    Raises
    ------
    UsageError
        If the ending names no format.
    """
    ending = output.suffix.lower() if output else ""
    if ending not in _ENDINGS:
        known = ", ".join(filter(None, _ENDINGS))
        raise UsageError(f"{output}: its ending names no format; end it in {known}, or name a --format")
    return _ENDINGS[ending]


def is_file(output: Path | None) -> bool:
    """Return whether the output is a regular file, rather than the standard output, a device or a pipe."""
    return output is not None and str(output) != STDIN and is_regular_output(output)

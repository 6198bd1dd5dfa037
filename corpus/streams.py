"""Opening what the user named: a file or the standard input, plain or gzipped."""

from __future__ import annotations

import gzip
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from .errors import CorpusError

STDIN = "-"
_GZIP_MAGIC = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"


@contextmanager
def open_input(name: str) -> Iterator[io.BufferedReader]:
    """Open a file, or the standard input for ``-``, as bytes, unpacked and without byte-order mark.

    Raises
    ------
    CorpusError
        It can't be opened.
    """
    try:
        raw = sys.stdin.buffer if name == STDIN else Path(name).open("rb")  # noqa: SIM115  # closed below
    except OSError as error:
        raise CorpusError(f"{name} can't be opened: {error.strerror}") from error
    try:
        yield _without_bom(_unpacked(cast(io.BufferedReader, raw)))
    finally:
        if name != STDIN:
            raw.close()


def _unpacked(stream: io.BufferedReader) -> io.BufferedReader:
    if stream.peek(2)[:2] != _GZIP_MAGIC:
        return stream
    return io.BufferedReader(cast(io.RawIOBase, gzip.GzipFile(fileobj=cast(BinaryIO, stream))))


def _without_bom(stream: io.BufferedReader) -> io.BufferedReader:
    try:
        start = stream.peek(3)[:3]
    except (OSError, EOFError):
        return stream  # a damaged gzip file says so when it is read
    if start == _BOM:
        stream.read(3)
    return stream

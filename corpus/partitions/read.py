"""Reading a part of an input, on the machine that works on it."""

from __future__ import annotations

import io
import socket
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from classmark.corpus.abstract import Record, SourceLocation, Unreadable
from classmark.corpus.errors import CorpusError
from classmark.corpus.fields import DEFAULT_FIELDS
from classmark.corpus.formats import FORMATS
from classmark.corpus.input.discovery import AUTO
from classmark.corpus.input.files import read_file
from classmark.corpus.limits import lines_of

from .partition import FileRange, Partition
from .storage import local_copy, opened, size_of


def read_partition(partition: Partition) -> Iterator[Record]:
    """Read the records of a part, as `read_abstracts` reads them of the whole.

    Raises
    ------
    CorpusError
        This machine does not see a file, or sees another one; or the input is one file, which can't be read.
    """
    for piece in partition.pieces:
        if size_of(piece.path) != piece.size:
            raise CorpusError(
                f"{piece.name} is not on {socket.gethostname()} what it was when the run began; "
                "its path must be the same file on all workers, and stay as it is"
            )
        if piece.end:
            yield from _read_lines(piece, partition.input_format)
        else:
            yield from _read_whole(piece, partition)


def _read_whole(piece: FileRange, partition: Partition) -> Iterator[Record]:
    with local_copy(piece.path) as path:
        try:
            for record in read_file(path, partition.input_format):
                yield _named(record, path, piece)
        except CorpusError as error:
            reason = str(error).replace(path, piece.name)
            if partition.is_one:
                raise CorpusError(reason) from error
            yield _in_folder(Unreadable(piece.name, SourceLocation(piece.name), reason), piece)


def _read_lines(piece: FileRange, input_format: str) -> Iterator[Record]:
    known = FORMATS["jsonl" if input_format == AUTO else input_format]
    with opened(piece.path) as stream:
        lines = io.BufferedReader(_Range(stream, piece.start, piece.end))
        yield from known.read(lines_of(lines), piece.name, DEFAULT_FIELDS, piece.line)


def _named(record: Record, path: str, piece: FileRange) -> Record:
    """Call the file by the name that the user knows it by."""
    location = replace(record.location, source=piece.name)
    named = replace(record, id=str(location) if record.id == str(record.location) else record.id, location=location)
    if isinstance(named, Unreadable):
        return _in_folder(replace(named, reason=named.reason.replace(path, piece.name)), piece)
    return _in_folder(named, piece)


def _in_folder(record: Record, piece: FileRange) -> Record:
    """Call an abstract that is a file by its path in the folder."""
    is_file = record.id == record.location.source
    return replace(record, id=piece.relative or piece.name) if is_file else record


class _Range(io.RawIOBase):
    """Some bytes of a stream."""

    def __init__(self, stream: Any, start: int, end: int) -> None:
        stream.seek(start)
        self._stream = stream
        self._left = end - start

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:  # the standard library's own signature
        """Fill a buffer up to the end of the range, and return how much of it."""
        data = self._stream.read(min(len(buffer), self._left))
        buffer[: len(data)] = data
        self._left -= len(data)
        return len(data)

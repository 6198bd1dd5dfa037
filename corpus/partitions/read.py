"""Read a partition of an input, on the machine that works on it."""

from __future__ import annotations

import io
import socket
from collections.abc import Iterator
from typing import Any

from classmark.corpus.abstract import Record
from classmark.corpus.errors import CorpusError
from classmark.corpus.fields import DEFAULT_FIELDS
from classmark.corpus.formats import FORMATS
from classmark.corpus.input.chunks import records_of
from classmark.corpus.input.discovery import AUTO, InputFile
from classmark.corpus.input.files import chunks_of, chunks_of_one
from classmark.corpus.limits import lines_of

from .partition import FileRange, Partition
from .storage import local_copy, opened, size_of


def read_partition(partition: Partition) -> Iterator[Record]:
    """Read the records of a partition, as `read_abstracts` reads those of the whole input.

    Raises
    ------
    CorpusError
        This machine does not see a file, or sees another one; or the input is a single file, which can't be read.
    """
    for each in partition.ranges:
        if size_of(each.path) != each.size:
            raise CorpusError(
                f"{each.name} is not on {socket.gethostname()} what it was when the run began; "
                "its path must be the same file on all workers, and stay as it is"
            )
        if each.end:
            yield from _read_lines(each, partition.input_format)
        else:
            yield from _read_whole(each, partition)


def _read_whole(each: FileRange, partition: Partition) -> Iterator[Record]:
    with local_copy(each.path) as path:  # a format may need to go back and forth, which few URLs can
        file = InputFile(path, each.within, name=each.name)
        read = chunks_of if partition.is_one_file else chunks_of_one
        yield from records_of(read(file, partition.input_format, DEFAULT_FIELDS))


def _read_lines(each: FileRange, input_format: str) -> Iterator[Record]:
    known = FORMATS["jsonl" if input_format == AUTO else input_format]
    with opened(each.path) as stream:
        lines = io.BufferedReader(_Range(stream, each.start, each.end))
        yield from known.read(lines_of(lines), each.name, DEFAULT_FIELDS, each.line)


class _Range(io.RawIOBase):
    """Some bytes of a stream."""

    def __init__(self, stream: Any, start: int, end: int) -> None:
        stream.seek(start)
        self._stream = stream
        self._left = end - start

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int:  # the standard library's own signature
        """Fill a buffer up to the end of the range, and return how many bytes were read."""
        data = self._stream.read(min(len(buffer), self._left))
        buffer[: len(data)] = data
        self._left -= len(data)
        return len(data)

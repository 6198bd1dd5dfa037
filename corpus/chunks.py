"""Some records of an input, to be read wherever there is time for it: here, or in another process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from .abstract import Record
from .fields import Fields
from .formats import FORMATS, Format

AT_ONCE = 512
"""So many records are in a chunk at most."""


class Chunk(Protocol):
    """Some records that follow each other."""

    def __len__(self) -> int:
        """Return how many records there are."""

    def read(self) -> Iterator[Record]:
        """Read them."""


@dataclass(frozen=True)
class Ready:
    """Records that were read already."""

    records: list[Record]

    def __len__(self) -> int:
        return len(self.records)

    def read(self) -> Iterator[Record]:
        """Give the records."""
        return iter(self.records)


@dataclass(frozen=True)
class Lines:
    """Lines of a file, in a format that has no record in more than one.

    Parameters
    ----------
    source
        What the file is called.
    format
        The format's name.
    first
        The number of the first line, from 1.
    """

    source: str
    format: str
    fields: Fields
    first: int
    lines: list[bytes]

    def __len__(self) -> int:
        return len(self.lines) if FORMATS[self.format].blank_lines else sum(1 for line in self.lines if line.strip())

    def read(self) -> Iterator[Record]:
        """Read the lines' records."""
        return FORMATS[self.format].read(self.lines, self.source, self.fields, self.first)


def in_chunks(records: Iterable[Record]) -> Iterator[Ready]:
    """Put records together: first one, then more and more, so that nobody waits long for the first of a slow pipe."""
    records = iter(records)
    size = 1
    while some := list(islice(records, size)):
        yield Ready(some)
        size = min(2 * size, AT_ONCE)


def in_lines(lines: Iterable[bytes], source: str, known: Format, fields: Fields) -> Iterator[Lines]:
    """Put the lines of a file together, as `in_chunks` does with records, without reading their records."""
    lines = iter(lines)
    first = size = 1
    while some := list(islice(lines, size)):
        yield Lines(source, known.name, fields, first, some)
        first, size = first + len(some), min(2 * size, AT_ONCE)


def records_of(chunks: Iterable[Chunk]) -> Iterator[Record]:
    """Read the records of chunks."""
    return (record for chunk in chunks for record in chunk.read())


def after(chunks: Iterator[Chunk], done: int) -> Iterator[Chunk]:
    """Leave out the first records, which were done before."""
    while done and (chunk := next(chunks, None)):
        records = list(chunk.read())
        if len(records) > done:
            yield Ready(records[done:])
        done -= min(done, len(records))
    yield from chunks

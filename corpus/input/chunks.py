"""Chunks of an input's records, which can be read in this process or in another one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from typing import Any, Protocol, TypeVar

from msgspec import Struct

from classmark.corpus.abstract import Record
from classmark.corpus.fields import Fields
from classmark.corpus.formats import FORMATS
from classmark.corpus.formats.format import Format

CHUNK_RECORDS = 512
"""The most records of a chunk."""

CHUNK_BYTES = 4_000_000
"""The size from which on a chunk is complete; a single longer record is a chunk of its own."""

Item = TypeVar("Item")


class Chunk(Protocol):
    """Some consecutive records."""

    def __len__(self) -> int:
        """Return how many records there are."""

    @property
    def size(self) -> int:
        """About how many bytes the chunk takes in memory."""

    def read(self) -> Iterator[Record]:
        """Read the records."""


class RecordChunk(Struct, frozen=True):
    """Records that were read already."""

    records: list[Record]

    def __len__(self) -> int:
        return len(self.records)

    @property
    def size(self) -> int:
        """About how many bytes the records take in memory."""
        return sum(map(_size, self.records))

    def read(self) -> Iterator[Record]:
        """Return the records."""
        return iter(self.records)


class LineChunk(Struct, frozen=True):
    """LineChunk of a file whose format has one record per line.

    Parameters
    ----------
    source
        What messages call the file.
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

    @property
    def size(self) -> int:
        """How many bytes the lines have."""
        return sum(map(len, self.lines))

    def read(self) -> Iterator[Record]:
        """Read the lines' records."""
        return FORMATS[self.format].read(self.lines, self.source, self.fields, self.first)


class ItemChunk(Struct, frozen=True):
    """Records of a file that are cut out, but not read yet, see `Splitter`.

    Parameters
    ----------
    source
        What messages call the file.
    format
        The format's name.
    common
        What is common to all records of the file.
    items
        One per record.
    """

    source: str
    format: str
    fields: Fields
    common: Any
    items: list[Any]

    def __len__(self) -> int:
        return len(self.items)

    @property
    def size(self) -> int:
        """About how many bytes the items take in memory."""
        return sum(map(_size_of_item, self.items))

    def read(self) -> Iterator[Record]:
        """Read the records."""
        return FORMATS[self.format].parse(self.common, self.items, self.source, self.fields)


def in_items(split: tuple[Any, Iterable[Any]], source: str, known: Format, fields: Fields) -> Iterator[ItemChunk]:
    """Group the records of a file into chunks, without reading them."""
    common, items = split
    for group in in_batches(items, _size_of_item, first=1):
        yield ItemChunk(source, known.name, fields, common, group)


def in_chunks(records: Iterable[Record]) -> Iterator[RecordChunk]:
    """Group records into chunks."""
    return map(RecordChunk, in_batches(records, _size, first=1))


def in_lines(lines: Iterable[bytes], source: str, known: Format, fields: Fields) -> Iterator[LineChunk]:
    """Group the lines of a file into chunks, without reading their records."""
    first = 1
    for group in in_batches(lines, len, first=1):
        yield LineChunk(source, known.name, fields, first, group)
        first += len(group)


def records_of(chunks: Iterable[Chunk]) -> Iterator[Record]:
    """Read the records of chunks."""
    return (record for chunk in chunks for record in chunk.read())


def after(chunks: Iterator[Chunk], done: int) -> Iterator[Chunk]:
    """Yield the chunks without the first ``done`` records."""
    while done and (chunk := next(chunks, None)):
        records = list(chunk.read())
        if len(records) > done:
            yield RecordChunk(records[done:])
        done -= min(done, len(records))
    yield from chunks


def in_batches(
    items: Iterable[Item],
    size_of: Callable[[Item], int],
    most: int = CHUNK_RECORDS,
    *,
    count: Callable[[list[Item]], int] = len,
    first: int | None = None,
) -> Iterator[list[Item]]:
    """Group items into batches of up to ``most`` records or some `CHUNK_BYTES`, whichever is reached first.

    Parameters
    ----------
    size_of
        Returns the size of an item, in bytes.
    count
        Returns how many records a batch has.
    first
        How many records the first batch has: each batch may then be twice as large as the one before, so that a slow
        pipe gives its first results early.
    """
    batch: list[Item] = []
    size, limit = 0, most if first is None else first
    for item in items:
        batch.append(item)
        size += size_of(item)
        if count(batch) >= limit or size >= CHUNK_BYTES:
            yield batch
            batch, size, limit = [], 0, min(2 * limit, most)
    if batch:
        yield batch


def _size_of_item(item: Any) -> int:
    """Return the bytes of an item: a record, or its place and its bytes or cells."""
    if isinstance(item, tuple):
        held = item[1]
        return len(held) if isinstance(held, bytes) else sum(map(len, held))
    return _size(item)


_size: Callable[[Record], int] = attrgetter("size")

"""Divide an input into partitions that can be worked on independently, on any machine.

A partition is some small files, one large file, or a range of lines of one. Files of JSON lines, or of one abstract per
line, are cut at the ends of lines unless they are compressed. Tables are not cut, as a quoted field may span lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from classmark.corpus.formats import FORMATS, format_by_ending
from classmark.corpus.input.discovery import AUTO, InputFile, state_of
from classmark.corpus.input.read import Input
from classmark.corpus.input.read import find_input as find_files_of_input
from classmark.corpus.streams import HEAD, UTF_16_MARKS

from .storage import find_stored_files, opened, path_for_workers

_MIN_BYTES, _MAX_BYTES, _WANTED = 1_000_000, 64_000_000, 100
"""Bytes of a partition, and how many there should be: enough to show progress, and to lose little with a worker."""

_MAX_FILES = 1_000
"""The most files of a partition, however small."""

_GZIP_MAGIC, _BOM = b"\x1f\x8b", b"\xef\xbb\xbf"


class FileRange(Struct, frozen=True):
    """A file, or some of its lines.

    Parameters
    ----------
    name
        The path or URL as the user named it, for messages.
    path
        An absolute path or a URL, by which every machine finds the file.
    within
        See `InputFile`.
    size
        Of the whole file, in bytes; a worker compares it with the file that it sees.
    start, end
        The bytes to read; ``end`` is 0 for a whole file.
    line
        The number of the first line, from 1.
    """

    name: str
    path: str
    within: str
    size: int
    start: int = 0
    end: int = 0
    line: int = 1

    @property
    def last(self) -> int:
        """Where the range ends, in bytes from the beginning of the file."""
        return self.end or self.size

    @property
    def length(self) -> int:
        """How many bytes the range has."""
        return self.last - self.start


class Partition(Struct, frozen=True):
    """The part of an input that one task predicts.

    Parameters
    ----------
    number
        From 0, in the order of the input.
    ranges
        In the order of the input.
    input_format
        See `read_abstracts`.
    is_one_file
        Whether the input is a single file, so that an error in it ends the run; one of several does not stop the
        others.
    """

    number: int
    ranges: tuple[FileRange, ...]
    input_format: str
    is_one_file: bool


def find_input(paths: list[str], input_format: str = AUTO) -> Input:
    """Find the files that the user named, by paths and URLs; see `classmark.corpus.input.read.find_input`."""
    return find_files_of_input(paths, input_format, find=find_stored_files)


def cut(found: Input) -> list[Partition]:
    """Divide an input into partitions; files that are cut at lines are read once for it.

    Raises
    ------
    OSError
        A file can't be read.
    """
    ranges = [_whole(file) for file in found.found]
    size = min(max(sum(each.size for each in ranges) // _WANTED, _MIN_BYTES), _MAX_BYTES)
    cut_ranges = (
        each
        for file, whole in zip(found.found, ranges, strict=True)
        for each in _ranges(file, whole, found.input_format, size)
    )
    grouped = enumerate(_grouped(cut_ranges, size))
    return [Partition(number, together, found.input_format, found.is_one_file) for number, together in grouped]


def _whole(file: InputFile) -> FileRange:
    state = state_of(file)
    return FileRange(file.path, path_for_workers(file.path), file.within, state.size if state else 0)


def _ranges(file: InputFile, whole: FileRange, input_format: str, size: int) -> Iterator[FileRange]:
    """Yield a file as a whole or, if it is large and its format allows it, in ranges of about ``size`` bytes."""
    known = format_by_ending(file.with_ending) if input_format == AUTO else FORMATS[input_format]
    if not (known and known.by_lines) or whole.size <= size or file.with_ending.lower().endswith(".gz"):
        yield whole
        return
    with opened(whole.path) as stream:
        head = stream.read(HEAD)
        if head.startswith((_GZIP_MAGIC, *UTF_16_MARKS)):
            yield whole
            return
        start, line = len(_BOM) if head.startswith(_BOM) else 0, 1
        stream.seek(start)
        while block := stream.read(size):
            block += stream.readline()
            yield replace(whole, start=start, end=start + len(block), line=line)
            start, line = start + len(block), line + block.count(b"\n")


def _grouped(ranges: Iterable[FileRange], size: int) -> Iterator[tuple[FileRange, ...]]:
    """Group consecutive small ranges, up to about ``size`` bytes."""
    group: list[FileRange] = []
    length = 0
    for each in ranges:
        if group and (length + each.length > size or len(group) == _MAX_FILES):
            yield tuple(group)
            group, length = [], 0
        group.append(each)
        length += each.length
    if group:
        yield tuple(group)

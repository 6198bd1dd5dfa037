"""Cutting an input into parts that can be worked on by themselves, on any machine.

A part is some small files, one large one, or lines of one: files of JSON lines, or of one abstract a line, are cut at
the ends of lines if they are not packed. Packed files and tables are not, as a quoted field may span lines.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from classmark.corpus.errors import CorpusError
from classmark.corpus.formats import ENDINGS, FORMATS, format_by_ending
from classmark.corpus.formats.format import Format
from classmark.corpus.input.discovery import AUTO
from classmark.corpus.streams import HEAD, UTF_16_MARKS

from .storage import StoredFile, find_files, opened

_SMALLEST, _LARGEST, _AIM = 1_000_000, 64_000_000, 100
"""Bytes of a part, and how many parts there should be: enough to show progress, and to lose little with a worker."""

_MOST_FILES = 1_000
"""So many files are one part at most, however small."""

_GZIP_MAGIC, _BOM = b"\x1f\x8b", b"\xef\xbb\xbf"


@dataclass(frozen=True)
class FileRange:
    """A file, or some of its lines.

    Parameters
    ----------
    name, path, relative
        See `StoredFile`.
    size
        Of the whole file, in bytes, by which a machine sees that it has the same.
    start, end
        The bytes to read; ``end`` is 0 for a whole file.
    line
        The number of the first line, from 1.
    """

    name: str
    path: str
    relative: str
    size: int
    start: int = 0
    end: int = 0
    line: int = 1

    @property
    def last(self) -> int:
        """Where it ends, in bytes from the beginning of the file."""
        return self.end or self.size

    @property
    def length(self) -> int:
        """How many bytes it has."""
        return self.last - self.start


@dataclass(frozen=True)
class Partition:
    """What is worked on in one go.

    Parameters
    ----------
    number
        From 0, in the order of the input.
    pieces
        In the order of the input, too.
    input_format
        How files are read.
    is_one
        Whether the input is one file, whose faults end the run; of several, a bad one does not stop the others.
    """

    number: int
    pieces: tuple[FileRange, ...]
    input_format: str
    is_one: bool


@dataclass(frozen=True)
class FoundInput:
    """What the user named, before it is cut.

    Parameters
    ----------
    files
        Those to read, in order.
    passed_over
        The names of files in folders whose endings say nothing.
    is_one
        See `Partition`.
    """

    files: tuple[StoredFile, ...]
    passed_over: tuple[str, ...]
    is_one: bool

    @property
    def digest(self) -> str:
        """A figure that changes when a file is added, taken away, or written to."""
        figures = [[file.name, file.path, file.size, file.stamp] for file in self.files]
        return hashlib.sha256(json.dumps(figures).encode()).hexdigest()


def find_input(paths: list[str], input_format: str = AUTO) -> FoundInput:
    """Look for the files that the user named, by paths and URLs.

    Raises
    ------
    UsageError
        A path does not exist.
    CorpusError
        There is no file that can be read.
    """
    found = find_files(paths)
    is_read = [not file.relative or _format(file, input_format) is not None for file in found]
    files = tuple(file for file, wanted in zip(found, is_read, strict=True) if wanted)
    if not files:
        endings = ", ".join(ENDINGS)
        raise CorpusError(f"{', '.join(paths)} has no files that can be read (endings: {endings}, also with .gz)")
    passed_over = tuple(file.name for file, wanted in zip(found, is_read, strict=True) if not wanted)
    return FoundInput(files, passed_over, len(paths) == 1 and not files[0].relative)


def cut(found: FoundInput, input_format: str = AUTO) -> list[Partition]:
    """Cut an input into parts; files that are cut into lines are read once for that.

    Raises
    ------
    OSError
        A file can't be read.
    """
    size = min(max(sum(file.size for file in found.files) // _AIM, _SMALLEST), _LARGEST)
    pieces = (piece for file in found.files for piece in _pieces(file, input_format, size))
    grouped = enumerate(_grouped(pieces, size))
    return [Partition(number, together, input_format, found.is_one) for number, together in grouped]


def _format(file: StoredFile, input_format: str) -> Format | None:
    return format_by_ending(file.kind) if input_format == AUTO else FORMATS[input_format]


def _pieces(file: StoredFile, input_format: str, size: int) -> Iterator[FileRange]:
    whole = FileRange(file.name, file.path, file.relative, file.size)
    known = _format(file, input_format)
    if not (known and known.by_lines) or file.size <= size or file.kind.lower().endswith(".gz"):
        yield whole
        return
    with opened(file.path) as stream:
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


def _grouped(pieces: Iterable[FileRange], size: int) -> Iterator[tuple[FileRange, ...]]:
    """Put small pieces together that follow each other."""
    together: list[FileRange] = []
    for piece in pieces:
        if together and (sum(other.length for other in together) + piece.length > size or len(together) == _MOST_FILES):
            yield tuple(together)
            together = []
        together.append(piece)
    if together:
        yield tuple(together)

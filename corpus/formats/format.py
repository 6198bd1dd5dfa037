"""What a format is: how its files are known, read and written."""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from classmark.corpus.abstract import Abstract, Record, SourceLocation
from classmark.corpus.fields import DEFAULT_FIELDS, Fields
from classmark.corpus.placeholders import without_placeholder

Reader = Callable[..., Iterator[Record]]
"""Reads a stream's records one by one.

The arguments are the stream, what the source is called, and `Fields`. Where a format is read by lines, lines will do
for a stream, and the number of the first may follow.
"""

Writer = Callable[[Iterable[Abstract], IO[bytes]], None]
"""Writes abstracts as records of a format."""


@dataclass(frozen=True, slots=True)
class Addition:
    """A code to add to a record.

    Parameters
    ----------
    name
        The code's, for people.
    score
        From 0 to 1, where the record should tell that a program gave the code; None where it need not.
    """

    code: str
    name: str
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Unkept:
    """A record that is written as it was, since its codes could not be added to it."""

    location: SourceLocation
    reason: str

    def __str__(self) -> str:
        return f"{self.location}: {self.reason}; the record is written as it was"


_ENCODINGS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


@dataclass
class KeptOutput:
    """Where records are written with their codes, file after file.

    Parameters
    ----------
    out
        The bytes go here.
    fields
        Which were read.
    mark
        The byte-order mark that the first file begins with; that of UTF-16 says how all is written.
    head
        What the first file began with, for those that follow; None before the first.
    """

    out: IO[bytes]
    fields: Fields = DEFAULT_FIELDS
    mark: bytes = b""
    head: object = None
    _last: bytes = b"\n"
    _decode: Callable[[bytes], str] = field(default_factory=lambda: codecs.getincrementaldecoder("utf-8")().decode)

    @property
    def field(self) -> str | None:
        """The field that the user named for codes; None leaves it to the format."""
        return self.fields.codes

    def begin(self, mark: bytes, *, is_first: bool) -> None:
        """Begin a file.

        Raises
        ------
        ValueError
            It is in UTF-16 and those before it are not, or the other way round.
        """
        if is_first:
            self.mark = mark
            self.out.write(mark)
        elif _ENCODINGS.get(mark) != _ENCODINGS.get(self.mark):
            raise ValueError("in another encoding than the files before it; keep it by itself")

    def write(self, data: bytes) -> None:
        """Write bytes, which are UTF-8 where the file is text."""
        encoding = _ENCODINGS.get(self.mark)
        self.out.write(self._decode(data).encode(encoding) if encoding else data)
        self._last = data[-1:] or self._last

    def begin_line(self) -> None:
        """End the last line, where a file ended without."""
        if self._last != b"\n":
            self.write(b"\n")


Labelled = tuple[Record, Sequence[Addition]]
Keeper = Callable[[io.BufferedReader, Iterator[Labelled], KeptOutput], Iterator[Unkept]]
"""Copies a file, with codes added to its records.

The arguments are the file, opened anew and without a byte-order mark, its records as they were read from it, with
their codes, and where to write. Every byte is copied but for what it takes to add the codes.
"""


@dataclass(frozen=True, slots=True)
class Format:
    """A format of files.

    Parameters
    ----------
    name
        What users call it on the command line.
    endings
        Of the files that are in it, in lower case.
    reader
        Reads what `read` gives.
    write, keep
        None where the format is read only, or can't have codes added to its records.
    lacks
        What it can't hold of an abstract, to end a sentence; empty where it holds all.
    by_lines
        Whether each line is read for itself, so that a file can be cut between any two.
    blank_lines
        Whether a line of white space is a record, too, where they are.
    is_whole
        Whether a file is one record.
    """

    name: str
    reader: Reader
    endings: tuple[str, ...] = ()
    write: Writer | None = None
    keep: Keeper | None = None
    lacks: str = ""
    by_lines: bool = False
    blank_lines: bool = False
    is_whole: bool = False

    def read(self, *arguments: Any) -> Iterator[Record]:
        """Read the records of a stream or of lines, see `Reader`; a placeholder for an abstract is no text."""
        return map(without_placeholder, self.reader(*arguments))

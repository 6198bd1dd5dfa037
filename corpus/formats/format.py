"""What a format is: how its files are known, read and written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from classmark.corpus.abstract import Abstract, Record
from classmark.corpus.placeholders import without_placeholder

if TYPE_CHECKING:
    from .annotation import Annotator

Reader = Callable[..., Iterator[Record]]
"""Reads a stream's records one by one.

The arguments are the stream, what the source is called, and `Fields`. Where a format is read by lines, lines will do
for a stream, and the number of the first may follow.
"""

Writer = Callable[[Iterable[Abstract], IO[bytes]], None]
"""Writes abstracts as records of a format."""


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
    write, annotate
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
    annotate: Annotator | None = None
    lacks: str = ""
    by_lines: bool = False
    blank_lines: bool = False
    is_whole: bool = False

    def read(self, *arguments: Any) -> Iterator[Record]:
        """Read the records of a stream or of lines, see `Reader`; a placeholder for an abstract is no text."""
        return map(without_placeholder, self.reader(*arguments))

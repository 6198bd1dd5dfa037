"""Define a format: how its files are recognized, read and written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import IO, TYPE_CHECKING, Any

from msgspec import Struct

from classmark.corpus.abstract import Abstract, Record
from classmark.corpus.cleaning import cleaned

if TYPE_CHECKING:
    from classmark.corpus.fields import Fields

    from .annotation import Annotator

Reader = Callable[..., Iterator[Record]]
"""Reads the records of a stream one by one.

The arguments are the stream, the name of the source, and `Fields`. A format that is read by lines also takes lines in
place of the stream, and the number of the first line as a further argument.
"""

Splitter = Callable[..., tuple[Any, Iterator[Any]]]
"""Cuts a stream into its records, one item each, without reading these. It takes the arguments of a `Reader`, and
returns what is common to all items, and the items; both can be sent to other processes."""

Parser = Callable[..., Iterator[Record]]
"""Reads a record from each item; takes what is common to all, the items, the name of the source, and `Fields`."""

Writer = Callable[[Iterable[Abstract], IO[bytes]], None]
"""Writes abstracts as records of a format."""


class Format(Struct, frozen=True):
    """A file format.

    Parameters
    ----------
    name
        Its name on the command line.
    endings
        File name endings, in lower case.
    reader
        Function behind `read`.
    write, annotate
        None if the format cannot be written, or its records cannot be annotated.
    lacks
        The fields that it cannot hold, as the end of a sentence; empty if it holds all.
    by_lines
        Whether each line is read independently, so that a file can be split between any two.
    blank_lines
        Whether an empty line is a record, too, if lines are records.
    is_whole
        Whether a file is one record.
    splitter, parser
        The two steps of the reader: to cut a stream into records, and to read these; None if it has no such steps.
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
    splitter: Splitter | None = None
    parser: Parser | None = None

    def read(self, *arguments: Any) -> Iterator[Record]:
        """Read the records of a stream or of lines, see `Reader`, and clean their texts."""
        return map(cleaned, self.reader(*arguments))

    def split(self, stream: Any, source: str, fields: Fields) -> tuple[Any, Iterator[Any]]:
        """Cut a stream into its records, see `Splitter`; raises a `TypeError` if the format has no splitter."""
        if self.splitter is None:
            raise TypeError(f"{self.name} is not read in two steps")
        return self.splitter(stream, source, fields)

    def parse(self, common: Any, items: Iterable[Any], source: str, fields: Fields) -> Iterator[Record]:
        """Read the records of items, see `Splitter`, and clean their texts."""
        if self.parser is None:
            raise TypeError(f"{self.name} is not read in two steps")
        return map(cleaned, self.parser(common, items, source, fields))

"""What a format is: how its files are known, read and written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import IO, Any

from classmark.corpus.abstract import Abstract, Record
from classmark.corpus.extras import import_extra
from classmark.corpus.placeholders import without_placeholder
from classmark.corpus.scheme import Code

Reader = Callable[..., Iterator[Record]]
"""Reads a stream's records one by one.

The arguments are the stream, what the source is called, and `Fields`. Where a format is read by lines, lines will do
for a stream, and the number of the first may follow.
"""

Writer = Callable[[Iterable[Abstract], IO[bytes]], None]
"""Writes abstracts as records of a format."""

Labelled = tuple[Abstract, Sequence[Code]]
Keeper = Callable[[Iterable[Labelled], IO[bytes]], None]
"""Writes records as they were read, with codes added."""


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


def later(place: str) -> Any:  # of the type of the function that it stands for
    """Return a function that stands for another, whose module is imported when it is first called.

    Parameters
    ----------
    place
        The module in this package and the function's name, ``ris:read_ris``.
    """
    module, _, name = place.partition(":")

    def call(*arguments: Any) -> Any:
        return getattr(import_module(f"{__package__}.{module}"), name)(*arguments)

    return call


def library(name: str, extra: str, wanted_by: str) -> Any:  # its types are its own
    """Import a format's library, and keep it from writing to the standard error.

    Parameters
    ----------
    extra
        The extra of this program that installs it.
    wanted_by
        The file, or the format that is to be written.

    Raises
    ------
    CorpusError
        It is not installed; the message says how to install it.
    """
    module = import_extra(name, extra, wanted_by)
    import logging  # noqa: PLC0415  # only here
    import warnings  # noqa: PLC0415  # only here

    root = name.partition(".")[0]
    warnings.filterwarnings("ignore", module=rf"{root}\b")
    logging.getLogger(root).addHandler(logging.NullHandler())
    logging.getLogger(root).propagate = False
    return module

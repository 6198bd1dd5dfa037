"""Read the records that a command works on."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from itertools import chain

from msgspec import Struct

from classmark.corpus.abstract import Abstract, Record
from classmark.corpus.errors import UsageError
from classmark.corpus.fields import Fields
from classmark.corpus.input.chunks import Chunk, records_of
from classmark.corpus.input.discovery import input_size
from classmark.corpus.input.labelled import UnusableRecords, iter_labelled, labelled_abstracts
from classmark.corpus.input.read import Input, find_input, read_abstracts
from classmark.corpus.streams import STDIN

from .console import say
from .formats import InputFormat

_END = "Ctrl-Z and Enter" if os.name == "nt" else "Enter and Ctrl-D"
"""What ends the input on a terminal."""


class InputOptions(Struct, frozen=True, kw_only=True):
    """The input as the user names it: paths, their format, and the fields that are read.

    Parameters
    ----------
    encoding
        Of text that is neither UTF-8 nor UTF-16 with a mark; None if there is none.
    id_field, title_field, text_field, codes_field
        Names of fields; None for those that the format usually has.
    with_raw
        Whether records keep what is needed to write them back with codes added.
    """

    paths: list[str]
    input_format: str = InputFormat.auto
    encoding: str | None = None
    id_field: str | None = None
    title_field: str | None = None
    text_field: str | None = None
    codes_field: str | None = None
    with_raw: bool = False

    @property
    def fields(self) -> Fields:
        """The fields that are read."""
        return Fields(
            self.title_field,
            self.text_field,
            self.codes_field,
            with_raw=self.with_raw,
            id=self.id_field,
            encoding=self.encoding,
        )

    def find(self) -> Input:
        """Find the files; raises as `find_input` does."""
        return find_input(self.paths, self.input_format, self.fields)

    def records(self) -> Iterator[Record]:
        """Read the records one by one; raises as `read_abstracts` does."""
        return read_abstracts(self.paths, self.input_format, self.fields)

    def iter_labelled(self, unusable: UnusableRecords) -> Iterator[Abstract]:
        """Read labelled abstracts one by one, and count the other records; raises as `read_abstracts` does."""
        return iter_labelled(self.paths, self.input_format, self.fields, unusable=unusable)

    def labelled(self) -> list[Abstract]:
        """Read all labelled abstracts; raises as `labelled_abstracts` does."""
        return labelled_abstracts(self.paths, self.input_format, self.fields)


class OpenInput(Struct, frozen=True):
    """An input whose first records have been read.

    Parameters
    ----------
    found
        The files.
    chunks
        All records, to be read once.
    is_single
        Whether it is a single abstract rather than a file of records.
    """

    found: Input
    chunks: Iterator[Chunk]
    is_single: bool

    @property
    def records(self) -> Iterator[Record]:
        """The records one by one, to be read once."""
        return records_of(self.chunks)

    @property
    def size(self) -> int:
        """The size of the files in bytes; 0 if unknown."""
        return input_size(self.found.files)


def paths_or_stdin(paths: list[str] | None, command: str) -> list[str]:
    """Return the paths that are given, or the standard input; if that is a terminal, say when it is read.

    Parameters
    ----------
    command
        The command that reads, for the message about how it is used.

    Raises
    ------
    UsageError
        No path is given, and the standard input is a terminal; the message says how the command is used.
    """
    if sys.stdin is None or not sys.stdin.isatty():
        return paths or [STDIN]
    if not paths:
        raise UsageError(
            f"nothing to read; try: classmark {command} FILE, or: echo 'an abstract' | classmark {command}, "
            f"or, to paste an abstract: classmark {command} -"
        )
    if STDIN in paths:
        say(f"paste or type an abstract, then press {_END}")
    return paths


def open_input(options: InputOptions) -> OpenInput:
    """Find the input and read its first records."""
    found = options.find()
    chunks = found.chunks()
    first = next(chunks)
    is_single = found.is_one_file and next(first.read()).location.is_whole_file
    return OpenInput(found, chain([first], chunks), is_single)


def is_piped() -> bool:
    """Return whether another program writes to the standard input."""
    return sys.stdin is not None and stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode)

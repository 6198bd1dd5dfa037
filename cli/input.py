"""Reading the abstracts that a command works on."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from itertools import chain

from classmark.corpus.errors import UsageError
from classmark.corpus.fields import DEFAULT_FIELDS, Fields
from classmark.corpus.input.chunks import Chunk
from classmark.corpus.input.read import Input, find_input
from classmark.corpus.streams import STDIN

from .options import InputFormat


def read_input(
    paths: list[str], input_format: InputFormat, command: str, fields: Fields = DEFAULT_FIELDS
) -> tuple[Input, Iterator[Chunk], bool]:
    """Return what was found, its records, and whether it is a single abstract rather than a file of records.

    Raises
    ------
    UsageError
        The standard input is a terminal, where nothing waits to be read; the message says how the command is used.
    """
    if paths == [STDIN] and sys.stdin is not None and sys.stdin.isatty():
        raise UsageError(
            f"nothing to read; try: classmark {command} FILE, or: echo 'an abstract' | classmark {command}"
        )
    found = find_input(paths, input_format, fields)
    chunks = found.chunks()
    first = next(chunks)
    is_one = found.is_one_file and next(first.read()).location.is_whole_file
    return found, chain([first], chunks), is_one


def is_piped() -> bool:
    """Whether another program writes to the standard input."""
    return sys.stdin is not None and stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode)

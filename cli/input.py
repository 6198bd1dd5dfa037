"""Reading the abstracts that a command works on."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from classmark.corpus import AS_USUAL, STDIN, Fields, Record, UsageError, read_abstracts

from .options import InputFormat


def read_input(
    paths: list[str], input_format: InputFormat, command: str, fields: Fields = AS_USUAL
) -> tuple[Iterator[Record], bool]:
    """Return the records, and whether what was named is a single abstract rather than a file of records.

    Raises
    ------
    UsageError
        The standard input is a terminal, where nothing waits to be read; the message says how the command is used.
    """
    if paths == [STDIN] and sys.stdin is not None and sys.stdin.isatty():
        raise UsageError(
            f"nothing to read; try: classmark {command} FILE, or: echo 'an abstract' | classmark {command}"
        )
    records = read_abstracts(paths, input_format, fields)
    first = next(records)
    is_one = len(paths) == 1 and first.place.is_whole_file and (paths == [STDIN] or Path(paths[0]).is_file())
    return chain([first], records), is_one


def is_piped() -> bool:
    """Whether another program writes to the standard input."""
    return sys.stdin is not None and stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode)

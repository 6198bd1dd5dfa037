"""How much of a file is held in memory at once: a record that is longer than any abstract is named and passed over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from .errors import CorpusError

LONGEST = 10_000_000
"""So many bytes a record may have, all its fields together, packed or not."""

DEEPEST = 100
"""So deep may the values of a record be nested."""


def too_long(most: int) -> str:
    """Say that something is longer than so many bytes."""
    return f"longer than {most // 1_000_000} MB, which is more than is read at once"


TOO_LONG = too_long(LONGEST)
TOO_DEEP = f"nested more than {DEEPEST} deep, which no abstract is"


def lines_of(stream: IO[bytes]) -> Iterator[bytes]:
    """Give the lines of a stream; of one that is too long, the beginning, one byte more than may be."""
    while line := stream.readline(LONGEST + 1):
        yield line
        is_whole = len(line) <= LONGEST or line.endswith(b"\n")
        while not is_whole:
            rest = stream.readline(LONGEST)
            is_whole = not rest or rest.endswith(b"\n")


def is_too_deep(value: object) -> bool:
    """Whether dictionaries and lists are nested deeper than may be, so that what recurses into them would break."""
    level = [value] if isinstance(value, _NESTED) else []
    for _ in range(DEEPEST):
        held = (inner.values() if isinstance(inner, dict) else inner for inner in level)
        level = [child for children in held for child in children if isinstance(child, _NESTED)]
        if not level:
            return False
    return True


_NESTED = (dict, list)


class Rationed:
    """A stream that gives so many bytes and no more until a record is done.

    Parameters
    ----------
    stream
        Anything that reads bytes.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._left = LONGEST

    def read(self, size: int) -> bytes:
        """Read up to so many bytes.

        Raises
        ------
        CorpusError
            What was read since the last record is more than a record may have.
        """
        if self._left <= 0:
            raise CorpusError(f"{TOO_LONG}; from here on the rest is lost")
        data: bytes = self._stream.read(size)
        self._left -= len(data)
        return data

    def record_done(self) -> None:
        """Give as much again."""
        self._left = LONGEST

"""What one record may take of memory and of work, whatever its format: what takes more is named and passed over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO, Any

from .errors import TooLongError

MAX_RECORD_BYTES = 10_000_000
"""So many bytes a record may have, all its fields together, unpacked and expanded."""

MAX_CODE_LENGTH = 1_000
"""So many letters a code may have where codes are learned or counted."""

MAX_DEPTH = 100
"""So deep may the values of a record be nested."""

VALUE_SIZE = 60
"""About how many bytes a value takes in memory beside its letters."""


_SHOWN = 40  # letters of a code, in messages


def too_long(most: int) -> str:
    """Say that something is longer than so many bytes."""
    return f"longer than {most // 1_000_000} MB, which is more than is read at once"


def too_long_code(codes: Iterable[str]) -> str:
    """Say what is wrong with the first code that is longer than any code is; nothing if there is none."""
    long = next((code for code in codes if len(code) > MAX_CODE_LENGTH), None)
    return (
        ""
        if long is None
        else f"the code {long[:_SHOWN] + '…'!r} has {len(long):,} letters, where {MAX_CODE_LENGTH:,} are the most"
    )


TOO_LONG = too_long(MAX_RECORD_BYTES)
TOO_DEEP = f"nested more than {MAX_DEPTH} deep, which no abstract is"


class Budget:
    """What one record may still take: bytes, unless the reason says something else, such as steps of work.

    Every reader draws on one, and begins anew with each record.

    Parameters
    ----------
    most
        How much a record may take.
    reason
        What is said of a record that takes more.

    Examples
    --------
    >>> budget = Budget(10)
    >>> budget.spend(8)
    >>> budget.left
    2
    """

    def __init__(self, most: int = MAX_RECORD_BYTES, reason: str = TOO_LONG) -> None:
        self._most = most
        self._reason = reason
        self.left = most

    def spend(self, amount: int) -> None:
        """Take so much of it.

        Raises
        ------
        TooLongError
            That is more than was left.
        """
        self.left -= amount
        if self.left < 0:
            raise TooLongError(self._reason)

    def renew(self) -> None:
        """Begin another record."""
        self.left = self._most


class RationedStream:
    """A stream that gives so many bytes and no more until a record is done.

    Parameters
    ----------
    stream
        Anything that reads bytes.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._budget = Budget(reason=f"{TOO_LONG}; from here on the rest is lost")

    def read(self, size: int) -> bytes:
        """Read up to so many bytes.

        Raises
        ------
        TooLongError
            What was read since the last record is more than a record may have.
        """
        data: bytes = self._stream.read(size)
        self._budget.spend(len(data))
        return data

    def record_done(self) -> None:
        """Give as much again."""
        self._budget.renew()


def lines_of(stream: IO[bytes]) -> Iterator[bytes]:
    """Give the lines of a stream; of one that is too long, the beginning, one byte more than may be."""
    while line := stream.readline(MAX_RECORD_BYTES + 1):
        yield line
        is_whole = len(line) <= MAX_RECORD_BYTES or line.endswith(b"\n")
        while not is_whole:
            rest = stream.readline(MAX_RECORD_BYTES)
            is_whole = not rest or rest.endswith(b"\n")


def line_parts(stream: IO[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Give all bytes of a stream by lines, those of a line that is too long in several parts.

    Yields
    ------
    A line or a part of one, and whether it is the beginning of a line.
    """
    begins = True
    while part := stream.readline(MAX_RECORD_BYTES + 1):
        yield part, begins
        begins = part.endswith(b"\n")


def is_too_deep(value: object) -> bool:
    """Whether dictionaries and lists are nested deeper than may be, so that what recurses into them would break."""
    level = [value] if isinstance(value, _NESTED) else []
    for _ in range(MAX_DEPTH):
        held = (inner.values() if isinstance(inner, dict) else inner for inner in level)
        level = [child for children in held for child in children if isinstance(child, _NESTED)]
        if not level:
            return False
    return True


_NESTED = (dict, list)


def size_of(value: object) -> int:
    """Return about how many bytes strings, and dictionaries, lists and tuples of them, take in memory.

    >>> size_of(["soil", {"a": b"wheat"}])
    310
    """
    size = 0
    waiting = [value]
    while waiting:
        item = waiting.pop()
        size += VALUE_SIZE
        if isinstance(item, str | bytes):
            size += len(item)
        elif isinstance(item, dict):
            waiting += item
            waiting += item.values()
        elif isinstance(item, list | tuple):
            waiting += item
    return size

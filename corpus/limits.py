"""Limit the memory and work of one record of any format; a record that takes more is reported and skipped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO, Any

from .errors import TooLongError

MAX_RECORD_BYTES = 10_000_000
"""Maximum size of a record in bytes, all fields together, unpacked and expanded."""

MAX_SCHEME_BYTES = 100_000_000
"""Maximum size of a scheme file in bytes: more than a million codes in CSV."""

MAX_CODE_LENGTH = 1_000
"""Maximum length of a code in training and statistics."""

MAX_DEPTH = 100
"""Maximum nesting depth of the values of a record."""

VALUE_SIZE = 60
"""Approximate bytes of a value in memory in addition to its characters."""


_SHOWN = 40  # characters of a code to show in messages


def too_long(most: int) -> str:
    """Return a message that something is longer than this number of bytes."""
    return f"longer than {most // 1_000_000} MB, which is more than is read at once"


def too_long_code(codes: Iterable[str]) -> str:
    """Return a message about the first code that is too long, or an empty string."""
    long = next((code for code in codes if len(code) > MAX_CODE_LENGTH), None)
    return (
        ""
        if long is None
        else f"the code {long[:_SHOWN] + '…'!r} has {len(long):,} letters, where {MAX_CODE_LENGTH:,} are the most"
    )


TOO_LONG = too_long(MAX_RECORD_BYTES)
TOO_DEEP = f"nested more than {MAX_DEPTH} deep, which no abstract is"


class Budget:
    """Remaining budget of one record: bytes, or whatever the reason says, such as steps of work.

    Every reader spends one, and renews it with each record.

    Parameters
    ----------
    most
        Budget of a record.
    reason
        Message about a record that takes more.

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
        """Spend a part of the budget.

        Raises
        ------
        TooLongError
            If more than the rest is spent.
        """
        self.left -= amount
        if self.left < 0:
            raise TooLongError(self._reason)

    def renew(self) -> None:
        """Restore the full budget for the next record."""
        self.left = self._most


class RationedStream:
    """A stream that limits the bytes that are read per record.

    Parameters
    ----------
    stream
        A binary stream.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._budget = Budget(reason=f"{TOO_LONG}; from here on the rest is lost")

    def read(self, size: int) -> bytes:
        """Read up to this number of bytes.

        Raises
        ------
        TooLongError
            If more was read since the last record than a record may have.
        """
        data: bytes = self._stream.read(size)
        self._budget.spend(len(data))
        return data

    def record_done(self) -> None:
        """Restore the full budget for the next record."""
        self._budget.renew()


def lines_of(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the lines of a stream; cut one that is too long one byte after the limit."""
    while line := stream.readline(MAX_RECORD_BYTES + 1):
        yield line
        is_whole = len(line) <= MAX_RECORD_BYTES or line.endswith(b"\n")
        while not is_whole:
            rest = stream.readline(MAX_RECORD_BYTES)
            is_whole = not rest or rest.endswith(b"\n")


def line_parts(stream: IO[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yield all bytes of a stream by lines; a line that is too long comes in several parts.

    Yields
    ------
    A line or a part of one, and whether it starts a line.
    """
    begins = True
    while part := stream.readline(MAX_RECORD_BYTES + 1):
        yield part, begins
        begins = part.endswith(b"\n")


def is_too_deep(value: object) -> bool:
    """Return whether dictionaries and lists are nested too deep for recursion."""
    level = [value] if isinstance(value, _NESTED) else []
    for _ in range(MAX_DEPTH):
        held = (inner.values() if isinstance(inner, dict) else inner for inner in level)
        level = [child for children in held for child in children if isinstance(child, _NESTED)]
        if not level:
            return False
    return True


_NESTED = (dict, list)


def size_of(value: object) -> int:
    """Estimate the bytes in memory of strings, and of dictionaries, lists and tuples of them.

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

"""Raw streams around others: counted, put together again, recoded, or read from the start of an open file."""

from __future__ import annotations

import codecs
import io
import os
import sys
from typing import Any, BinaryIO, cast

from msgspec import Struct

from .errors import CorpusError

_LONGEST_LINE = 1_023 if sys.platform == "darwin" else 4_095
"""The most bytes of a line that a terminal passes on while it lets lines be edited."""


class ByteCounter(Struct):
    """How many bytes were read from input files, compressed as they are."""

    count: int = 0


BYTES_READ = ByteCounter()
"""The one counter of this process, which progress bars show.

It is global since whoever shows progress is far from whoever opens files, and files are opened while records are read.
Worker processes count for themselves; what they read is added here with each of their results.
"""


class CountedFile(io.FileIO):
    """A file whose bytes are added to `BYTES_READ` as they are read."""

    def readinto(self, buffer: Any, /) -> int | None:  # the standard library's own signature
        """Fill a buffer, and return how many bytes were read."""
        count = super().readinto(buffer)
        BYTES_READ.count += count or 0
        return count


class TerminalInput(io.RawIOBase):
    """What is typed or pasted on a terminal, until Ctrl-D, which would otherwise be needed for every further read.

    Parameters
    ----------
    descriptor
        Of the terminal.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._line = 0
        self._is_ended = False

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any, /) -> int:  # the standard library's own signature
        """Fill a buffer with a line or a part of one, and return how many bytes were read.

        Raises
        ------
        CorpusError
            A line is so long that the terminal may have dropped its end.
        """
        data = b"" if self._is_ended else os.read(self._descriptor, len(buffer))
        self._is_ended = not data
        *lines, rest = data.split(b"\n")
        longest = self._line + max(map(len, lines), default=0)
        self._line = len(rest) if lines else self._line + len(rest)
        if max(longest, self._line) >= _LONGEST_LINE:
            raise CorpusError(
                f"a line has {_LONGEST_LINE:,} bytes, and terminals drop what goes beyond; put the text into a file"
            )
        buffer[: len(data)] = data
        return len(data)


class RejoinedStream(io.RawIOBase):
    """A stream whose first bytes were read already, with these put before the rest."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int:  # the standard library's own signature
        """Fill a buffer, from the first bytes and then from the rest, and return how many bytes were read."""
        if self._head:
            count = min(len(buffer), len(self._head))
            buffer[:count], self._head = self._head[:count], self._head[count:]
            return count
        data = cast("io.BufferedReader", self._rest).read1(len(buffer))
        buffer[: len(data)] = data
        return len(data)


class RecodedAsUtf8(io.RawIOBase):
    """A stream in another encoding, without byte-order mark, recoded as UTF-8.

    Bytes that its encoding does not have stay as they are, for the record that has them to be named. In UTF-16, they
    damage the rest.

    Parameters
    ----------
    said
        Where its encoding is from, for the message if it is wrong.
    """

    def __init__(self, stream: io.BufferedReader, encoding: str, said: str) -> None:
        self._stream = stream
        self._errors = "strict" if encoding.startswith("utf-") else "surrogateescape"
        self._decode = codecs.getincrementaldecoder(encoding)(self._errors).decode
        self._not = f"not {encoding.upper()}, {said}"
        self._waiting = b""

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int:  # the standard library's own signature
        """Fill a buffer, and return how many bytes were read.

        Raises
        ------
        OSError
            The stream is not in that encoding.
        """
        block = b" "
        while not self._waiting and block:
            block = self._stream.read1(len(buffer))
            self._waiting = self._recoded(block)
        count = min(len(buffer), len(self._waiting))
        buffer[:count], self._waiting = self._waiting[:count], self._waiting[count:]
        return count

    def _recoded(self, block: bytes) -> bytes:
        try:
            return self._decode(block, not block).encode(errors=self._errors)
        except UnicodeError as error:
            raise OSError(f"{self._not}: {getattr(error, 'reason', error)}") from None


class OpenFileFromStart(io.RawIOBase):
    """An open file read from its beginning, wherever other readers of its descriptor are."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._position = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int:  # the standard library's own signature
        """Fill a buffer, and return how many bytes were read."""
        data = os.pread(self._descriptor, len(buffer), self._position)
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)

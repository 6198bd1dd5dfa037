"""Opening what the user named: a file or the standard input, plain or gzipped."""

from __future__ import annotations

import gzip
import io
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import IO, Any, BinaryIO, cast

from .errors import CorpusError, UsageError

STDIN = "-"
HEAD = 512
"""How many bytes tell what a stream holds."""

_LEAST = 16
"""How many bytes of a pipe are waited for to tell it."""

_BLOCK = 1 << 20
_GZIP_MAGIC = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"


@dataclass
class Meter:
    """How many bytes were read from files so far, packed as they are."""

    count: int = 0


METER = Meter()


class _Metered(io.FileIO):
    """A file whose bytes are counted as they are read."""

    def readinto(self, buffer: Any, /) -> int | None:  # the standard library's own signature
        """Fill a buffer, and return how much of it."""
        count = super().readinto(buffer)
        METER.count += count or 0
        return count


class _Rejoined(io.RawIOBase):
    """A stream whose first bytes were read already."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:  # the standard library's own signature
        """Fill a buffer, from the first bytes and then from the rest, and return how much of it."""
        if self._head:
            count = min(len(buffer), len(self._head))
            buffer[:count], self._head = self._head[:count], self._head[count:]
            return count
        data = cast("io.BufferedReader", self._rest).read1(len(buffer))
        buffer[: len(data)] = data
        return len(data)


@contextmanager
def open_input(name: str) -> Iterator[tuple[bytes, io.BufferedReader]]:
    """Open a file, or the standard input for ``-``, as bytes, unpacked and without byte-order mark.

    Yields
    ------
    Its first bytes, up to `HEAD`, and the whole stream, these included.

    Raises
    ------
    UsageError
        The standard input is closed.
    CorpusError
        The file can't be opened or read.
    """
    if name == STDIN and sys.stdin is None:
        raise UsageError("the standard input is closed; name a file")
    try:
        with nullcontext(sys.stdin.buffer) if name == STDIN else io.BufferedReader(_Metered(name)) as raw:
            yield _without_bom(*_unpacked(*_head(raw)))
    except (OSError, EOFError, zlib.error) as error:
        raise CorpusError(f"{name} can't be read: {getattr(error, 'strerror', None) or error}") from error


@contextmanager
def seekable(stream: io.BufferedReader, most: int) -> Iterator[IO[bytes]]:
    """Give a stream in which one can go back and forth: itself or, of a pipe or a packed file, a copy on the disk.

    Raises
    ------
    CorpusError
        It would have more than so many bytes; a packed file may have a thousand times as many as it seems.
    """
    if stream.seekable():  # what is unpacked by the way says that it is not
        yield stream
        return
    with tempfile.TemporaryFile() as copy:
        while block := stream.read(_BLOCK):
            copy.write(block)
            if copy.tell() > most:
                raise CorpusError(
                    f"it unpacks to more than {most // 1_000_000:,} MB; if that is right, unpack it first"
                )
        copy.seek(0)
        yield copy


def _head(stream: BinaryIO) -> tuple[bytes, io.BufferedReader]:
    if isinstance(stream, io.BufferedReader) and stream.seekable():
        start = stream.tell()
        head = stream.read(HEAD)
        stream.seek(start)
        return head, stream
    head = stream.read(_LEAST)
    return head + _waiting(stream), io.BufferedReader(_Rejoined(head, stream))


def _waiting(stream: BinaryIO) -> bytes:
    """Return what is there to be read already, as a pipe may go on later; nothing where the stream is damaged."""
    try:
        return cast("io.BufferedReader", stream).peek(HEAD)[:HEAD]
    except (OSError, EOFError, zlib.error):
        return b""


def _unpacked(head: bytes, stream: io.BufferedReader) -> tuple[bytes, io.BufferedReader]:
    if not head.startswith(_GZIP_MAGIC):
        return head, stream
    unpacked = cast("BinaryIO", gzip.GzipFile(fileobj=stream))
    return _head(unpacked)


def _without_bom(head: bytes, stream: io.BufferedReader) -> tuple[bytes, io.BufferedReader]:
    if head.startswith(_BOM):
        stream.read(len(_BOM))
        return head[len(_BOM) :], stream
    return head, stream

"""Opening what the user named: a file or the standard input, plain or gzipped."""

from __future__ import annotations

import codecs
import gzip
import io
import os
import shutil
import sys
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from .errors import CorpusError, UsageError

STDIN = "-"
HEAD = 4096
"""How many bytes tell what a stream holds; of a pipe, its first line is waited for."""

_BLOCK = 1 << 20
_GZIP_MAGIC = b"\x1f\x8b"
_BOM = codecs.BOM_UTF8
UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""How files begin that are in UTF-16, which Excel calls Unicode text."""


@dataclass
class ByteCounter:
    """How many bytes were read from files so far, packed as they are."""

    count: int = 0


BYTES_READ = ByteCounter()


class _Metered(io.FileIO):
    """A file whose bytes are counted as they are read."""

    def readinto(self, buffer: Any, /) -> int | None:  # the standard library's own signature
        """Fill a buffer, and return how much of it."""
        count = super().readinto(buffer)
        BYTES_READ.count += count or 0
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


class _Recoded(io.RawIOBase):
    """A stream of UTF-16 with a byte-order mark, as UTF-8."""

    def __init__(self, stream: io.BufferedReader) -> None:
        self._stream = stream
        self._decode = codecs.getincrementaldecoder("utf-16")().decode
        self._waiting = b""

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:  # the standard library's own signature
        """Fill a buffer, and return how much of it.

        Raises
        ------
        OSError
            It is no UTF-16.
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
            return self._decode(block, final=not block).encode()
        except UnicodeDecodeError as error:
            raise OSError(f"not UTF-16, as its byte-order mark says: {error.reason}") from None


_COPIES: dict[str, int] = {}
"""The copies on the disk of what can be read only once, by its name, while it is read more than once."""


class _Copy(io.RawIOBase):
    """A file that is open already, read from its beginning, whoever else reads it.

    Parameters
    ----------
    file
        Its number.
    """

    def __init__(self, file: int) -> None:
        self._file = file
        self._place = 0

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:  # the standard library's own signature
        """Fill a buffer, and return how much of it."""
        data = os.pread(self._file, len(buffer), self._place)
        buffer[: len(data)] = data
        self._place += len(data)
        return len(data)


@contextmanager
def reopenable(names: Iterable[str]) -> Iterator[None]:
    """Copy the standard input and pipes to the disk, so that `open_input` and `reopen` both read them."""
    with ExitStack() as files:
        for name in dict.fromkeys(names):
            if name == STDIN and (sys.stdin is None or sys.stdin.isatty()):
                continue  # which is said when it is read
            if name != STDIN and not Path(name).is_fifo():
                continue
            copy = files.enter_context(tempfile.TemporaryFile())
            with nullcontext(sys.stdin.buffer) if name == STDIN else Path(name).open("rb") as once:
                shutil.copyfileobj(once, copy, _BLOCK)
            copy.flush()
            _COPIES[name] = copy.fileno()
            files.callback(_COPIES.pop, name)
        yield


@contextmanager
def reopen(name: str) -> Iterator[tuple[bytes, io.BufferedReader, bytes]]:
    """Open what was read before a second time, as `open_input` does.

    Yields
    ------
    Its first bytes, the whole stream, and the byte-order mark that was there before both; of UTF-16, it is recoded.
    """
    raw = _Copy(_COPIES[name]) if name in _COPIES else io.FileIO(name)
    with io.BufferedReader(raw) as file:
        head, stream = _unpacked(*_head(file))
        mark = next((mark for mark in (_BOM, *UTF_16_MARKS) if head.startswith(mark)), b"")
        head, recoded = _as_utf_8(*_without_bom(head, stream))
        yield head, recoded, mark if mark == _BOM or recoded is not stream else b""


def _once(name: str) -> AbstractContextManager[io.BufferedReader]:
    if name in _COPIES:
        return io.BufferedReader(_Copy(_COPIES[name]))
    return (
        nullcontext(cast("io.BufferedReader", sys.stdin.buffer)) if name == STDIN else io.BufferedReader(_Metered(name))
    )


@contextmanager
def open_input(name: str) -> Iterator[tuple[bytes, io.BufferedReader]]:
    """Open a file, or the standard input for ``-``, as bytes, unpacked, in UTF-8 and without byte-order mark.

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
        with _once(name) as raw:
            yield _as_utf_8(*_without_bom(*_unpacked(*_head(raw))))
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
        return stream.peek(HEAD)[:HEAD], stream
    head = _first_line(stream)
    return head, io.BufferedReader(_Rejoined(head, stream))


def _first_line(stream: BinaryIO) -> bytes:
    """Read on until there is a line, or `HEAD` bytes, and return what was read; less where the stream is damaged."""
    head = b""
    while len(head) < HEAD and b"\n" not in head.lstrip():
        try:
            block = cast("io.BufferedReader", stream).read1(HEAD - len(head))
        except (OSError, EOFError, zlib.error):
            if head:  # the damage is met again, and said, when the rest is read
                break
            raise
        if not block:
            break
        head += block
    return head


def _unpacked(head: bytes, stream: io.BufferedReader) -> tuple[bytes, io.BufferedReader]:
    if not head.startswith(_GZIP_MAGIC):
        return head, stream
    unpacked = cast("BinaryIO", gzip.GzipFile(fileobj=stream))
    return _head(unpacked)


def _as_utf_8(head: bytes, stream: io.BufferedReader) -> tuple[bytes, io.BufferedReader]:
    """Recode UTF-16, known by its byte-order mark; XML is left alone, as it says itself how it is encoded."""
    if not head.startswith(UTF_16_MARKS) or head.startswith(codecs.BOM_UTF32_LE):
        return head, stream
    start = codecs.getincrementaldecoder("utf-16")(errors="replace").decode(head)
    if start.lstrip().startswith("<?xml"):
        return start.encode(errors="replace"), stream
    return _head(cast("BinaryIO", io.BufferedReader(_Recoded(stream))))


def _without_bom(head: bytes, stream: io.BufferedReader) -> tuple[bytes, io.BufferedReader]:
    if head.startswith(_BOM):
        stream.read(len(_BOM))
        return head[len(_BOM) :], stream
    return head, stream

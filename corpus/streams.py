"""Open the files that the user named and the standard input: decompressed, in UTF-8, without byte-order mark."""

from __future__ import annotations

import codecs
import io
import re
import shutil
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import IO, BinaryIO, cast

from .encodings import FileEncoding, exact_encoding
from .errors import CorpusError, UsageError
from .wrapped_streams import CountedFile, OpenFileFromStart, RecodedAsUtf8, RejoinedStream, TerminalInput

STDIN = "-"
HEAD = 4096
"""How many first bytes are looked at to tell what a stream holds; of a pipe, its first line at most."""

_BLOCK = 1 << 20
GZIP_MAGIC = b"\x1f\x8b"
_BOM = codecs.BOM_UTF8
UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""The byte-order marks of UTF-16, which Excel calls Unicode text."""

_NAMES = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_WITHOUT_ENCODING = re.compile(
    rb"\d{5}[a-z][a-z ]{2}.[ a]22\d{5}|PAR1|%PDF-|PK\x03\x04|\s*<\?xml|.{257}ustar", re.DOTALL
)
"""First bytes of formats that are no text or declare their encoding: MARC, Parquet, PDF, ZIP, XML, tar."""


_COPIES: dict[str, int] = {}
"""The descriptors of copies on the disk of the standard input and pipes, by name, inside a `reopenable` block."""


@contextmanager
def reopenable(names: Iterable[str]) -> Iterator[None]:
    """Copy the standard input and pipes to the disk, for `open_input` and `reopen` to read inside the block."""
    import tempfile  # noqa: PLC0415  # slow to import, and a pipe needs none

    with ExitStack() as files:
        for name in dict.fromkeys(names):
            if name == STDIN and sys.stdin is None:
                continue  # `open_input` reports it
            if name != STDIN and not Path(name).is_fifo():
                continue
            copy = files.enter_context(tempfile.TemporaryFile())
            with _standard_input() if name == STDIN else Path(name).open("rb") as source:
                shutil.copyfileobj(source, copy, _BLOCK)
            copy.flush()
            _COPIES[name] = copy.fileno()
            files.callback(_COPIES.pop, name)
        yield


@contextmanager
def reopen(name: str, encoding: str | None = None) -> Iterator[tuple[bytes, io.BufferedReader, FileEncoding]]:
    """Open an input that was read before for a second time, as `open_input` does.

    Yields
    ------
    The first bytes, the whole stream, these included, and the encoding that was removed; XML keeps its own.
    """
    raw = OpenFileFromStart(_COPIES[name]) if name in _COPIES else io.FileIO(name)
    with io.BufferedReader(raw) as file:
        head, stream = _decompressed(*_head(file))
        yield _as_utf_8(head, stream, encoding)


def _open_raw(path: str) -> AbstractContextManager[io.BufferedReader]:
    if path in _COPIES:
        return io.BufferedReader(OpenFileFromStart(_COPIES[path]))
    return _standard_input() if path == STDIN else io.BufferedReader(CountedFile(path))


def _standard_input() -> AbstractContextManager[io.BufferedReader]:
    if sys.stdin.isatty():
        return io.BufferedReader(TerminalInput(sys.stdin.fileno()))
    return nullcontext(cast("io.BufferedReader", sys.stdin.buffer))


@contextmanager
def open_input(path: str, name: str = "", encoding: str | None = None) -> Iterator[tuple[bytes, io.BufferedReader]]:
    """Open a file, or the standard input for ``-``: decompressed, in UTF-8 and without byte-order mark.

    Parameters
    ----------
    name
        What messages call the file; empty for its path.
    encoding
        Of text without a byte-order mark, unless it is UTF-8.

    Yields
    ------
    The first bytes, up to `HEAD`, and the whole stream, these included.

    Raises
    ------
    UsageError
        The standard input is closed.
    CorpusError
        The file can't be opened or read.
    """
    if path == STDIN and sys.stdin is None:
        raise UsageError("the standard input is closed; name a file")
    try:
        with _open_raw(path) as raw:
            head, stream, _ = _as_utf_8(*_decompressed(*_head(raw)), encoding)
            yield head, stream
    except (OSError, EOFError, zlib.error) as error:
        raise CorpusError(f"{name or path} can't be read: {getattr(error, 'strerror', None) or error}") from error


@contextmanager
def seekable(stream: io.BufferedReader, most: int) -> Iterator[IO[bytes]]:
    """Yield a seekable stream: the same or, of a pipe or a compressed file, a copy on the disk.

    Parameters
    ----------
    most
        The most bytes of a copy.

    Raises
    ------
    CorpusError
        The copy would have more bytes; a compressed file may hold a thousand times as many as it has.
    """
    if stream.seekable():  # a stream that is decompressed while it is read is not
        yield stream
        return
    import tempfile  # noqa: PLC0415  # slow to import, and a pipe needs none

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
    return head, io.BufferedReader(RejoinedStream(head, stream))


def _first_line(stream: BinaryIO) -> bytes:
    """Read until there is a whole line, or `HEAD` bytes, and return what was read; less if the stream is damaged."""
    head = b""
    while len(head) < HEAD and b"\n" not in head.lstrip():
        try:
            block = cast("io.BufferedReader", stream).read1(HEAD - len(head))
        except (OSError, EOFError, zlib.error):
            if head:  # reading the rest raises the error again
                break
            raise
        if not block:
            break
        head += block
    return head


def _decompressed(head: bytes, stream: io.BufferedReader) -> tuple[bytes, io.BufferedReader]:
    if not head.startswith(GZIP_MAGIC):
        return head, stream
    import gzip  # noqa: PLC0415  # a pipe needs none

    return _head(cast("BinaryIO", gzip.GzipFile(fileobj=stream)))


def _as_utf_8(
    head: bytes, stream: io.BufferedReader, encoding: str | None
) -> tuple[bytes, io.BufferedReader, FileEncoding]:
    """Recode a text as its byte-order mark says or, without one, from an encoding, and return how it was encoded."""
    if head.startswith(_BOM):
        stream.read(len(_BOM))
        return head[len(_BOM) :], stream, FileEncoding(_BOM)
    mark = head[:2] if head.startswith(UTF_16_MARKS) and not head.startswith(codecs.BOM_UTF32_LE) else b""
    if mark:
        start = codecs.getincrementaldecoder("utf-16")(errors="replace").decode(head)
        if start.lstrip().startswith("<?xml"):
            return start.encode(errors="replace"), stream, FileEncoding()
        stream.read(len(mark))
    name = _NAMES.get(mark, exact_encoding(encoding) if encoding else "")
    if not name or (not mark and _WITHOUT_ENCODING.match(head)):
        return head, stream, FileEncoding()
    said = "as its byte-order mark says" if mark else "as --encoding says"
    recoded = RecodedAsUtf8(stream, name, said)
    return *_head(cast("BinaryIO", io.BufferedReader(recoded))), FileEncoding(mark, name)

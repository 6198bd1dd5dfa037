"""The files of a tar archive as it streams by (POSIX.1-2017, pax; GNU tar for long names).

The standard library's module follows headers of headers by recursion, keeps all that global headers say, searches them
in quadratic time up to Python 3.11.9, and reads holes as zeros without end. Nothing of that is needed here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from classmark.corpus.errors import CorpusError
from classmark.corpus.limits import RationedStream

_BLOCK = 512
_READ = 1 << 16
_LONGEST_HEADER = 1 << 16
_SUM = slice(148, 156)
_IS_CONTINUED, _IS_CONTINUED_AGAIN = 482, 504
"""Where the header of a file with holes, and a block that continues it, say that another block follows."""

_FILE, _LINK_OR_DEVICE = b"\0" + b"07", b"123456"
_LONG_NAME, _PAX, _PASSED_OVER, _SPARSE = b"L", b"xX", b"Kg", b"S"


class _Header(NamedTuple):
    """A block that tells of the bytes that follow it; their kind is a letter or a digit."""

    name: bytes
    kind: bytes
    size: int


@dataclass
class Member:
    """A file in an archive, to be read before the next one is asked for.

    Parameters
    ----------
    has_holes
        Whether it was stored as a sparse file, so that its content is not all that there is of it.
    left
        How many bytes of it were not read yet.
    padding
        How many bytes follow it to fill its last block.
    """

    name: str
    has_holes: bool
    left: int
    stream: RationedStream
    padding: int

    def read(self, size: int) -> bytes:
        """Read up to so many bytes, whatever its own size.

        Raises
        ------
        CorpusError
            The archive breaks off.
        """
        self.stream.record_done()
        data = _exactly(self.stream, min(size, self.left, _READ))
        self.left -= len(data)
        return data


def files_of(stream: RationedStream) -> Iterator[Member]:
    """Give the regular files of an archive, and then read it to the end of its stream.

    Raises
    ------
    CorpusError
        It is no archive, is damaged, or breaks off.
    """
    said: dict[bytes, bytes] = {}
    while any(block := _exactly(stream, _BLOCK)):
        stream.record_done()
        header = _header(block)
        if header.kind in _LONG_NAME + _PAX:
            said |= _said(header, stream)
        elif header.kind in _PASSED_OVER:
            _pass_over(_member(header, {}, stream))
        else:
            member = _member(header, said, stream)
            if header.kind in _SPARSE:
                _pass_over_map(block, stream)
            if header.kind in _FILE + _SPARSE and not member.name.endswith("/"):
                yield member
            _pass_over(member)
            said = {}
    while stream.read(_READ):
        stream.record_done()


def _member(header: _Header, said: Mapping[bytes, bytes], stream: RationedStream) -> Member:
    """Return a file as its header, and what was said before it, tell of it."""
    name = said.get(b"GNU.sparse.name", said.get(b"path", header.name)).decode("utf-8", "replace")
    has_holes = header.kind in _SPARSE or any(key.startswith(b"GNU.sparse.") for key in said)
    size = 0 if header.kind in _LINK_OR_DEVICE else _number(said.get(b"size"), header.size)
    return Member(name, has_holes, size, stream, -size % _BLOCK)


def _pass_over(member: Member) -> None:
    """Read what is left of a file, and the zeros that fill its last block."""
    while member.read(_READ):
        pass
    _exactly(member.stream, member.padding)


def _exactly(stream: RationedStream, size: int) -> bytes:
    """Read so many bytes, which may come in pieces."""
    data = b""
    while len(data) < size:
        more = stream.read(size - len(data))
        if not more:
            raise CorpusError("it breaks off")
        data += more
    return data


def _header(block: bytes) -> _Header:
    """Return what a block says.

    Raises
    ------
    CorpusError
        It is no header, as its sum tells, or tells of less than nothing.
    """
    try:
        is_right = _octal(block[_SUM]) in _sums(block[: _SUM.start] + b" " * 8 + block[_SUM.stop :])
        size = int.from_bytes(block[125:136]) if block[124] == 128 else _octal(block[124:136])
    except ValueError:
        is_right, size = False, 0
    if not is_right or size < 0:
        raise CorpusError("a header is damaged")
    name, prefix = _text(block[:100]), _text(block[345:500]) if block[257:263] == b"ustar\0" else b""
    return _Header(prefix + b"/" * bool(prefix) + name, block[156:157], size)


def _sums(block: bytes) -> tuple[int, int]:
    """Return the sum of bytes, and what old programs take for it, to whom a byte is from -128 to 127."""
    return sum(block), sum(block) - 256 * sum(byte > 127 for byte in block)


def _said(header: _Header, stream: RationedStream) -> Mapping[bytes, bytes]:
    """Return what a header for the next file says of it, by pax's keys.

    Raises
    ------
    CorpusError
        It is too long, or damaged.
    """
    if header.size > _LONGEST_HEADER:
        raise CorpusError(f"a header is longer than {_LONGEST_HEADER:,} bytes")
    content = _exactly(stream, header.size + -header.size % _BLOCK)[: header.size]
    return {b"path": _text(content)} if header.kind in _LONG_NAME else dict(_pairs(content))


def _pairs(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give the keys and values of a header of pax, records such as ``27 path=a/name.json`` with a line end."""
    while content.strip(b"\0"):
        length = _number(content[:8].partition(b" ")[0], 0)
        key, is_pair, value = content[:length].partition(b" ")[2].partition(b"=")
        if not is_pair:
            raise CorpusError("a header is damaged")
        yield key, value.removesuffix(b"\n")
        content = content[length:]


def _pass_over_map(block: bytes, stream: RationedStream) -> None:
    """Read on behind the blocks that say where the holes of a file are."""
    place = _IS_CONTINUED
    while block[place]:
        stream.record_done()
        block, place = _exactly(stream, _BLOCK), _IS_CONTINUED_AGAIN


def _number(digits: bytes | None, otherwise: int) -> int:
    """Return a number of pax.

    Raises
    ------
    CorpusError
        It is none.
    """
    if digits is None:
        return otherwise
    if not (digits.isdigit() and len(digits) < 20):
        raise CorpusError("a header is damaged")
    return int(digits)


def _octal(digits: bytes) -> int:
    return int(_text(digits).strip() or b"0", 8)


def _text(field: bytes) -> bytes:
    return field.partition(b"\0")[0]

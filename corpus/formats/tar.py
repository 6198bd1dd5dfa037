"""Read the files of a tar archive from a stream (POSIX.1-2017, pax; GNU tar for long names).

The standard library's module recurses into headers of headers, keeps all global headers, takes quadratic time up to
Python 3.11.9, and reads holes as endless zeros. This reader does none of that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from msgspec import Struct

from classmark.corpus.errors import CorpusError
from classmark.corpus.limits import RationedStream

_BLOCK = 512
_READ = 1 << 16
_LONGEST_HEADER = 1 << 16
_SUM = slice(148, 156)
_IS_CONTINUED, _IS_CONTINUED_AGAIN = 482, 504
"""Offsets at which the header of a sparse file, and its continuation, say that another block follows."""

_FILE, _LINK_OR_DEVICE = b"\0" + b"07", b"123456"
_LONG_NAME, _PAX, _PASSED_OVER, _SPARSE = b"L", b"xX", b"Kg", b"S"


class _Header(NamedTuple):
    """A header block, which describes the bytes that follow it; the type is a letter or a digit."""

    name: bytes
    kind: bytes
    size: int


class Member(Struct):
    """A file in an archive, to be read before the next one is requested.

    Parameters
    ----------
    has_holes
        Whether it is a sparse file, whose content is incomplete.
    left
        Number of bytes not read yet.
    padding
        Number of bytes that fill its last block.
    """

    name: str
    has_holes: bool
    left: int
    stream: RationedStream
    padding: int

    def read(self, size: int) -> bytes:
        """Read up to this number of bytes, or fewer at the end.

        Raises
        ------
        CorpusError
            If the archive breaks off.
        """
        self.stream.record_done()
        data = _exactly(self.stream, min(size, self.left, _READ))
        self.left -= len(data)
        return data


def files_of(stream: RationedStream) -> Iterator[Member]:
    """Yield the regular files of an archive, then read the stream to its end.

    Raises
    ------
    CorpusError
        If it is no archive, is damaged, or breaks off.
    """
    attributes: dict[bytes, bytes] = {}
    while any(block := _exactly(stream, _BLOCK)):
        stream.record_done()
        header = _header(block)
        if header.kind in _LONG_NAME + _PAX:
            attributes |= _read_attributes(header, stream)
        elif header.kind in _PASSED_OVER:
            _pass_over(_member(header, {}, stream))
        else:
            member = _member(header, attributes, stream)
            if header.kind in _SPARSE:
                _pass_over_map(block, stream)
            if header.kind in _FILE + _SPARSE and not member.name.endswith("/"):
                yield member
            _pass_over(member)
            attributes = {}
    while stream.read(_READ):
        stream.record_done()


def _member(header: _Header, attributes: Mapping[bytes, bytes], stream: RationedStream) -> Member:
    """Return a file as described by its header and the pax headers before it."""
    name = attributes.get(b"GNU.sparse.name", attributes.get(b"path", header.name)).decode("utf-8", "replace")
    has_holes = header.kind in _SPARSE or any(key.startswith(b"GNU.sparse.") for key in attributes)
    size = 0 if header.kind in _LINK_OR_DEVICE else _number(attributes.get(b"size"), header.size)
    return Member(name, has_holes, size, stream, -size % _BLOCK)


def _pass_over(member: Member) -> None:
    """Skip the rest of a file and the zeros that fill its last block."""
    while member.read(_READ):
        pass
    _exactly(member.stream, member.padding)


def _exactly(stream: RationedStream, size: int) -> bytes:
    """Read this number of bytes, in several reads if necessary."""
    data = b""
    while len(data) < size:
        more = stream.read(size - len(data))
        if not more:
            raise CorpusError("it breaks off")
        data += more
    return data


def _header(block: bytes) -> _Header:
    """Parse a header block.

    Raises
    ------
    CorpusError
        If its checksum is wrong, or a size is negative.
    """
    try:
        is_right = _octal(block[_SUM]) in _sums(block[: _SUM.start] + b" " * 8 + block[_SUM.stop :])
        size = int.from_bytes(block[125:136]) if block[124] == 128 else _octal(block[124:136])
    except ValueError:
        is_right, size = False, 0
    if not is_right or size < 0:
        raise CorpusError("a header is damaged")
    name, prefix = _text(block[:100]), _text(block[345:500]) if block[257:263] == b"ustar\0" else b""
    return _Header(prefix + b"/" + name if prefix else name, block[156:157], size)


def _sums(block: bytes) -> tuple[int, int]:
    """Return the sums of unsigned and of signed bytes; old programs use the latter."""
    return sum(block), sum(block) - 256 * sum(byte > 127 for byte in block)


def _read_attributes(header: _Header, stream: RationedStream) -> Mapping[bytes, bytes]:
    """Return the pax attributes of the next file.

    Raises
    ------
    CorpusError
        If it is too long or damaged.
    """
    if header.size > _LONGEST_HEADER:
        raise CorpusError(f"a header is longer than {_LONGEST_HEADER:,} bytes")
    content = _exactly(stream, header.size + -header.size % _BLOCK)[: header.size]
    return {b"path": _text(content)} if header.kind in _LONG_NAME else dict(_pairs(content))


def _pairs(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the keys and values of a pax header: lines such as ``27 path=a/name.json``."""
    while content.strip(b"\0"):
        length = _number(content[:8].partition(b" ")[0], 0)
        key, is_pair, value = content[:length].partition(b" ")[2].partition(b"=")
        if not is_pair:
            raise CorpusError("a header is damaged")
        yield key, value.removesuffix(b"\n")
        content = content[length:]


def _pass_over_map(block: bytes, stream: RationedStream) -> None:
    """Skip the blocks that describe the holes of a sparse file."""
    offset = _IS_CONTINUED
    while block[offset]:
        stream.record_done()
        block, offset = _exactly(stream, _BLOCK), _IS_CONTINUED_AGAIN


def _number(digits: bytes | None, otherwise: int) -> int:
    """Parse a number in a pax header.

    Raises
    ------
    CorpusError
        If it is no number.
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

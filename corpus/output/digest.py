"""Digest the bytes of an output, and count them and their lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO

_BLOCK = 1 << 20


class Digest:
    """A running digest (XXH3, 128 bits) of bytes.

    Attributes
    ----------
    size, lines
        How many bytes were added, and how many line ends are among them.
    """

    def __init__(self) -> None:
        from xxhash import xxh3_128  # noqa: PLC0415  # only long outputs need it

        self._digest = xxh3_128()
        self.size = 0
        self.lines = 0

    def add(self, data: bytes) -> None:
        """Add bytes."""
        self._digest.update(data)
        self.size += len(data)
        self.lines += data.count(b"\n")

    def read(self, stream: IO[bytes], size: int) -> None:
        """Add the next ``size`` bytes of a file, or fewer if it ends before."""
        while size and (block := stream.read(min(size, _BLOCK))):
            self.add(block)
            size -= len(block)

    def passing(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Yield chunks unchanged, adding each."""
        for chunk in chunks:
            self.add(chunk)
            yield chunk

    @property
    def value(self) -> str:
        """The digest of all bytes so far, in hexadecimal digits."""
        return str(self._digest.hexdigest())

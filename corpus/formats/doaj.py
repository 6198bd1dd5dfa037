"""The dump of the Directory of Open Access Journals: a tar file of JSON arrays of articles.

Source: https://doaj.org/docs/public-data-dump/
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator

from classmark.corpus.abstract import Place, Record, Unreadable
from classmark.corpus.fields import Fields

from .json_arrays import read_items

_BLOCK = 512
"""An archive ends with blocks of zeros, and is cut short where it does not."""


class _Watched:
    """A stream of which the last bytes are remembered."""

    def __init__(self, stream: io.BufferedReader) -> None:
        self._stream = stream
        self.last = b""

    def read(self, size: int) -> bytes:
        """Read on, and remember it; what is read at the end is nothing, and not remembered."""
        data = self._stream.read(size)
        self.last = data or self.last
        return data


def read_doaj(stream: io.BufferedReader, source: str, fields: Fields) -> Iterator[Record]:
    """Read the articles of each ``.json`` file in the archive, numbered through; other files are passed over."""
    done = 0
    watched = _Watched(stream)
    try:
        with tarfile.open(fileobj=watched, mode="r|") as archive:  # type: ignore[call-overload]  # it only reads
            for member in archive:
                content = archive.extractfile(member) if member.name.lower().endswith(".json") else None
                for record in read_items(content, "item", source, fields, done) if content else ():
                    done += 1
                    yield record
        while watched.read(1 << 16):
            pass
        if not watched.last.endswith(bytes(_BLOCK)):
            raise tarfile.ReadError("it has no end")
    except tarfile.TarError as error:
        place = Place(source, record=done + 1)
        yield Unreadable(str(place), place, f"the archive is damaged, from here on the rest is lost ({error})")

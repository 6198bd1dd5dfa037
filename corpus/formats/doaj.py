"""The dump of the Directory of Open Access Journals: a tar file of JSON arrays of articles.

Source: https://doaj.org/docs/public-data-dump/
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from typing import IO

from classmark.corpus.abstract import Place, Record, Unreadable
from classmark.corpus.errors import CorpusError
from classmark.corpus.fields import Fields
from classmark.corpus.limits import Rationed

from .json_arrays import read_values

_BLOCK = 512
"""An archive ends with blocks of zeros, and is cut short where it does not."""

_BLOCKS = 1 << 16


class _Watched(Rationed):
    """A stream of which the last bytes are remembered."""

    last = b""

    def read(self, size: int) -> bytes:
        """Read on, and remember it; what is read at the end is nothing, and not remembered."""
        data = super().read(size)
        self.last = data or self.last
        return data


class _Member:
    """The content of a file in the archive; whatever its size, only what is around it is rationed."""

    def __init__(self, content: IO[bytes], archive: _Watched, *, is_json: bool) -> None:
        self._content = content
        self._archive = archive
        self.is_json = is_json

    def read(self, size: int) -> bytes:
        self._archive.record_done()
        return self._content.read(min(size, _BLOCKS))


def read_doaj(stream: io.BufferedReader, source: str, fields: Fields) -> Iterator[Record]:
    """Read the articles of each ``.json`` file in the archive, numbered through; other files are passed over.

    Nothing is unpacked to the disk.
    """
    done = 0
    watched = _Watched(stream)
    try:
        for member in _files(watched):
            for record in read_values(member, source, fields, done) if member.is_json else ():
                done += 1
                yield record
            while member.read(_BLOCKS):
                pass
        _check_end(watched)
    except (tarfile.TarError, CorpusError, ValueError) as error:
        place = Place(source, record=done + 1)
        yield Unreadable(str(place), place, f"the archive is damaged, from here on the rest is lost ({error})")


def _files(watched: _Watched) -> Iterator[_Member]:
    """Give the files of an archive, each to be read to its end before the next."""
    with tarfile.open(fileobj=watched, mode="r|") as archive:  # type: ignore[call-overload]  # it only reads
        while member := archive.next():
            archive.members.clear()  # which would fill the memory
            watched.record_done()
            content = archive.extractfile(member) if member.isreg() else None
            if content:
                yield _Member(content, watched, is_json=member.name.lower().endswith(".json"))


def _check_end(watched: _Watched) -> None:
    while watched.read(_BLOCKS):
        watched.record_done()
    if not watched.last.endswith(bytes(_BLOCK)):
        raise tarfile.ReadError("it has no end")

"""Read the dump of the Directory of Open Access Journals: a tar file of JSON arrays of articles.

Source: https://doaj.org/docs/public-data-dump/
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from classmark.corpus.abstract import Record, SourceLocation, Unreadable
from classmark.corpus.errors import CorpusError
from classmark.corpus.fields import Fields
from classmark.corpus.limits import RationedStream
from classmark.corpus.messages import shortened

from .json_arrays import read_values
from .tar import Member, files_of

_SHOWN = 100  # characters of a file name to show in messages


def read_doaj(stream: io.BufferedReader, source: str, fields: Fields) -> Iterator[Record]:
    """Read the articles of each ``.json`` file in the archive, numbered consecutively; skip other files.

    Nothing is unpacked to disk.
    """
    done = 0
    try:
        for member in files_of(RationedStream(stream)):
            is_json = member.name.lower().endswith(".json")
            for record in _records(member, source, fields, done) if is_json else ():
                done += 1
                yield record
    except CorpusError as error:
        location = SourceLocation(source, record=done + 1)
        yield Unreadable(str(location), location, f"the archive is damaged, from here on the rest is lost ({error})")


def _records(member: Member, source: str, fields: Fields, before: int) -> Iterator[Record]:
    if not member.has_holes:
        yield from read_values(member, source, fields, before)
        return
    location = SourceLocation(source, record=before + 1)
    yield Unreadable(
        str(location), location, f"{shortened(member.name, _SHOWN)} is stored with holes; pack it without --sparse"
    )

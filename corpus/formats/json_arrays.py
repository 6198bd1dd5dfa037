"""JSON: an array of objects, or one object alone, read as it streams by (RFC 8259)."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from typing import IO, Any

from classmark.corpus.abstract import Abstract, Place, Record, Unreadable
from classmark.corpus.fields import Fields

from .format import Labelled
from .json_records import fields_of, read_record, with_codes
from .json_stream import values_of


def read_json(stream: io.BufferedReader, source: str, fields: Fields) -> Iterator[Record]:
    """Read the objects of an array, or those that stand one after the other; what follows a mistake is lost."""
    in_array = stream.peek(1).lstrip()[:1] == b"["
    yield from read_values(stream, source, fields, in_array=in_array)


def read_values(
    stream: Any, source: str, fields: Fields, before: int = 0, *, in_array: bool = True
) -> Iterator[Record]:
    """Read the values of a JSON stream as records.

    Parameters
    ----------
    stream
        Anything that reads bytes.
    before
        How many records the source had before.
    in_array
        Whether they are those of arrays rather than standing alone.
    """
    number = before
    try:
        for number, value in enumerate(values_of(stream, in_array=in_array), before + 1):
            yield read_record(value, Place(source, record=number), fields, "json")
    except ValueError as error:
        place = Place(source, record=number + 1)
        yield Unreadable(str(place), place, f"not JSON, from here on the rest is lost ({error})")


def write_json(abstracts: Iterable[Abstract], out: IO[bytes]) -> None:
    """Write an array of objects with id, title, text and codes, one a line."""
    _write_array((fields_of(abstract) for abstract in abstracts), out)


def keep_json(labelled: Iterable[Labelled], out: IO[bytes]) -> None:
    """Write an array of the objects as they were, with codes added."""
    _write_array((with_codes(abstract, codes) for abstract, codes in labelled), out)


def _write_array(records: Iterable[object], out: IO[bytes]) -> None:
    before = b"[\n"
    for record in records:
        out.write(before + json.dumps(record, ensure_ascii=False).encode(errors="backslashreplace"))
        before = b",\n"
    out.write(b"[]\n" if before == b"[\n" else b"\n]\n")

"""Read and write JSON files: an array of objects, or one object, streamed (RFC 8259)."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from typing import IO, Any

from classmark.corpus.abstract import Abstract, Record, SourceLocation, Unreadable
from classmark.corpus.fields import Fields

from .json_records import fields_of, read_record
from .json_stream import values_of


def read_json(stream: io.BufferedReader, source: str, fields: Fields) -> Iterator[Record]:
    """Read the objects of an array, or consecutive objects; everything after a syntax error is lost."""
    in_array = stream.peek(1).lstrip()[:1] == b"["
    yield from read_values(stream, source, fields, in_array=in_array)


def read_values(
    stream: Any, source: str, fields: Fields, before: int = 0, *, in_array: bool = True
) -> Iterator[Record]:
    """Read the values of a JSON stream as records.

    Parameters
    ----------
    stream
        A binary stream.
    before
        Number of earlier records of the source.
    in_array
        Whether the values are in arrays rather than consecutive.
    """
    number = before
    try:
        for value in values_of(
            stream, in_array=in_array
        ):  # `enumerate` would keep the value in memory while the next is read
            number += 1
            record = read_record(value, SourceLocation(source, record=number), fields)
            del value
            yield record
    except ValueError as error:
        location = SourceLocation(source, record=number + 1)
        yield Unreadable(str(location), location, f"not JSON, from here on the rest is lost ({error})")


def write_json(abstracts: Iterable[Abstract], out: IO[bytes]) -> None:
    """Write an array of objects with id, title, text and codes, one per line."""
    _write_array((fields_of(abstract) for abstract in abstracts), out)


def _write_array(records: Iterable[object], out: IO[bytes]) -> None:
    before = b"[\n"
    for record in records:
        out.write(before + json.dumps(record, ensure_ascii=False).encode(errors="backslashreplace"))
        before = b",\n"
    out.write(b"[]\n" if before == b"[\n" else b"\n]\n")

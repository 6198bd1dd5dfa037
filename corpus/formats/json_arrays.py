"""JSON: an array of objects, or one object alone, read as it streams by (RFC 8259)."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from itertools import count
from typing import IO, Any

from classmark.corpus.abstract import Abstract, Place, Record, Unreadable
from classmark.corpus.fields import Fields

from .format import Labelled
from .json_records import fields_of, read_record, with_codes


def read_json(stream: io.BufferedReader, source: str, fields: Fields) -> Iterator[Record]:
    """Read the objects of an array, or those that stand one after the other; what follows a mistake is lost."""
    first = stream.peek(1).lstrip()[:1]
    path = "item" if first == b"[" else ""
    yield from read_items(stream, path, source, fields)


def read_items(stream: Any, path: str, source: str, fields: Fields, before: int = 0) -> Iterator[Record]:
    """Read the values at a path of a JSON stream as records.

    Parameters
    ----------
    stream
        Anything that reads bytes.
    path
        ``item`` for those of an array, empty for values that stand alone.
    before
        How many records the source had before.
    """
    import ijson  # noqa: PLC0415  # only here

    values = ijson.items(stream, path, use_float=True, multiple_values=True)
    for number in count(before + 1):
        place = Place(source, record=number)
        try:
            value = next(values, None)
        except ijson.JSONError as error:
            reason = f"not JSON, from here on the rest is lost ({str(error).splitlines()[0].strip()})"
            yield Unreadable(str(place), place, reason)
            return
        except (UnicodeDecodeError, RecursionError) as error:
            yield Unreadable(str(place), place, f"not JSON in UTF-8, from here on the rest is lost ({error})")
            return
        if value is None:
            return
        yield read_record(value, place, fields, "json")


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

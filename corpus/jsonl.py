"""The reader of JSON lines: one JSON object a line."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

from .abstract import Place, Record, Unreadable
from .fields import abstract_from
from .texts import decode


def read_jsonl(stream: io.BufferedReader, source: str) -> Iterator[Record]:
    """Read one record a line; empty lines are passed over, broken ones come out as such."""
    for number, line in enumerate(stream, 1):
        if line.strip():
            yield _record(line, Place(source, number))


def _record(line: bytes, place: Place) -> Record:
    try:
        fields = json.loads(decode(line))
    except json.JSONDecodeError as error:
        return Unreadable(str(place), place, f"not JSON ({error.msg} at column {error.colno})")
    except RecursionError:
        return Unreadable(str(place), place, "not a record (JSON nested too deep)")
    except ValueError as error:
        return Unreadable(str(place), place, str(error))
    if not isinstance(fields, dict):
        return Unreadable(str(place), place, 'not a JSON object, {"id": …, "title": …, "text": …}')
    return abstract_from(fields, place)

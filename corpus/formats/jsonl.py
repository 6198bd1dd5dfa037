"""JSON lines: one JSON object a line (https://jsonlines.org)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import IO

from classmark.corpus.abstract import Abstract, Place, Record, Unreadable
from classmark.corpus.fields import Fields
from classmark.corpus.limits import TOO_DEEP

from .format import Labelled
from .json_records import fields_of, read_record, with_codes
from .json_stream import DECODER
from .texts import decode


def read_jsonl(lines: Iterable[bytes], source: str, fields: Fields, first: int = 1) -> Iterator[Record]:
    """Read one record a line; empty lines are passed over, broken ones come out as such."""
    for number, line in enumerate(lines, first):
        if line.strip():
            yield _record(line, Place(source, number), fields)


def _record(line: bytes, place: Place, fields: Fields) -> Record:
    try:
        record = DECODER.decode(decode(line))
    except json.JSONDecodeError as error:
        return Unreadable(str(place), place, f"not JSON ({error.msg} at column {error.colno})")
    except RecursionError:
        return Unreadable(str(place), place, TOO_DEEP)
    except ValueError as error:
        return Unreadable(str(place), place, str(error))
    return read_record(record, place, fields, "jsonl")


def write_jsonl(abstracts: Iterable[Abstract], out: IO[bytes]) -> None:
    """Write an object a line, with id, title, text and codes."""
    out.writelines(_line(fields_of(abstract)) for abstract in abstracts)


def keep_jsonl(labelled: Iterable[Labelled], out: IO[bytes]) -> None:
    """Write objects as they were, with codes added to the list or string that held them, else to a new list."""
    out.writelines(_line(with_codes(abstract, codes)) for abstract, codes in labelled)


def _line(record: object) -> bytes:
    return (json.dumps(record, ensure_ascii=False) + "\n").encode(errors="backslashreplace")

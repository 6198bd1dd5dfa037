"""Read and write JSON lines: one JSON object per line (https://jsonlines.org)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import IO

from classmark.corpus.abstract import Abstract, Record, SourceLocation, Unreadable
from classmark.corpus.fields import Fields
from classmark.corpus.limits import TOO_DEEP

from .json_records import fields_of, plain_abstract, read_record
from .json_text import DECODER
from .plain_text import decode
from .quick_json import may_be_deep, may_have_long_number, quick_value


def read_jsonl(lines: Iterable[bytes], source: str, fields: Fields, first: int = 1) -> Iterator[Record]:
    """Read one record per line; skip empty lines, and return broken ones as unreadable records."""
    for number, line in enumerate(lines, first):
        if line and not line.isspace():
            yield _record(line, SourceLocation(source, number), fields)


def _record(line: bytes, location: SourceLocation, fields: Fields) -> Record:
    try:
        value = quick_value(line)
    except ValueError:
        return _record_slowly(line, location, fields)
    is_plain = not (fields.has_names or may_be_deep(line))
    return (is_plain and plain_abstract(value, location, fields)) or _other_record(value, line, location, fields)


def _other_record(value: object, line: bytes, location: SourceLocation, fields: Fields) -> Record:
    if may_have_long_number(line):
        return _record_slowly(line, location, fields)
    return read_record(value, location, fields)


def _record_slowly(line: bytes, location: SourceLocation, fields: Fields) -> Record:
    """Read a record with numbers of any length and characters that are none, or return what is wrong with it."""
    try:
        record = DECODER.decode(decode(line))
    except json.JSONDecodeError as error:
        return Unreadable(str(location), location, f"not JSON ({error.msg} at column {error.colno})")
    except RecursionError:
        return Unreadable(str(location), location, TOO_DEEP)
    except ValueError as error:
        return Unreadable(str(location), location, str(error))
    return read_record(record, location, fields)


def write_jsonl(abstracts: Iterable[Abstract], out: IO[bytes]) -> None:
    """Write one object per line with id, title, text and codes."""
    out.writelines(_line(fields_of(abstract)) for abstract in abstracts)


def _line(record: object) -> bytes:
    return (json.dumps(record, ensure_ascii=False) + "\n").encode(errors="backslashreplace")

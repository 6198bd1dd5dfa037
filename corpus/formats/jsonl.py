"""Read, write and annotate JSON lines: one JSON object per line (https://jsonlines.org)."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from typing import IO

from classmark.corpus.abstract import Abstract, Record, SourceLocation, Unreadable
from classmark.corpus.fields import Fields
from classmark.corpus.limits import TOO_DEEP

from .annotation import AnnotatedOutput, AnnotatedRecord, AnnotationFailure
from .annotators.byte_ranges import by_lines
from .annotators.json_objects import with_codes
from .json_records import fields_of, read_record
from .json_stream import DECODER
from .plain_text import decode


def read_jsonl(lines: Iterable[bytes], source: str, fields: Fields, first: int = 1) -> Iterator[Record]:
    """Read one record per line; skip empty lines, and return broken ones as unreadable records."""
    for number, line in enumerate(lines, first):
        if line.strip():
            yield _record(line, SourceLocation(source, number), fields)


def _record(line: bytes, location: SourceLocation, fields: Fields) -> Record:
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


def annotate_jsonl(
    stream: io.BufferedReader, records: Iterator[AnnotatedRecord], output: AnnotatedOutput
) -> Iterator[AnnotationFailure]:
    """Copy lines and add codes to the list or string that holds them, or as a new list."""
    output.begin_line()
    for data, item in by_lines(stream, records):
        line, end, rest = data.partition(b"\n")
        try:
            output.write((with_codes(line.decode(), item, output.field).encode() if item else line) + end + rest)
        except ValueError as error:
            output.write(data)
            if item and isinstance(item[0], Abstract):
                yield AnnotationFailure(item[0].location, str(error))


def _line(record: object) -> bytes:
    return (json.dumps(record, ensure_ascii=False) + "\n").encode(errors="backslashreplace")

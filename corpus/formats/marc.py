"""Read and write binary MARC 21 (ISO 2709) with pymarc.

Source: https://www.loc.gov/marc/specifications/specrecstruc.html
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import nullcontext, redirect_stderr
from typing import IO, Any

from classmark.corpus.abstract import Abstract, Record, SourceLocation, Unreadable
from classmark.corpus.errors import CorpusError
from classmark.corpus.fields import Fields
from classmark.corpus.lazy_imports import import_quietly

from .marc_fields import MarcField, abstract_of, fields_to_write

RECORD_END, FIELD_END = b"\x1d", b"\x1e"
_PADDING = b"\r\n\x1a\0 "
LEADER_LENGTH, ENTRY_LENGTH = 24, 12
MAX_RECORD_LENGTH, MAX_FIELD_LENGTH = 99_999, 9_999
_NEW_LEADER = "     nab a22     7u 4500"
"""Leader of an article in Unicode, minimal level, without a descriptive cataloguing form."""


def read_marc(stream: io.BufferedReader, source: str, fields: Fields) -> Iterator[Record]:
    """Read records one by one; a broken record does not hide the next, as each ends with a terminator."""
    yield from parse_marc(*split_marc(stream, source, fields), source, fields)


def split_marc(stream: io.BufferedReader, source: str, _fields: Fields) -> tuple[None, Iterator[tuple[int, bytes]]]:
    """Cut a stream into records with their numbers."""
    import_quietly("pymarc", "marc", source)
    records = enumerate(records_of(stream), 1)
    return None, (item for item in records if item[1].endswith(RECORD_END) or item[1].strip(_PADDING))


def parse_marc(_common: None, records: Iterable[tuple[int, bytes]], source: str, fields: Fields) -> Iterator[Record]:
    """Read records that `split_marc` returned."""
    import_quietly("pymarc", "marc", source)
    for number, data in records:
        yield _record(data.lstrip(b"\r\n"), SourceLocation(source, record=number), fields)


def records_of(stream: io.BufferedReader) -> Iterator[bytes]:
    """Split a stream after the terminator of each record; yield last what follows the last terminator."""
    pending = b""
    while block := stream.read1(1 << 16):
        records = (pending + block).split(RECORD_END)
        pending = records.pop()
        yield from (record + RECORD_END for record in records)
        if len(pending) > 10 * MAX_RECORD_LENGTH:
            break  # no MARC, or its terminator is missing
    yield pending


def _record(data: bytes, location: SourceLocation, fields: Fields) -> Record:
    if not data.endswith(RECORD_END):
        return Unreadable(str(location), location, "the file breaks off in this record")
    try:
        _check_directory(data)
        marc = _decoded(data)
    except Exception as error:  # pymarc raises any exception on broken records
        return Unreadable(str(location), location, f"not a MARC record ({str(error) or type(error).__name__})")
    record = [_field(field) for field in marc.fields]
    return abstract_of(record, location, fields)


def _check_directory(data: bytes) -> None:
    """Check that the fields together are no longer than the record; overlapping fields could be far longer.

    Raises
    ------
    ValueError
        If they are longer, or the directory is invalid.
    """
    entries = data[LEADER_LENGTH : int(data[12:17]) - 1]
    lengths = [int(entries[start + 3 : start + 7]) for start in range(0, len(entries), ENTRY_LENGTH)]
    starts = [int(entries[start + 7 : start + ENTRY_LENGTH]) for start in range(0, len(entries), ENTRY_LENGTH)]
    if sum(lengths) > len(data) or min([*lengths, *starts], default=0) < 0:
        raise ValueError("its directory names fields that are longer than the record")


def _decoded(data: bytes) -> Any:  # a type of pymarc
    """Decode a record, and suppress what pymarc would write to standard error."""
    import pymarc  # noqa: PLC0415  # `parse_marc` has imported it

    with redirect_stderr(io.StringIO()) if b"\x1b" in data else nullcontext():
        return pymarc.Record(data, hide_utf8_warnings=True, force_utf8=is_unicode(data))


def is_unicode(data: bytes) -> bool:
    """Return whether a record is in UTF-8: many claim MARC-8 wrongly, and MARC-8 is never valid UTF-8."""
    try:
        return not data.isascii() and bool(data.decode())
    except UnicodeDecodeError:
        return data[9:10] == b"a"


def _field(field: Any) -> MarcField:  # a type of pymarc
    if field.control_field:
        return MarcField(field.tag, (("", field.data or ""),))
    return MarcField(field.tag, tuple((part.code, part.value) for part in field.subfields))


def write_marc(abstracts: Iterable[Abstract], out: IO[bytes]) -> None:
    """Write records in UTF-8 with fields 001, 084, 245 and 520.

    Raises
    ------
    CorpusError
        If an abstract is longer than a record can be.
    """
    pymarc = import_quietly("pymarc", "marc", "MARC")
    for abstract in abstracts:
        record = pymarc.Record(leader=_NEW_LEADER)
        record.add_field(*(_written(pymarc, field) for field in fields_to_write(abstract)))
        out.write(_checked(record.as_marc(), abstract))


def _written(pymarc: Any, field: MarcField) -> Any:
    if field.tag < "010":
        return pymarc.Field(tag=field.tag, data=next(field.values()))
    subfields = [pymarc.Subfield(code, value) for code, value in field.subfields]
    return pymarc.Field(tag=field.tag, indicators=pymarc.Indicators(*field.indicators), subfields=subfields)


def _checked(data: bytes, abstract: Abstract) -> bytes:
    too_long = any(len(field) >= MAX_FIELD_LENGTH for field in data.split(FIELD_END)[1:])
    if len(data) > MAX_RECORD_LENGTH or too_long:
        raise CorpusError(
            f"{abstract.location}: too long for a MARC record (99,999 bytes, 9,999 a field); write MARCXML instead"
        )
    return data

"""Read, write and annotate binary MARC 21 (ISO 2709) with pymarc.

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

from .annotation import AnnotatedOutput, AnnotatedRecord, AnnotationFailure
from .annotators.byte_ranges import check_all_found
from .marc_fields import MarcField, abstract_of, codes_to_add, written

_RECORD_END, _FIELD_END = b"\x1d", b"\x1e"
_NOTHING = b"\r\n\x1a\0 "
_LEADER, _ENTRY = 24, 12
_LONGEST, _LONGEST_FIELD = 99_999, 9_999
_NEW = "     nab a22     7u 4500"
"""Leader of an article in Unicode, minimal level, without a descriptive cataloguing form."""


def read_marc(stream: io.BufferedReader, source: str, fields: Fields) -> Iterator[Record]:
    """Read records one by one; a broken record does not hide the next, as each ends with a terminator."""
    import_quietly("pymarc", "marc", source)
    for number, data in enumerate(_records(stream), 1):
        if data.endswith(_RECORD_END) or data.strip(_NOTHING):
            yield _record(data.lstrip(b"\r\n"), SourceLocation(source, record=number), fields)


def _records(stream: io.BufferedReader) -> Iterator[bytes]:
    held = b""
    while block := stream.read1(1 << 16):
        *whole, held = (held + block).split(_RECORD_END)
        yield from (data + _RECORD_END for data in whole)
        if len(held) > 10 * _LONGEST:
            break  # no MARC, or its terminator is missing
    yield held


def _record(data: bytes, location: SourceLocation, fields: Fields) -> Record:
    if not data.endswith(_RECORD_END):
        return Unreadable(str(location), location, "the file breaks off in this record")
    try:
        _check_directory(data)
        marc = _decoded(data, location.source)
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
    entries = data[_LEADER : int(data[12:17]) - 1]
    lengths = [int(entries[location + 3 : location + 7]) for location in range(0, len(entries), _ENTRY)]
    starts = [int(entries[location + 7 : location + _ENTRY]) for location in range(0, len(entries), _ENTRY)]
    if sum(lengths) > len(data) or min([*lengths, *starts], default=0) < 0:
        raise ValueError("its directory names fields that are longer than the record")


def _decoded(data: bytes, source: str) -> Any:  # a type of pymarc
    """Decode a record, and suppress what pymarc would write to standard error."""
    pymarc = import_quietly("pymarc", "marc", source)
    with redirect_stderr(io.StringIO()) if b"\x1b" in data else nullcontext():
        return pymarc.Record(data, hide_utf8_warnings=True, force_utf8=_is_unicode(data))


def _is_unicode(data: bytes) -> bool:
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
        record = pymarc.Record(leader=_NEW)
        record.add_field(*(_written(pymarc, field) for field in written(abstract)))
        out.write(_checked(record.as_marc(), abstract))


def _written(pymarc: Any, field: MarcField) -> Any:
    if field.tag < "010":
        return pymarc.Field(tag=field.tag, data=next(field.values()))
    subfields = [pymarc.Subfield(code, value) for code, value in field.subfields]
    return pymarc.Field(tag=field.tag, indicators=pymarc.Indicators(*field.indicators), subfields=subfields)


def annotate_marc(
    stream: io.BufferedReader, records: Iterator[AnnotatedRecord], output: AnnotatedOutput
) -> Iterator[AnnotationFailure]:
    """Copy records and add one field per missing code, in the encoding of the record."""
    item = next(records, None)
    for number, data in enumerate(_records(stream), 1):
        if not (item and item[0].location.record == number):
            output.write(data)
            continue
        try:
            output.write(_with_codes(data, item, output))
        except ValueError as error:
            output.write(data)
            yield AnnotationFailure(item[0].location, str(error))
        item = next(records, None)
    while block := stream.read(1 << 16):
        output.write(block)
    check_all_found(item)


def _with_codes(data: bytes, item: AnnotatedRecord, output: AnnotatedOutput) -> bytes:
    """Return a record with codes added.

    Raises
    ------
    ValueError
        If they cannot be added; the message says why.
    """
    record, codes = item
    fields = codes_to_add(record, codes, output.field) if isinstance(record, Abstract) else []
    if not fields:
        return data
    lead = data[: len(data) - len(data.lstrip(b"\r\n"))]
    data = data[len(lead) :]
    is_unicode = _is_unicode(data)
    for field in fields:
        data = _with_field(data, field.tag.encode(), _encoded(field, is_unicode=is_unicode))
    if len(data) > _LONGEST:
        raise ValueError("too long for a MARC record with its codes (99,999 bytes); keep it as MARCXML instead")
    return lead + data


def _encoded(field: MarcField, *, is_unicode: bool) -> bytes:
    """Return a field as bytes: indicators, subfields, terminator."""
    text = field.indicators + "".join(f"\x1f{code}{value}" for code, value in field.subfields)
    if not text.isascii() and not is_unicode:
        raise ValueError(f"the record is in MARC-8, which can't hold the code {field.subfields[0][1]!r}")
    if len(text.encode()) >= _LONGEST_FIELD:
        raise ValueError("a code is too long for a field of MARC (9,999 bytes)")
    return text.encode() + _FIELD_END


def _with_field(data: bytes, tag: bytes, field: bytes) -> bytes:
    """Return a record with one more field: update leader and directory (tag, length, start), insert the field."""
    base = int(data[12:17]) if data[12:17].isdigit() else 0
    directory, fields = data[_LEADER : base - 1], data[base:-1]
    if base <= _LEADER or len(directory) % _ENTRY or data[base - 1 : base] != _FIELD_END:
        raise ValueError("its directory is damaged, so codes can't be added")
    entries = [directory[start : start + _ENTRY] for start in range(0, len(directory), _ENTRY)]
    location = sum(entry[:3] <= tag for entry in entries)
    entries.insert(location, b"%s%04d%05d" % (tag, len(field), len(fields)))
    length = len(data) + len(field) + _ENTRY
    leader = b"%05d%s%05d%s" % (length, data[5:12], base + _ENTRY, data[17:_LEADER])
    return leader + b"".join(entries) + _FIELD_END + fields + field + _RECORD_END


def _checked(data: bytes, abstract: Abstract) -> bytes:
    too_long = any(len(field) >= _LONGEST_FIELD for field in data.split(_FIELD_END)[1:])
    if len(data) > _LONGEST or too_long:
        raise CorpusError(
            f"{abstract.location}: too long for a MARC record (99,999 bytes, 9,999 a field); write MARCXML instead"
        )
    return data

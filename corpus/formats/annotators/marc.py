"""Add codes to binary MARC 21; all other bytes stay unchanged."""

from __future__ import annotations

import io
from collections.abc import Iterator

from classmark.corpus.abstract import Abstract
from classmark.corpus.formats.annotation import AnnotatedOutput, AnnotatedRecord, AnnotationFailure
from classmark.corpus.formats.marc import (
    ENTRY_LENGTH,
    FIELD_END,
    LEADER_LENGTH,
    MAX_FIELD_LENGTH,
    MAX_RECORD_LENGTH,
    RECORD_END,
    is_unicode,
    records_of,
)
from classmark.corpus.formats.marc_fields import MarcField, codes_to_add

from .byte_ranges import check_all_found


def annotate_marc(
    stream: io.BufferedReader, records: Iterator[AnnotatedRecord], output: AnnotatedOutput
) -> Iterator[AnnotationFailure]:
    """Copy records and add one field per missing code, in the encoding of the record."""
    item = next(records, None)
    for number, data in enumerate(records_of(stream), 1):
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
    in_unicode = is_unicode(data)
    for field in fields:
        data = _with_field(data, field.tag.encode(), _encoded(field, in_unicode=in_unicode))
    if len(data) > MAX_RECORD_LENGTH:
        raise ValueError("too long for a MARC record with its codes (99,999 bytes); keep it as MARCXML instead")
    return lead + data


def _encoded(field: MarcField, *, in_unicode: bool) -> bytes:
    """Return a field as bytes: indicators, subfields, terminator."""
    text = field.indicators + "".join(f"\x1f{code}{value}" for code, value in field.subfields)
    if not text.isascii() and not in_unicode:
        raise ValueError(f"the record is in MARC-8, which can't hold the code {field.subfields[0][1]!r}")
    if len(text.encode()) >= MAX_FIELD_LENGTH:
        raise ValueError("a code is too long for a field of MARC (9,999 bytes)")
    return text.encode() + FIELD_END


def _with_field(data: bytes, tag: bytes, field: bytes) -> bytes:
    """Return a record with one more field: update leader and directory (tag, length, start), insert the field."""
    base = int(data[12:17]) if data[12:17].isdigit() else 0
    directory, fields = data[LEADER_LENGTH : base - 1], data[base:-1]
    if base <= LEADER_LENGTH or len(directory) % ENTRY_LENGTH or data[base - 1 : base] != FIELD_END:
        raise ValueError("its directory is damaged, so codes can't be added")
    entries = [directory[start : start + ENTRY_LENGTH] for start in range(0, len(directory), ENTRY_LENGTH)]
    index = sum(entry[:3] <= tag for entry in entries)
    entries.insert(index, b"%s%04d%05d" % (tag, len(field), len(fields)))
    length = len(data) + len(field) + ENTRY_LENGTH
    leader = b"%05d%s%05d%s" % (length, data[5:12], base + ENTRY_LENGTH, data[17:LEADER_LENGTH])
    return leader + b"".join(entries) + FIELD_END + fields + field + RECORD_END

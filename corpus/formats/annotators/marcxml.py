"""Add codes to MARCXML; all other bytes stay unchanged."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import chain

from classmark.corpus.abstract import Abstract
from classmark.corpus.errors import UsageError
from classmark.corpus.formats.annotation import AnnotatedOutput, AnnotatedRecord, AnnotationFailure
from classmark.corpus.formats.marc_fields import codes_to_add
from classmark.corpus.formats.marcxml import data_field
from classmark.corpus.limits import MAX_RECORD_BYTES

from .byte_ranges import check_all_found
from .xml_locations import MarcLocator, MarcRecordSpan, NotLocatedError

_BLOCK = 1 << 16


def annotate_marcxml(
    stream: io.BufferedReader, records: Iterator[AnnotatedRecord], output: AnnotatedOutput
) -> Iterator[AnnotationFailure]:
    """Copy a document with one new field per code that a record lacks."""
    item = next(records, None)
    if output.head is not None and item:
        raise UsageError(f"{item[0].location}: a second document of XML; keep each file by itself")
    output.head = "xml"
    finder, why, is_over = MarcLocator(), "", False
    while not why and not is_over:
        block = stream.read(_BLOCK)
        is_over = not block
        try:
            finder.feed(block)
        except NotLocatedError as error:
            why = f"its document can't be followed to it: {error}"
        item = _write_found(finder, item, records, output)
        output.write(finder.taken(finder.safe))
        if len(finder.held) > 2 * MAX_RECORD_BYTES:
            why = "its document can't be followed to it: a record is too long"
    output.write(bytes(finder.held))
    while block := stream.read(_BLOCK):
        output.write(block)
    yield from _without(item, records, output, why)


def _write_found(
    finder: MarcLocator, item: AnnotatedRecord | None, records: Iterator[AnnotatedRecord], output: AnnotatedOutput
) -> AnnotatedRecord | None:
    """Write the records that are complete; return the first abstract that is not among them."""
    for record in finder.found():
        while item and not isinstance(item[0], Abstract):
            item = next(records, None)
        abstract = item[0] if item else None
        if item and isinstance(abstract, Abstract) and abstract.raw and abstract.raw.number == record.number:
            _add(finder, record, item, output)
            item = next(records, None)
        output.write(finder.taken(record.end))
    return item


def _without(
    item: AnnotatedRecord | None, records: Iterator[AnnotatedRecord], output: AnnotatedOutput, why: str
) -> Iterator[AnnotationFailure]:
    """Yield the records that were not reached and lack codes."""
    rest = chain([item] if item else [], records)
    for record, codes in rest:
        if isinstance(record, Abstract) and codes_to_add(record, codes, output.field):
            if not why:
                check_all_found((record, codes))
            yield AnnotationFailure(record.location, why)


def _add(finder: MarcLocator, record: MarcRecordSpan, item: AnnotatedRecord, output: AnnotatedOutput) -> None:
    """Write a record with its new fields, up to the position of the last of them."""
    abstract, codes = item
    fields = codes_to_add(abstract, codes, output.field) if isinstance(abstract, Abstract) else ()
    for field in sorted(fields, key=lambda field: field.tag):
        before = [child for child in record.children if child.tag <= field.tag]
        child = before[-1] if before else record.children[0]
        output.write(finder.taken(child.end if before else child.start))
        text = data_field(field, record.prefix).encode(finder.encoding, "xmlcharrefreplace")
        output.write(child.space + text if before else text + child.space)

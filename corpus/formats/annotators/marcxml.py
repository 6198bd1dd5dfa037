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
    annotated = next(records, None)
    if output.head is not None and annotated:
        raise UsageError(f"{annotated[0].location}: a second document of XML; use --keep on each file separately")
    output.head = "xml"
    locator, why, is_over = MarcLocator(), "", False
    while not why and not is_over:
        block = stream.read(_BLOCK)
        is_over = not block
        try:
            locator.feed(block)
        except NotLocatedError as error:
            why = f"its document can't be followed to it: {error}"
        annotated = _write_found(locator, annotated, records, output)
        output.write(locator.taken(locator.safe))
        if len(locator.held) > 2 * MAX_RECORD_BYTES:
            why = "its document can't be followed to it: a record is too long"
    output.write(bytes(locator.held))
    while block := stream.read(_BLOCK):
        output.write(block)
    yield from _without(annotated, records, output, why)


def _write_found(
    locator: MarcLocator, annotated: AnnotatedRecord | None, records: Iterator[AnnotatedRecord], output: AnnotatedOutput
) -> AnnotatedRecord | None:
    """Write the records that are complete; return the first abstract that is not among them."""
    for record in locator.found():
        while annotated and not isinstance(annotated[0], Abstract):
            annotated = next(records, None)
        abstract = annotated[0] if annotated else None
        if annotated and isinstance(abstract, Abstract) and abstract.raw and abstract.raw.number == record.number:
            _add(locator, record, annotated, output)
            annotated = next(records, None)
        output.write(locator.taken(record.end))
    return annotated


def _without(
    annotated: AnnotatedRecord | None, records: Iterator[AnnotatedRecord], output: AnnotatedOutput, why: str
) -> Iterator[AnnotationFailure]:
    """Yield the records that were not reached and lack codes."""
    rest = chain([annotated] if annotated else [], records)
    for record, codes in rest:
        if isinstance(record, Abstract) and codes_to_add(record, codes, output.field):
            if not why:
                check_all_found((record, codes))
            yield AnnotationFailure(record.location, why)


def _add(locator: MarcLocator, record: MarcRecordSpan, annotated: AnnotatedRecord, output: AnnotatedOutput) -> None:
    """Write a record with its new fields, up to the position of the last of them."""
    abstract, codes = annotated
    fields = codes_to_add(abstract, codes, output.field) if isinstance(abstract, Abstract) else ()
    for field in sorted(fields, key=lambda field: field.tag):
        before = [field_span for field_span in record.children if field_span.tag <= field.tag]
        field_span = before[-1] if before else record.children[0]
        output.write(locator.taken(field_span.end if before else field_span.start))
        text = data_field(field, record.prefix).encode(locator.encoding, "xmlcharrefreplace")
        output.write(field_span.space + text if before else text + field_span.space)

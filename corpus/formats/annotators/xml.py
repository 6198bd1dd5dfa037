"""Add codes to the records of an XML document (MARC, EndNote, other metadata); all other bytes stay unchanged."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from itertools import chain

from classmark.corpus.abstract import Abstract
from classmark.corpus.errors import UsageError
from classmark.corpus.formats.annotation import AnnotatedOutput, AnnotatedRecord, Annotation, AnnotationFailure
from classmark.corpus.formats.marc_fields import codes_to_add, is_marc
from classmark.corpus.limits import MAX_RECORD_BYTES

from .byte_ranges import check_all_found
from .endnote_xml import add_keywords, new_keywords
from .marcxml import add_fields
from .xml_locations import NotLocatedError, RecordLocator, RecordSpan
from .xml_subjects import codes_lacking, subjects_to_add, takes_subjects

_BLOCK = 1 << 16


def annotate_xml(
    stream: io.BufferedReader, records: Iterator[AnnotatedRecord], output: AnnotatedOutput
) -> Iterator[AnnotationFailure]:
    """Copy a document with a new field, keyword or subject per code that a record lacks."""
    annotated = next(records, None)
    if output.head is not None and annotated:
        raise UsageError(f"{annotated[0].location}: a second document of XML; use --keep on each file separately")
    output.head = "xml"
    locator, why, is_over = RecordLocator(output.field), "", False
    while not why and not is_over:
        block = stream.read(_BLOCK)
        is_over = not block
        try:
            locator.feed(block)
        except NotLocatedError as error:
            why = f"its document can't be followed to it: {error}"
        failures: list[AnnotationFailure] = []
        annotated = _write_found(locator, annotated, records, output, failures)
        yield from failures
        output.write(locator.taken(locator.safe))
        if len(locator.held) > 2 * MAX_RECORD_BYTES:
            why = "its document can't be followed to it: a record is too long"
    output.write(bytes(locator.held))
    while block := stream.read(_BLOCK):
        output.write(block)
    yield from _without(annotated, records, output, why)


def _write_found(
    locator: RecordLocator,
    annotated: AnnotatedRecord | None,
    records: Iterator[AnnotatedRecord],
    output: AnnotatedOutput,
    failures: list[AnnotationFailure],
) -> AnnotatedRecord | None:
    """Write the records that are complete; return the first abstract that is not among them."""
    for record in locator.found():
        while annotated and not isinstance(annotated[0], Abstract):
            annotated = next(records, None)
        abstract = annotated[0] if annotated else None
        if annotated and isinstance(abstract, Abstract) and abstract.raw and abstract.raw.number == record.number:
            try:
                _add(locator, record, abstract, annotated[1], output)
            except ValueError as error:
                failures.append(AnnotationFailure(abstract.location, str(error)))
            annotated = next(records, None)
        output.write(locator.taken(record.end))
    return annotated


def _without(
    annotated: AnnotatedRecord | None, records: Iterator[AnnotatedRecord], output: AnnotatedOutput, why: str
) -> Iterator[AnnotationFailure]:
    """Yield the records that were not reached and lack codes."""
    rest = chain([annotated] if annotated else [], records)
    for record, codes in rest:
        if isinstance(record, Abstract) and _lacks(record, codes, output.field):
            if not why:
                check_all_found((record, codes))
            yield AnnotationFailure(record.location, why)


def _add(
    locator: RecordLocator, span: RecordSpan, record: Abstract, codes: Sequence[Annotation], output: AnnotatedOutput
) -> None:
    """Write a record up to the last of the codes that are added to it."""
    if is_marc(record):
        add_fields(locator, span, codes_to_add(record, codes, output.field), output)
    elif takes_subjects(record):
        if new := codes_lacking(record, codes):
            after, subjects = subjects_to_add(record, span.metadata, new)
            output.write(locator.taken(after.end) + subjects.encode(locator.encoding, "xmlcharrefreplace"))
    else:
        add_keywords(locator, span, new_keywords(record, codes, output.field), output)


def _lacks(record: Abstract, codes: Sequence[Annotation], field: str | None) -> bool:
    if is_marc(record):
        return bool(codes_to_add(record, codes, field))
    return any(code.code not in record.codes for code in codes)

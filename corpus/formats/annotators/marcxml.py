"""Add codes to the fields of a record of MARCXML; all other bytes stay unchanged."""

from __future__ import annotations

from collections.abc import Iterable

from classmark.corpus.formats.annotation import AnnotatedOutput
from classmark.corpus.formats.marc_fields import MarcField
from classmark.corpus.formats.marcxml import data_field

from .xml_locations import RecordLocator, RecordSpan


def add_fields(
    locator: RecordLocator, record: RecordSpan, fields: Iterable[MarcField], output: AnnotatedOutput
) -> None:
    """Write a record with its new fields, up to the position of the last of them."""
    for field in sorted(fields, key=lambda field: field.tag):
        before = [field_span for field_span in record.children if field_span.tag <= field.tag]
        field_span = before[-1] if before else record.children[0]
        output.write(locator.taken(field_span.end if before else field_span.start))
        text = data_field(field, record.prefix).encode(locator.encoding, "xmlcharrefreplace")
        output.write(field_span.space + text if before else text + field_span.space)

"""Adding codes to MARCXML, where all around them stays byte for byte."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import chain

from classmark.corpus.abstract import Abstract
from classmark.corpus.errors import UsageError
from classmark.corpus.limits import MAX_RECORD_BYTES

from .format import KeptOutput, Labelled, Unkept
from .marc_fields import codes_to_add
from .marcxml import data_field
from .splicing import check_all_found
from .xml_places import MarcPlaces, NotFollowedError, PlaceFinder

_BLOCK = 1 << 16


def keep_marcxml(stream: io.BufferedReader, labelled: Iterator[Labelled], kept: KeptOutput) -> Iterator[Unkept]:
    """Copy a document, with a field for each code that its records lack."""
    item = next(labelled, None)
    if kept.head is not None and item:
        raise UsageError(f"{item[0].location}: a second document of XML; keep each file by itself")
    kept.head = "xml"
    finder, why, is_over = PlaceFinder(), "", False
    while not why and not is_over:
        block = stream.read(_BLOCK)
        is_over = not block
        try:
            finder.feed(block)
        except NotFollowedError as error:
            why = f"its document can't be followed to it: {error}"
        item = _write_found(finder, item, labelled, kept)
        kept.write(finder.taken(finder.safe))
        if len(finder.held) > 2 * MAX_RECORD_BYTES:
            why = "its document can't be followed to it: a record is too long"
    kept.write(bytes(finder.held))
    while block := stream.read(_BLOCK):
        kept.write(block)
    yield from _without(item, labelled, kept, why)


def _write_found(
    finder: PlaceFinder, item: Labelled | None, labelled: Iterator[Labelled], kept: KeptOutput
) -> Labelled | None:
    """Write the records that are there as a whole; return the first abstract that is not among them."""
    for record in finder.found():
        while item and not isinstance(item[0], Abstract):
            item = next(labelled, None)
        abstract = item[0] if item else None
        if item and isinstance(abstract, Abstract) and abstract.raw and abstract.raw.number == record.number:
            _add(finder, record, item, kept)
            item = next(labelled, None)
        kept.write(finder.taken(record.end))
    return item


def _without(item: Labelled | None, labelled: Iterator[Labelled], kept: KeptOutput, why: str) -> Iterator[Unkept]:
    """Give the records that were not come to and lack codes."""
    rest = chain([item] if item else [], labelled)
    for record, codes in rest:
        if isinstance(record, Abstract) and codes_to_add(record, codes, kept.field):
            if not why:
                check_all_found((record, codes))
            yield Unkept(record.location, why)


def _add(finder: PlaceFinder, record: MarcPlaces, item: Labelled, kept: KeptOutput) -> None:
    """Write a record up to where its last new field goes, with these."""
    abstract, codes = item
    fields = codes_to_add(abstract, codes, kept.field) if isinstance(abstract, Abstract) else ()
    for field in sorted(fields, key=lambda field: field.tag):
        before = [child for child in record.children if child.tag <= field.tag]
        child = before[-1] if before else record.children[0]
        kept.write(finder.taken(child.end if before else child.start))
        text = data_field(field, record.prefix).encode(finder.encoding, "xmlcharrefreplace")
        kept.write(child.space + text if before else text + child.space)

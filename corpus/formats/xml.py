"""Read XML streams: MARCXML, JATS, PubMed, EndNote, and Dublin Core from OAI-PMH; elements identify the records.

References to other documents are not followed, and declarations of entities or attributes are refused.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from classmark.corpus.abstract import Abstract, Record, SourceLocation, Unreadable
from classmark.corpus.errors import CorpusError
from classmark.corpus.fields import Fields, list_names
from classmark.corpus.lazy_imports import import_quietly
from classmark.corpus.limits import RationedStream, size_of

from .endnote_xml import is_reference, read_reference
from .jats import read_article
from .marcxml import read_marc_element
from .oai_dc import read_dublin_core
from .pubmed import read_citation
from .xml_prolog import CheckedXml
from .xml_text import forget, local

Shape = Callable[[Any, SourceLocation, Fields], Record | None]
"""Reads an element as a record; returns None if it is none, such as a deleted one."""

_SHAPES: dict[str, Shape] = {
    "marcxml": read_marc_element,
    "jats": read_article,
    "pubmed": read_citation,
    "dc": read_dublin_core,
}
_DC = "://purl.org/dc/"
_MOST_ELEMENTS = 100
ELEMENTS = {
    "article": "jats",
    "PubmedArticle": "pubmed",
    "PubmedBookArticle": "pubmed",
    "MedlineCitation": "pubmed",
    "record": "",
    "dc": "dc",
}
"""Readers of record elements, by element name."""

_NAMESPACES = 20_000
"""Maximum total length of the namespaces in scope of a record: a hundred of usual length."""


def read_xml(stream: io.BufferedReader, source: str, fields: Fields) -> Iterator[Record]:
    """Read the records of a document one by one, numbered; everything after a syntax error is lost."""
    etree = import_quietly("lxml.etree", "xml", source)
    number = elements = 0
    try:
        rationed = RationedStream(CheckedXml(stream))
        for element in _elements(etree, rationed):
            rationed.record_done()
            elements += 1
            record = _with_fields_seen(_record(element, SourceLocation(source, record=number + 1), fields), element)
            if record:
                number += 1
                yield _numbered(record, elements)
    except (etree.XMLSyntaxError, CorpusError) as error:
        refused = isinstance(error, CorpusError)
        reason = str(error) if refused else f"not sound XML, from here on the rest is lost ({error})"
        location = SourceLocation(source, record=number + 1)
        yield Unreadable(str(location), location, reason)


def _numbered(record: Record, number: int) -> Record:
    """Store the number of a record, counting deleted records, too."""
    if isinstance(record, Unreadable) or record.raw is None:
        return record
    return replace(record, raw=replace(record.raw, number=number))


def _elements(etree: Any, stream: RationedStream) -> Iterator[Any]:
    """Yield the outermost record elements; each is dropped when the next is requested."""
    tags = [f"{{*}}{name}" for name in ELEMENTS]
    safe = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
    events = etree.iterparse(stream, events=("start", "end"), tag=tags, remove_comments=True, remove_pis=True, **safe)
    depth, has_records = 0, False
    for event, element in events:
        has_records = True
        if not depth and size_of(element.nsmap) > _NAMESPACES:
            raise CorpusError("more and longer namespaces than a record needs")
        depth += 1 if event == "start" else -1
        if depth == 0:
            yield element
            forget(element)
    if not has_records:
        known = "MARCXML, JATS, PubMed, EndNote and Dublin Core"
        raise CorpusError(f"the element {local(events.root)!r} holds no record; known are {known}")


def _record(element: Any, location: SourceLocation, fields: Fields) -> Record | None:
    """Read a record element; an OAI-PMH record may contain any of the others."""
    shape = ELEMENTS[local(element)]
    if shape:
        return _SHAPES[shape](element, location, fields)
    inner = next(element.iter("{*}article", "{http://www.loc.gov/MARC21/slim}record"), None)
    if inner is not None and inner is not element:
        return _SHAPES["jats" if local(inner) == "article" else "marcxml"](inner, location, fields)
    if element.find("{*}leader") is not None or element.find("{*}datafield") is not None:
        return _SHAPES["marcxml"](element, location, fields)
    if is_reference(element):
        return read_reference(element, location, fields)
    foreign = None if fields.text else _foreign(element)
    return Unreadable(str(location), location, foreign) if foreign else _SHAPES["dc"](element, location, fields)


def _foreign(record: Any) -> str:
    """Return advice for an OAI-PMH record that is not Dublin Core; empty if it is, or has no content.

    Dublin Core is recognized by its namespace or, without one, by its elements directly inside the record.
    """
    metadata = record.find("{*}metadata")
    inside = record if metadata is None else next(metadata.iterchildren("*"), metadata)
    names = {local(child) for child in inside}
    has_title = "title" in names and not names & {"abstract", "summary"}
    if has_title or "description" in names or any(_DC in str(child.tag) for child in record.iter()):
        return ""
    if metadata is None and (not names or "header" in names):
        return ""
    if metadata is None:
        found = list_names(sorted(names))
        return f"the record is of a kind that is not known (it has: {found}); name its fields with --text-field"
    return (
        f"its metadata is in {local(inside)!r}, which is not read; get it as Dublin Core (metadataPrefix=oai_dc), or "
        "name its fields with --text-field"
    )


def _with_fields_seen(record: Record | None, element: Any) -> Record | None:
    """Name the elements of a record that has no abstract."""
    if not isinstance(record, Abstract) or record.text or record.fields_seen:
        return record
    names = (local(child) for child in islice(element.iter(), _MOST_ELEMENTS))
    return replace(record, fields_seen=list_names(filter(None, names)))

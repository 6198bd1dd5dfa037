"""Read XML streams: elements identify the records, also inside the envelopes of OAI-PMH.

References to other documents are not followed, and declarations of entities or attributes are refused.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any
from warnings import warn

from msgspec.structs import replace

from classmark.corpus.abstract import Abstract, Record, SourceLocation, Unreadable
from classmark.corpus.errors import CorpusError, IncompleteInputWarning
from classmark.corpus.fields import Fields, list_names
from classmark.corpus.lazy_imports import import_quietly
from classmark.corpus.limits import RationedStream, size_of

from .arxiv import read_arxiv_metadata, read_feed_entry
from .datacite_xml import read_resource
from .dim import read_dim
from .endnote_xml import is_reference, read_reference
from .jats import read_article
from .marcxml import read_marc_element
from .mods import read_mods
from .oai_dc import read_dublin_core
from .pubmed import read_citation
from .xml_advice import MOST_ELEMENTS, advice_on, with_fields_seen
from .xml_prolog import CheckedXml
from .xml_subjects import holder_of
from .xml_text import first_text, forget, local, text_of

Shape = Callable[[Any, SourceLocation, Fields], Record | None]
"""Reads an element as a record; returns None if it is none."""

_RECORD = "record"
ELEMENTS: dict[str, Shape] = {
    "article": read_article,
    "PubmedArticle": read_citation,
    "PubmedBookArticle": read_citation,
    "MedlineCitation": read_citation,
    "dc": read_dublin_core,
    "entry": read_feed_entry,
    "arXiv": read_arxiv_metadata,
    "arXivRaw": read_arxiv_metadata,
    "resource": read_resource,
    "dim": read_dim,
    "mods": read_mods,
    _RECORD: read_marc_element,
}
"""Readers of record elements, by element name; a ``record`` may also be the envelope of another."""

_KNOWN = "MARCXML, JATS, PubMed, EndNote, Dublin Core, arXiv, DataCite, DIM and MODS"
_TOKEN, _ERROR = "resumptionToken", "error"
_SHOWN = 200
_ENVELOPES = _RECORD, "entry"
_COMMON = "entry", "resource"
"""Elements that other documents use for something else."""

_NAMESPACES = 20_000
"""Maximum total length of the namespaces in scope of a record: a hundred of usual length."""


def read_xml(stream: io.BufferedReader, source: str, fields: Fields) -> Iterator[Record]:
    """Read the records of a document one by one, numbered; everything after a syntax error is lost."""
    etree = import_quietly("lxml.etree", "xml", source)
    number = elements = 0
    try:
        rationed = RationedStream(CheckedXml(stream))
        for element in _elements(etree, rationed, source):
            rationed.record_done()
            elements += 1
            record = with_fields_seen(_record(element, SourceLocation(source, record=number + 1), fields), element)
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


def _elements(etree: Any, stream: RationedStream, source: str) -> Iterator[Any]:
    """Yield the outermost record elements; each is dropped when the next is requested."""
    tags = [f"{{*}}{name}" for name in (*ELEMENTS, _TOKEN, _ERROR)]
    safe = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
    events = etree.iterparse(stream, events=("start", "end"), tag=tags, remove_comments=True, remove_pis=True, **safe)
    depth, has_records = 0, False
    for event, element in events:
        if depth == 0 and local(element) not in ELEMENTS:
            _check_list(element, event, source)
            continue
        has_records = True
        if not depth and size_of(element.nsmap) > _NAMESPACES:
            raise CorpusError("more and longer namespaces than a record needs")
        depth += 1 if event == "start" else -1
        if depth == 0:
            yield element
            forget(element)
    if not has_records:
        raise CorpusError(f"the element {local(events.root)!r} holds no record; known are {_KNOWN}")


def _check_list(element: Any, event: str, source: str) -> None:
    """Warn that a list of OAI-PMH goes on; raise if the response is an error."""
    if event == "start":
        return
    text = text_of(element)[:_SHOWN]
    if local(element) == _TOKEN and text:
        warn(
            f"{source} is a part of a list, which goes on (its resumptionToken is not empty); get the rest, too",
            IncompleteInputWarning,
            stacklevel=1,
        )
    elif local(element) == _ERROR and element.get("code"):
        raise CorpusError(f"it is an error of OAI-PMH, not a list: {element.get('code')[:_SHOWN]}: {text}")


def _record(element: Any, location: SourceLocation, fields: Fields) -> Record | None:
    """Read a record element, or what it is the envelope of; None for a deleted record."""
    header = element.find("{*}header")
    if header is not None and header.get("status") == "deleted":
        return None
    if local(element) == _RECORD and is_reference(element):
        return read_reference(element, location, fields)
    inner = _inner(element)
    name = local(inner)
    if name == "dc":
        return _annotatable(read_dublin_core(element, location, fields), name, fields)
    if name != _RECORD or _is_marc(inner):
        record = _identified(ELEMENTS[name](inner, location, fields), header, inner)
        return _annotatable(record, name, fields)
    foreign = None if fields.text else advice_on(element)
    return Unreadable(str(location), location, foreign) if foreign else read_dublin_core(element, location, fields)


def _inner(element: Any) -> Any:
    """Return the record inside an envelope, such as OAI-PMH's ``record``; without one, the element."""
    if local(element) not in _ENVELOPES:
        return element
    metadata = element.find("{*}metadata")
    inside = element if metadata is None else metadata
    tags = (f"{{*}}{name}" for name in ELEMENTS)
    found = (inner for inner in inside.iterdescendants(*tags) if local(inner) != _RECORD or _is_marc(inner))
    return element if _is_marc(element) else next(found, element)


def _is_marc(record: Any) -> bool:
    return record.find("{*}leader") is not None or record.find("{*}datafield") is not None


def _identified(record: Record | None, header: Any, element: Any) -> Record | None:
    """Give a record without an id that of its header, and name an element that holds neither title nor text."""
    if not isinstance(record, Abstract):
        return record
    if record.is_empty and local(element) in _COMMON:
        found = list_names(local(child) for child in islice(element, MOST_ELEMENTS))
        advice = f"the element {local(element)!r} has no title (it has: {found}); name its fields with --text-field"
        return Unreadable(str(record.location), record.location, advice)
    has_own_id = header is None or record.id != str(record.location)
    return record if has_own_id else replace(record, id=first_text(header, "identifier") or record.id)


def _annotatable(record: Record | None, name: str, fields: Fields) -> Record | None:
    """Keep where codes can be added to a record that is not MARC, which keeps more."""
    holder = holder_of(name, fields) if fields.with_raw else None
    return replace(record, raw=fields.raw(holder)) if holder and isinstance(record, Abstract) else record

"""Read the references of EndNote's XML (``<xml><records><record>``), as other reference managers write it, too.

Source of the elements: RSXML.dtd, which comes with EndNote.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from classmark.corpus.abstract import Abstract, SourceLocation
from classmark.corpus.fields import Fields, unique_codes

from .endnote import KEYWORD_END
from .xml_text import first_text, outermost

_TELLING = {"ref-type", "rec-number", "titles"}
_IDS = ("rec-number", "accession-num", "electronic-resource-num", "label")
_TITLES = "titles"


def is_reference(record: Any) -> bool:
    """Return whether an element ``record`` is one of EndNote's."""
    return any(record.find(f"{{*}}{name}") is not None for name in _TELLING)


def read_reference(record: Any, location: SourceLocation, fields: Fields) -> Abstract:
    """Read a reference: title, abstract, rec-number as id, keywords as codes."""
    ids = (fields.id,) if fields.id else _IDS
    identifier = next(filter(None, (first_text(record, name) for name in ids)), "")
    titles = record.find(f"{{*}}{_TITLES}")
    title = first_text(record if fields.title or titles is None else titles, fields.title or "title")
    text = first_text(record, fields.text or "abstract")
    codes = unique_codes(_keywords(record, fields.codes or "keyword"))
    return Abstract(identifier or str(location), title, text, codes, location, fields.raw())


def _keywords(record: Any, name: str) -> Iterator[str]:
    """Yield keywords; what a database has put into one field is a single element with several."""
    for element in outermost(record, name):
        yield from KEYWORD_END.split("".join(element.itertext()))

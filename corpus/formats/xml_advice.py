"""Give advice on records of XML that are of an unknown kind or have no abstract."""

from __future__ import annotations

from itertools import islice
from typing import Any

from msgspec.structs import replace

from classmark.corpus.abstract import Abstract, Record
from classmark.corpus.fields import list_names

from .xml_text import local

MOST_ELEMENTS = 100
"""Maximum number of elements whose names are listed."""

_DC = "://purl.org/dc/"


def advice_on(record: Any) -> str:
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


def with_fields_seen(record: Record | None, element: Any) -> Record | None:
    """Name the elements of a record that has no abstract."""
    if not isinstance(record, Abstract) or record.text or record.fields_seen:
        return record
    names = (local(child) for child in islice(element.iter(), MOST_ELEMENTS))
    return replace(record, fields_seen=list_names(filter(None, names)))

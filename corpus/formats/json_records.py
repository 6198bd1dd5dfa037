"""Read records from JSON objects: in our own layout, or in one of `json_layouts`."""

from __future__ import annotations

from classmark.corpus.abstract import Abstract, Record, SourceLocation, Unreadable
from classmark.corpus.fields import Fields, split_codes
from classmark.corpus.limits import TOO_DEEP, is_too_deep
from classmark.corpus.named_fields import abstract_from

from .json_layouts import OWN, in_own_layout
from .json_layouts.openalex import OPENALEX_ID
from .json_responses import error_in, record_in

_ALONE = OWN | {"abstract", "language", "year"}
"""Fields of which a record that has no others is in no other layout."""

_SUBJECTS = {"subject_uris", "subjects"}
_MISSING = (None, "")


def read_record(value: object, location: SourceLocation, fields: Fields) -> Record:
    """Read one JSON value as a record, which may be in an API's response."""
    if not isinstance(value, dict):
        return Unreadable(str(location), location, 'not a JSON object, {"id": …, "title": …, "text": …}')
    if is_too_deep(value):
        return Unreadable(str(location), location, TOO_DEEP)
    record = record_in(value, fields)
    try:
        known = in_own_layout(record)
    except ValueError as error:
        return Unreadable(str(location), location, str(error))
    read = abstract_from(known, location, fields, fields.raw())
    failure = error_in(value) if not isinstance(read, Abstract) or not read.text else ""
    return Unreadable(str(location), location, failure) if failure else read


def plain_abstract(value: object, location: SourceLocation, fields: Fields) -> Abstract | None:
    """Read a JSON value as `read_record` does if it is a record in our own layout, with text; return None if not.

    Most records are, and this takes a fifth of the time.

    Parameters
    ----------
    value
        Without lone surrogates, and not nested too deep.
    fields
        With no names of fields.
    """
    if not isinstance(value, dict):
        return None
    keys = value.keys()
    if not (keys <= _ALONE or (keys >= OWN and keys.isdisjoint(_SUBJECTS))):  # a field that matters is not our own
        return None
    given, title, text = value.get("id"), value.get("title"), value.get("text") or value.get("abstract")
    identifier = str(location) if given in _MISSING else given
    title = "" if title is None else title
    codes = split_codes(value.get("codes"))
    if not (isinstance(identifier, str) and isinstance(title, str) and isinstance(text, str)) or codes is None:
        return None
    has_other_title = not title and len(value) > len(keys & _ALONE)
    if not text or text.isspace() or has_other_title or identifier.startswith(OPENALEX_ID):
        return None
    return Abstract(identifier, title, text, codes, location, fields.raw())


def fields_of(abstract: Abstract) -> dict[str, object]:
    """Return an abstract as an object in our own layout."""
    return {"id": abstract.id, "title": abstract.title, "text": abstract.text, "codes": list(abstract.codes)}

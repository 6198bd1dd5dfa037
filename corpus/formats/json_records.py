"""Read records from JSON objects: in our own layout, or in one of `json_layouts`."""

from __future__ import annotations

from classmark.corpus.abstract import Abstract, Record, SourceLocation, Unreadable
from classmark.corpus.fields import Fields
from classmark.corpus.limits import TOO_DEEP, is_too_deep
from classmark.corpus.named_fields import abstract_from

from .json_layouts import in_own_layout
from .json_responses import error_in, record_in


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


def fields_of(abstract: Abstract) -> dict[str, object]:
    """Return an abstract as an object in our own layout."""
    return {"id": abstract.id, "title": abstract.title, "text": abstract.text, "codes": list(abstract.codes)}

"""Read records from JSON objects: in our own layout, or that of DOAJ or OpenAlex.

A DOAJ article has its title, abstract and subjects under ``bibjson``, a subject being ``{"scheme": "LCC", "code":
"U1-900", "term": …}`` (https://doaj.org/docs/public-data-dump/).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from classmark.corpus.abstract import Abstract, Record, SourceLocation, Unreadable
from classmark.corpus.fields import Fields
from classmark.corpus.limits import TOO_DEEP, is_too_deep
from classmark.corpus.named_fields import abstract_from

DOAJ_SCHEME = "LCC"


def read_record(value: object, location: SourceLocation, fields: Fields) -> Record:
    """Read one JSON value as a record."""
    if not isinstance(value, dict):
        return Unreadable(str(location), location, 'not a JSON object, {"id": …, "title": …, "text": …}')
    if is_too_deep(value):
        return Unreadable(str(location), location, TOO_DEEP)
    return abstract_from(_flat(value), location, fields, fields.raw())


def fields_of(abstract: Abstract) -> dict[str, object]:
    """Return an abstract as an object in our own layout."""
    return {"id": abstract.id, "title": abstract.title, "text": abstract.text, "codes": list(abstract.codes)}


def _flat(record: Mapping[str, object]) -> Mapping[str, object]:
    """Return a DOAJ article or OpenAlex work with title, abstract and codes under our own keys."""
    places = record.get("abstract_inverted_index")
    if isinstance(places, Mapping):
        return {"abstract": _in_order(places)} | dict(record)
    bibjson = record.get("bibjson")
    if not isinstance(bibjson, Mapping):
        return record
    codes = [subject.get("code") for subject in _subjects(bibjson) if subject.get("scheme") == DOAJ_SCHEME]
    known = {"title": bibjson.get("title") or "", "abstract": bibjson.get("abstract") or "", "codes": codes}
    return known | dict(record)


def _in_order(places: Mapping[str, object]) -> str:
    """Return the text of an inverted index, which lists the positions of each word."""
    found = [(at, word) for word, held in places.items() if isinstance(held, list) for at in held]
    return " ".join(word for at, word in sorted(item for item in found if isinstance(item[0], int)))


def _subjects(bibjson: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    subjects = bibjson.get("subject")
    return [subject for subject in subjects if isinstance(subject, Mapping)] if isinstance(subjects, list) else []

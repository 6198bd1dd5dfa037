"""Records that are JSON objects, of our own shape or of the Directory of Open Access Journals (DOAJ).

An article of DOAJ has its title, abstract and subjects under ``bibjson``, a subject being ``{"scheme": "LCC", "code":
"U1-900", "term": …}`` (https://doaj.org/docs/public-data-dump/).
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any

from classmark.corpus.abstract import Abstract, Place, Record, Unreadable
from classmark.corpus.fields import CODE_SEPARATOR, Fields, abstract_from
from classmark.corpus.limits import TOO_DEEP, is_too_deep
from classmark.corpus.scheme import Code

_DOAJ_SCHEME = "LCC"


def read_record(value: object, place: Place, fields: Fields, format: str) -> Record:  # noqa: A002  # a format's name
    """Read one JSON value as a record."""
    if not isinstance(value, dict):
        return Unreadable(str(place), place, 'not a JSON object, {"id": …, "title": …, "text": …}')
    if is_too_deep(value):
        return Unreadable(str(place), place, TOO_DEEP)
    return abstract_from(_flat(value), place, fields, fields.raw(format, value))


def fields_of(abstract: Abstract) -> dict[str, object]:
    """Return an abstract as a record of our own shape."""
    return {"id": abstract.id, "title": abstract.title, "text": abstract.text, "codes": list(abstract.codes)}


def with_codes(abstract: Abstract, codes: Sequence[Code]) -> Mapping[str, object]:
    """Return a record as it was read, with codes added where it has codes, and nothing taken away."""
    assert abstract.raw
    record: dict[str, Any] = copy.deepcopy(abstract.raw.data)
    field = abstract.raw.codes_field
    if field is None and isinstance(record.get("bibjson"), dict):
        _add_subjects(record["bibjson"], codes)
        return record
    *outer, name = (field or "codes").split(".") if field not in record else [field]
    holder: MutableMapping[str, Any] = record
    for key in outer:
        if not isinstance(holder.get(key), dict):
            holder[key] = {}
        holder = holder[key]
    holder[name] = added(holder.get(name), codes)
    return record


def added(value: object, codes: Sequence[Code]) -> object:
    """Return what a field held, a list or a string joined by semicolons, with codes added."""
    if isinstance(value, str):
        held = [part.strip() for part in value.split(CODE_SEPARATOR) if part.strip()]
        return CODE_SEPARATOR.join([*held, *(code.code for code in codes if code.code not in held)])
    held = value if isinstance(value, list) else []
    return [*held, *(code.code for code in codes if code.code not in held)]


def _flat(record: Mapping[str, object]) -> Mapping[str, object]:
    """Return a record of DOAJ, or a work of OpenAlex, with its title, abstract and codes where ours have them."""
    places = record.get("abstract_inverted_index")
    if isinstance(places, Mapping):
        return {"abstract": _in_order(places)} | dict(record)
    bibjson = record.get("bibjson")
    if not isinstance(bibjson, Mapping):
        return record
    codes = [subject.get("code") for subject in _subjects(bibjson) if subject.get("scheme") == _DOAJ_SCHEME]
    known = {"title": bibjson.get("title") or "", "abstract": bibjson.get("abstract") or "", "codes": codes}
    return known | dict(record)


def _in_order(places: Mapping[str, object]) -> str:
    """Return the text of an inverted index, each word with the numbers of the places where it stands."""
    found = [(at, word) for word, held in places.items() if isinstance(held, list) for at in held]
    return " ".join(word for at, word in sorted(item for item in found if isinstance(item[0], int)))


def _subjects(bibjson: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    subjects = bibjson.get("subject")
    return [subject for subject in subjects if isinstance(subject, Mapping)] if isinstance(subjects, list) else []


def _add_subjects(bibjson: dict[str, Any], codes: Sequence[Code]) -> None:
    has = [subject.get("code") for subject in _subjects(bibjson)]
    new = [{"scheme": _DOAJ_SCHEME, "term": code.name, "code": code.code} for code in codes if code.code not in has]
    held = bibjson.get("subject")
    bibjson["subject"] = [*held, *new] if isinstance(held, list) else new

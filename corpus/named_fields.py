"""Read an abstract from a record whose fields have names, such as a JSON object or a row of a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from classmark.corpus.messages import shortened

from .abstract import Abstract, Raw, Record, SourceLocation, Unreadable
from .columns import OTHER_TEXTS, OTHER_TITLES, is_named
from .fields import DEFAULT_FIELDS, Fields, clean, list_names, split_codes

_MAX_NAME = 40
"""Characters of a field's name in messages."""


def abstract_from(
    record: Mapping[str, object], location: SourceLocation, fields: Fields = DEFAULT_FIELDS, raw: Raw | None = None
) -> Record:
    """Read the fields ``id``, ``title``, ``text`` (or ``abstract``) and ``codes`` of a record.

    ``codes`` is a list, or one string joined by semicolons. Other fields are ignored, except those of Annif,
    ``document_id``, and ``subject_uris`` or ``subjects``; and `OTHER_TITLES` and `OTHER_TEXTS` if there is no title or
    no text.
    """
    given = value_at(record, fields.id) if fields.id else record.get("id", record.get("document_id"))
    identifier = clean("" if given is None else str(given)) or str(location)
    found, titles = _values(record, fields.text_names), _values(record, fields.title_names)
    text = next(filter(None, found), "") or ("" if fields.text else _other(record, OTHER_TEXTS))
    title = next(filter(None, titles), "") or ("" if fields.title else _other(record, OTHER_TITLES))
    if not (text or title or found or titles or _has(record, fields)):
        return Unreadable(
            identifier, location, f"no field {fields.required_names} (it has: {list_names(record)}); {_advice(record)}"
        )
    if not isinstance(text, str) or not isinstance(title, str):
        return Unreadable(
            identifier, location, f"{fields.title_names[0]!r} and {fields.text_names[0]!r} must be strings"
        )
    codes = split_codes(value_at(record, fields.codes) if fields.codes else _codes(record))
    if codes is None:
        field = fields.codes or "codes"
        return Unreadable(identifier, location, f"{field!r} must be a list of strings, or one string joined by ';'")
    without_text = "" if text.strip() else list_names(record)
    return Abstract(identifier, clean(title), clean(text), codes, location, raw, without_text)


def _values(record: Mapping[str, object], names: Iterable[str]) -> list[object]:
    return [value for name in names if (value := value_at(record, name)) is not None]


def _other(record: Mapping[str, object], names: frozenset[str]) -> str:
    """Return the longest string in the fields of some names, whatever their spelling."""
    values = [value for name, value in record.items() if isinstance(value, str) and is_named(name, names)]
    return max(values, key=len, default="")


def _advice(record: Mapping[str, object]) -> str:
    """Return advice for a record without title and text, such as an API response that contains the records."""
    for outer, value in record.items():
        inner = value if isinstance(value, Mapping) else {}
        for name, held in ((outer, value), *((f"{outer}.{name}", item) for name, item in inner.items())):
            if isinstance(held, list) and held and isinstance(held[0], Mapping):
                key = shortened(clean(str(name)), _MAX_NAME)
                return (
                    f"its {key!r} seems to hold the records: read it with --input-format json, or write these one per "
                    f"line (jq -c '.{key}[]' FILE)"
                )
    return "name the fields with --title-field and --text-field"


def value_at(record: Mapping[str, object], name: str) -> object:
    """Return the value of a field, where ``a.b`` is ``b`` inside ``a``; None if there is none.

    >>> value_at({"bibjson": {"title": "Soil"}}, "bibjson.title")
    'Soil'
    """
    while name not in record and "." in name:
        outer, _, name = name.partition(".")
        value = record.get(outer)
        if not isinstance(value, Mapping):
            return None
        record = value
    return record.get(name)


def _has(record: Mapping[str, object], fields: Fields) -> bool:
    return any(name in record for name in (*fields.text_names, *fields.title_names))


def _codes(record: Mapping[str, object]) -> object:
    """Return the codes of a record, including the subjects of Annif corpora."""
    subjects = _subjects(record)
    if "codes" not in record:
        return subjects
    codes = record["codes"]
    own, is_told = split_codes(codes), bool(subjects) and all(isinstance(subject, str) for subject in subjects or ())
    return codes if own is None or not is_told else [*own, *(subjects or ())]


def _subjects(record: Mapping[str, object]) -> list[object] | None:
    uris, subjects = record.get("subject_uris"), record.get("subjects")
    if isinstance(uris, str):
        return [uri.strip("<>") for uri in uris.split()]
    if isinstance(subjects, list) and all(isinstance(subject, Mapping) for subject in subjects):
        beside = "codes" in record  # labels alone may be of anything
        return [subject.get("uri") or (None if beside else subject.get("label")) for subject in subjects]
    return None

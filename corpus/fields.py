"""From the fields of a record, whatever its format, to an abstract."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .abstract import Abstract, Place, Raw, Record, Unreadable

CODE_SEPARATOR = ";"
_SHOWN = 40  # letters of a field's name, in messages
_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Fields:
    """What is read of a record: the fields that hold title, text and codes, where the user names them.

    None leaves a field to the format. A field is named as its format names it: a column, a key of a JSON object
    (``bibjson.title`` for one inside another), a RIS tag, a BibTeX field, a MARC tag with its subfields (``520a``), an
    XML element.

    Parameters
    ----------
    with_raw
        Whether abstracts hold their records as their files had them, too, to be written again.
    """

    title: str | None = None
    text: str | None = None
    codes: str | None = None
    with_raw: bool = False

    def raw(self, format: str, data: Any) -> Raw | None:  # noqa: A002  # a format's name
        """Return a record as its file had it, where that is asked for."""
        return Raw(format, data, self.codes) if self.with_raw else None

    @property
    def title_names(self) -> tuple[str, ...]:
        """The fields of a JSON object or a table that may hold the title."""
        return (self.title,) if self.title else ("title",)

    @property
    def text_names(self) -> tuple[str, ...]:
        """The fields of a JSON object or a table that may hold the text, the first of them that is there."""
        return (self.text,) if self.text else ("text", "abstract")

    @property
    def said(self) -> str:
        """The fields of which a record must have one, for messages.

        >>> Fields(text="body").said
        "'body' or 'title'"
        """
        *others, last = (repr(name) for name in (*self.text_names, *self.title_names))
        return f"{', '.join(others)} or {last}"


AS_USUAL = Fields()


def abstract_from(
    record: Mapping[str, object], place: Place, fields: Fields = AS_USUAL, raw: Raw | None = None
) -> Record:
    """Read the fields ``id``, ``title``, ``text`` (or ``abstract``) and ``codes`` of a record.

    ``codes`` is a list, or one string joined by semicolons. Other fields are not looked at, but for those that
    Annif has instead: ``document_id``, and ``subject_uris`` or ``subjects``.
    """
    given = record.get("id", record.get("document_id"))
    identifier = clean("" if given is None else str(given)) or str(place)
    texts = [value for name in fields.text_names if (value := value_at(record, name)) is not None]
    titles = [value for name in fields.title_names if (value := value_at(record, name)) is not None]
    if not texts and not titles and not _has(record, fields):
        has = ", ".join(clean(name[:_SHOWN]) for name in sorted(map(str, record))[:8]) or "no fields"
        return Unreadable(identifier, place, f"no field {fields.said} (it has: {has})")
    text, title = next(filter(None, texts), ""), next(filter(None, titles), "")
    if not isinstance(text, str) or not isinstance(title, str):
        return Unreadable(identifier, place, f"{fields.title_names[0]!r} and {fields.text_names[0]!r} must be strings")
    codes = split_codes(value_at(record, fields.codes) if fields.codes else _codes(record))
    if codes is None:
        field = fields.codes or "codes"
        return Unreadable(identifier, place, f"{field!r} must be a list of strings, or one string joined by ';'")
    return Abstract(identifier, clean(title), clean(text), codes, place, raw)


def value_at(record: Mapping[str, object], name: str) -> object:
    """Return a field's value, that of ``a.b`` inside the field ``a``; None where there is none.

    >>> value_at({"bibjson": {"title": "Soil"}}, "bibjson.title")
    'Soil'
    """
    if name in record or "." not in name:
        return record.get(name)
    outer, _, inner = name.partition(".")
    value = record.get(outer)
    return value_at(value, inner) if isinstance(value, Mapping) else None


def split_codes(value: object) -> tuple[str, ...] | None:
    """Return the codes of a field, each once and in their order; None where it can't hold codes.

    >>> split_codes("U; J;U")
    ('U', 'J')
    """
    if value is None:
        return ()
    parts = value.split(CODE_SEPARATOR) if isinstance(value, str) else value
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        return None
    return once(parts)


def once(codes: Iterable[str]) -> tuple[str, ...]:
    """Return codes stripped, each once and in their order, without empty ones."""
    return tuple(dict.fromkeys(code for given in codes if (code := clean(given).strip())))


def one_line(text: str) -> str:
    """Return a text with every run of white space, line breaks among them, as one space."""
    return " ".join(text.split())


def csv_delimiter(header: bytes) -> str:
    """Return what separates the columns of CSV: a semicolon where the first line has more of them than of commas."""
    return ";" if header.count(b";") > header.count(b",") else ","


def clean(text: str) -> str:
    """Replace lone surrogates, which JSON can hold and no output can."""
    return _SURROGATE.sub("\ufffd", text)


def _has(record: Mapping[str, object], fields: Fields) -> bool:
    return any(name in record for name in (*fields.text_names, *fields.title_names))


def _codes(record: Mapping[str, object]) -> object:
    """Return what a record holds as codes, the subjects of Annif's corpora among it."""
    if "codes" in record:
        return record["codes"]
    uris, subjects = record.get("subject_uris"), record.get("subjects")
    if isinstance(uris, str):
        return [uri.strip("<>") for uri in uris.split()]
    if isinstance(subjects, list) and all(isinstance(subject, Mapping) for subject in subjects):
        return [subject.get("uri") or subject.get("label") for subject in subjects]
    return None

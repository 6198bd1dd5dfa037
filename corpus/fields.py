"""Turn the fields of a record of any format into an abstract."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .abstract import Abstract, Raw, Record, SourceLocation, Unreadable

CODE_SEPARATOR = ";"
_SHOWN, _MOST_SHOWN = 40, 12  # characters of a field name, and names, to show in messages
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields to read of a record: those for title, text and codes, if the user names them.

    None leaves the choice to the format. A field has the name that its format gives it: a column, a key of a JSON
    object (``bibjson.title`` for one inside another), a RIS tag, a BibTeX field, a MARC tag with its subfields
    (``520a``), an XML element.

    Parameters
    ----------
    with_raw
        Whether abstracts keep what their formats need to add codes to them.
    """

    title: str | None = None
    text: str | None = None
    codes: str | None = None
    with_raw: bool = False
    id: str | None = None

    def raw(self, data: Any = None) -> Raw | None:  # a type of the format
        """Return what a format keeps of a record, if that is wanted, else None."""
        return Raw(data) if self.with_raw else None

    @property
    def title_names(self) -> tuple[str, ...]:
        """Fields of a JSON object or a table that may hold the title."""
        return (self.title,) if self.title else ("title",)

    @property
    def text_names(self) -> tuple[str, ...]:
        """Fields of a JSON object or a table that may hold the text; the first that exists counts."""
        return (self.text,) if self.text else ("text", "abstract")

    @property
    def said(self) -> str:
        """The fields of which a record needs one, for messages.

        >>> Fields(text="body").said
        "'body' or 'title'"
        """
        *others, last = (repr(name) for name in (*self.text_names, *self.title_names))
        return f"{', '.join(others)} or {last}"


DEFAULT_FIELDS = Fields()

OTHER_TEXTS = frozenset(("text", "abstract", "abstractnote", "abstracttext", "ab", "description", "summary"))
"""Names of abstract fields in exports, as `column_name` gives them, used if the usual ones are missing."""

OTHER_TITLES = frozenset(("title", "articletitle", "ti"))
"""The same for titles."""

_EXPORTS = (
    Fields("title", "abstract note", "manual tags", id="key"),  # Zotero
    Fields("ti", "ab", "de", id="ut"),  # Web of Science, where ID holds keywords
    Fields("title", "abstract", "author keywords", id="eid"),  # Scopus
)


def abstract_from(
    record: Mapping[str, object], location: SourceLocation, fields: Fields = DEFAULT_FIELDS, raw: Raw | None = None
) -> Record:
    """Read the fields ``id``, ``title``, ``text`` (or ``abstract``) and ``codes`` of a record.

    ``codes`` is a list, or one string joined by semicolons. Other fields are ignored, except those of Annif,
    ``document_id``, and ``subject_uris`` or ``subjects``; and `OTHER_TITLES` and `OTHER_TEXTS` if there is no title or
    no text.
    """
    given = record.get(fields.id) if fields.id else record.get("id", record.get("document_id"))
    identifier = clean("" if given is None else str(given)) or str(location)
    found, titles = _values(record, fields.text_names), _values(record, fields.title_names)
    text = next(filter(None, found), "") or ("" if fields.text else _other(record, OTHER_TEXTS))
    title = next(filter(None, titles), "") or ("" if fields.title else _other(record, OTHER_TITLES))
    if not (text or title or found or titles or _has(record, fields)):
        return Unreadable(identifier, location, f"no field {fields.said} (it has: {seen(record)}); {_advice(record)}")
    if not isinstance(text, str) or not isinstance(title, str):
        return Unreadable(
            identifier, location, f"{fields.title_names[0]!r} and {fields.text_names[0]!r} must be strings"
        )
    codes = split_codes(value_at(record, fields.codes) if fields.codes else _codes(record))
    if codes is None:
        field = fields.codes or "codes"
        return Unreadable(identifier, location, f"{field!r} must be a list of strings, or one string joined by ';'")
    without_text = "" if text.strip() else seen(record)
    return Abstract(identifier, clean(title), clean(text), codes, location, raw, without_text)


def seen(names: Iterable[object]) -> str:
    """Return the names of fields for a message, each once, and only the first if there are many.

    >>> seen(["TI", "AU", "AU"])
    'TI, AU'
    """
    shown = list(dict.fromkeys(clean(str(name))[:_SHOWN] for name in names))
    return ", ".join(shown[:_MOST_SHOWN]) + (", …" if len(shown) > _MOST_SHOWN else "") or "no fields"


def fields_of_export(columns: Iterable[str], fields: Fields) -> Fields:
    """Return the columns to read of a table exported by a known program, else those given.

    Parameters
    ----------
    columns
        Column names in lower case.

    Examples
    --------
    >>> fields_of_export(["pt", "ti", "de", "id", "ab", "ut"], DEFAULT_FIELDS)
    Fields(title='ti', text='ab', codes='de', with_raw=False, id='ut')
    """
    names = set(columns)
    known = next((export for export in _EXPORTS if {export.title, export.text, export.id} <= names), None)
    if known is None or "codes" in names:
        return fields
    if fields.title or fields.text or fields.codes:
        return replace(fields, id=known.id)
    return replace(known, codes=known.codes if known.codes in names else None, with_raw=fields.with_raw)


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
                location = clean(str(name))[:_SHOWN]
                return (
                    f"its {location!r} seems to hold the records: write these one a line (jq -c '.{location}[]' FILE)"
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


def split_codes(value: object) -> tuple[str, ...] | None:
    """Return the codes of a field, each once and in order; None if its value cannot hold codes.

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
    """Return codes without line breaks, duplicates and empty ones, in order."""
    return tuple(dict.fromkeys(code for given in codes if (code := plain_code(given))))


def plain_code(code: str) -> str:
    r"""Return a code without line breaks and control characters, which could end a field or record.

    >>> plain_code(" HV\n6431\x00 ")
    'HV 6431'
    """
    code = clean(code)
    return code.strip() if code.isprintable() else one_line(_CONTROL.sub("", one_line(code)))


def one_line(text: str) -> str:
    """Return a text with every run of white space, including line breaks, as one space."""
    return " ".join(text.split())


def csv_delimiter(header: bytes) -> str:
    """Return the column separator of CSV: a semicolon or a tab if the first line has most of these."""
    return max((b",", b";", b"\t"), key=header.count).decode()


def column_name(name: str) -> str:
    """Return the name of a column or key without case, blanks, underscores and hyphens, which differ between programs.

    >>> column_name("Abstract Note"), column_name("abstract_note")
    ('abstractnote', 'abstractnote')
    """
    return "".join(name.split()).casefold().replace("_", "").replace("-", "")


def is_named(name: str, names: frozenset[str]) -> bool:
    """Return whether a field has one of some names, whatever its spelling."""
    return len(name) <= _SHOWN and column_name(name) in names


def clean(text: str) -> str:
    """Replace lone surrogates, which JSON can contain but UTF-8 cannot."""
    return _SURROGATE.sub("\ufffd", text)


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

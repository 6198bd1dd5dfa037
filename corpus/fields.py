"""From the fields of a record, whatever its format, to an abstract."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .abstract import Abstract, Place, Record, Unreadable

CODE_SEPARATOR = ";"
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def abstract_from(fields: Mapping[str, object], place: Place) -> Record:
    """Read the fields ``id``, ``title``, ``text`` (or ``abstract``) and ``codes`` of a record.

    ``codes`` is a list, or one string joined by semicolons. Other fields are not looked at.
    """
    given = fields.get("id")
    identifier = _clean("" if given is None else str(given)) or str(place)
    if not {"text", "abstract", "title"} & fields.keys():
        has = ", ".join(sorted(map(str, fields))[:8]) or "no fields"
        return Unreadable(identifier, place, f"no field 'text', 'abstract' or 'title' (it has: {has})")
    text = fields.get("text") or fields.get("abstract") or ""
    title = fields.get("title") or ""
    if not isinstance(text, str) or not isinstance(title, str):
        return Unreadable(identifier, place, "'title' and 'text' must be strings")
    codes = split_codes(fields.get("codes"))
    if codes is None:
        return Unreadable(identifier, place, "'codes' must be a list of strings, or one string joined by ';'")
    return Abstract(identifier, _clean(title), _clean(text), codes, place)


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
    return tuple(dict.fromkeys(code for part in parts if (code := _clean(part).strip())))


def _clean(text: str) -> str:
    """Replace lone surrogates, which JSON can hold and no output can."""
    return _SURROGATE.sub("\ufffd", text)

"""Name the fields to read of a record, and clean the texts and codes that they hold."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from msgspec import Struct

from classmark.corpus.messages import shortened

from .abstract import Raw

CODE_SEPARATOR = ";"
_SHOWN, _MOST_SHOWN = 40, 12  # characters of a field name, and names, to show in messages
_REMEMBERED = 100  # characters of a code that is kept with its plain form
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_URI = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]*:[^\s<>]*)>")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Fields(Struct, frozen=True):
    """The fields to read of a record, those for title, text, codes and id if the user names them, and the encoding.

    None leaves the choice to the format. A field has the name that its format gives it: a column, a key of a JSON
    object (``bibjson.title`` for one inside another), a RIS tag, a BibTeX field, a MARC tag with its subfields
    (``520a``), an XML element.

    Parameters
    ----------
    with_raw
        Whether abstracts keep what their formats need to add codes to them.
    encoding
        Of text that is neither UTF-8 nor UTF-16 with a byte-order mark; None if there is none.
    """

    title: str | None = None
    text: str | None = None
    codes: str | None = None
    with_raw: bool = False
    id: str | None = None
    encoding: str | None = None

    def raw(self, data: Any = None) -> Raw | None:  # a type of the format
        """Return what a format keeps of a record, if that is wanted, else None."""
        return Raw(data) if self.with_raw else None

    @property
    def has_names(self) -> bool:
        """True if the user names a field."""
        return bool(self.id or self.title or self.text or self.codes)

    @property
    def title_names(self) -> tuple[str, ...]:
        """Fields of a JSON object or a table that may hold the title."""
        return (self.title,) if self.title else ("title",)

    @property
    def text_names(self) -> tuple[str, ...]:
        """Fields of a JSON object or a table that may hold the text; the first that exists counts."""
        return (self.text,) if self.text else ("text", "abstract")

    @property
    def required_names(self) -> str:
        """The fields of which a record needs one, for messages.

        >>> Fields(text="body").required_names
        "'body' or 'title'"
        """
        *others, last = (repr(name) for name in (*self.text_names, *self.title_names))
        return f"{', '.join(others)} or {last}"


DEFAULT_FIELDS = Fields()


def list_names(names: Iterable[object]) -> str:
    """Return the names of fields for a message, each once, and only the first if there are many.

    >>> list_names(["TI", "AU", "AU"])
    'TI, AU'
    """
    shown = list(dict.fromkeys(shortened(clean(str(name)), _SHOWN) for name in names))
    return ", ".join(shown[:_MOST_SHOWN]) + (", …" if len(shown) > _MOST_SHOWN else "") or "no fields"


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
    return unique_codes(parts)


def unique_codes(codes: Iterable[str]) -> tuple[str, ...]:
    """Return codes without line breaks, duplicates and empty ones, in order."""
    return tuple(dict.fromkeys(code for given in codes if (code := plain_code(given))))


def plain_code(code: str) -> str:
    r"""Return a code without line breaks and control characters, which could end a field or record.

    >>> plain_code(" HV\n6431\x00 ")
    'HV 6431'
    """
    return _quickly(code) if len(code) <= _REMEMBERED else _plain_code(code)


def _plain_code(code: str) -> str:
    code = clean(code)
    return plain_uri(code.strip() if code.isprintable() else one_line(_CONTROL.sub("", one_line(code))))


_quickly = lru_cache(maxsize=10_000)(_plain_code)


def plain_uri(code: str) -> str:
    """Return a URI without the angle brackets that Annif writes around it; other codes as they are.

    >>> plain_uri("<http://example.org/1>"), plain_uri("<a>")
    ('http://example.org/1', '<a>')
    """
    match = _URI.fullmatch(code) if code.startswith("<") else None
    return match[1] if match else code


def one_line(text: str) -> str:
    """Return a text with every run of white space, including line breaks, as one space."""
    return " ".join(text.split())


def clean(text: str) -> str:
    """Replace lone surrogates, which JSON can contain but UTF-8 cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text

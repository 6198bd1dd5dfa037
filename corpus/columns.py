"""Recognize the columns of tables, and the fields of exports, by their names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from .errors import CorpusError
from .fields import Fields

_MAX_NAME, _MAX_NAMES = 40, 200
"""Characters of a name that can be a known one, and of all names in a message."""

OTHER_TEXTS = frozenset(("text", "abstract", "abstractnote", "abstracttext", "ab", "description", "summary"))
"""Names of abstract fields in exports, as `column_name` gives them, used if the usual ones are missing."""

OTHER_TITLES = frozenset(("title", "articletitle", "ti"))
"""The same for titles."""

_EXPORTS = (
    Fields("title", "abstract note", "manual tags", id="key"),  # Zotero
    Fields("ti", "ab", "de", id="ut"),  # Web of Science, where ID holds keywords
    Fields("title", "abstract", "author keywords", id="eid"),  # Scopus
)


def check_columns(where: str, names: Sequence[str], columns: Collection[str], fields: Fields) -> None:
    """Raise if a table lacks a column that the user named, or has none that can hold a title or a text.

    Parameters
    ----------
    where
        The file, and the line of its header if it has lines, for the message.
    names, columns
        The names of the columns as the file has them, and as they are compared.

    Raises
    ------
    CorpusError
        A column is missing; the message names it and the columns that there are.
    """
    usual = {*fields.text_names, *fields.title_names}
    missing = [name for name in (fields.title, fields.text, fields.codes) if name and name not in columns]
    if not missing and any(name in usual or is_named(name, OTHER_TITLES | OTHER_TEXTS) for name in columns):
        return
    lacking = " or ".join(map(repr, missing)) or fields.required_names
    raise CorpusError(
        f"{where}: no column {lacking} (the columns are: {', '.join(names).strip()[:_MAX_NAMES]}); name the columns in "
        "the table, such as id, title, text, codes, or with options, such as --text-field"
    )


def fields_of_export(columns: Iterable[str], fields: Fields) -> Fields:
    """Return the columns to read of a table exported by a known program, else those given.

    Parameters
    ----------
    columns
        Column names in lower case.

    Examples
    --------
    >>> fields_of_export(["pt", "ti", "de", "id", "ab", "ut"], Fields())
    Fields(title='ti', text='ab', codes='de', with_raw=False, id='ut')
    """
    names = set(columns)
    known = next((export for export in _EXPORTS if {export.title, export.text, export.id} <= names), None)
    if known is None or "codes" in names:
        return fields
    if fields.title or fields.text or fields.codes:
        return replace(fields, id=known.id)
    return replace(known, codes=known.codes if known.codes in names else None, with_raw=fields.with_raw)


def csv_delimiter(header: bytes) -> str:
    """Return the column separator of CSV: the most frequent of comma, semicolon and tab in the first line."""
    return max((b",", b";", b"\t"), key=header.count).decode()


def column_name(name: str) -> str:
    """Return the name of a column or key without case, blanks, underscores and hyphens, which differ between programs.

    >>> column_name("Abstract Note"), column_name("abstract_note")
    ('abstractnote', 'abstractnote')
    """
    return "".join(name.split()).casefold().replace("_", "").replace("-", "")


def is_named(name: str, names: frozenset[str]) -> bool:
    """Return whether a field has one of some names, whatever its spelling."""
    return len(name) <= _MAX_NAME and column_name(name) in names

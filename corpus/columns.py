"""Recognize the columns of tables, and the fields of exports, by their names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .errors import CorpusError
from .fields import Fields

_MAX_NAME, _MAX_NAMES = 40, 400
"""Characters of a name that can be a known one, and of all names in a message."""

_QUOTED = re.compile(rb'"[^"]*+"')
_SEPARATOR_LINE = re.compile(rb'"?(?i:sep)=[,;\t]"?[ ;,\t]*\r?\n')

OTHER_TEXTS = frozenset(("text", "abstract", "abstractnote", "abstracttext", "ab", "description", "summary"))
"""Names of abstract fields in exports, as `column_name` gives them, used if the usual ones are missing."""

OTHER_TITLES = frozenset(("title", "articletitle", "ti"))
"""The same for titles."""


def lacking_columns(where: str, names: Sequence[str], lacking: Sequence[str], fields: Fields) -> CorpusError:
    """Return the error of a table that lacks columns that the user named, or any that can hold a title or a text.

    Parameters
    ----------
    where
        The file, and the line of its header if it has lines.
    names
        The columns that there are.
    lacking
        Those that the user named and the table lacks.
    """
    wanted = " or ".join(map(repr, lacking)) or fields.required_names
    listed = ", ".join(names).strip()
    shown = listed if len(listed) <= _MAX_NAMES else f"{listed[:_MAX_NAMES]}…"
    return CorpusError(
        f"{where}: no column {wanted} (the columns are: {shown}); name the columns in the table, such as id, title, "
        "text, codes, or with options, such as --text-field"
    )


def csv_delimiter(header: bytes) -> str:
    """Return the column separator of CSV: the most frequent of comma, semicolon and tab outside quotes."""
    bare = _QUOTED.sub(b"", header)
    return max((b",", b";", b"\t"), key=bare.count).decode()


def separator_line(head: bytes) -> bytes:
    r"""Return the line ``sep=;`` at the start of a table, with which Excel names the column separator; else nothing.

    >>> separator_line(b"sep=;\nid;title"), separator_line(b"id;title")
    (b'sep=;\n', b'')
    """
    match = _SEPARATOR_LINE.match(head)
    return match[0] if match else b""


def column_name(name: str) -> str:
    """Return the name of a column or key without case, blanks, underscores and hyphens, which differ between programs.

    >>> column_name("Abstract Note"), column_name("abstract_note")
    ('abstractnote', 'abstractnote')
    """
    return "".join(name.split()).casefold().replace("_", "").replace("-", "")


def is_named(name: str, names: frozenset[str]) -> bool:
    """Return whether a field has one of some names, whatever its spelling."""
    return len(name) <= _MAX_NAME and column_name(name) in names

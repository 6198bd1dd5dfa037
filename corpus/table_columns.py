"""Find the columns of a table that hold the fields of abstracts, and read these fields from rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from .abstract import Abstract, Raw, Record, SourceLocation
from .column_finder import DSPACE, ColumnFinder, NamedColumn, Positions, export_of, named_column
from .columns import column_name, lacking_columns
from .errors import CorpusError
from .fields import CODE_SEPARATOR, Fields, list_names
from .named_fields import abstract_from

DSPACE_SEPARATOR = "||"
"""What DSpace writes between the values of a cell."""

_AUTHORITY = re.compile(r"::[^:]*::-?\d+$")

_USUAL = {"id", "documentid", "title", "text", "abstract", "codes", "subjecturis"}

_MAX_COLUMNS = 100_000


class TableColumns(Struct, frozen=True):
    """The columns of a table, by their positions.

    Parameters
    ----------
    names
        As the table has them.
    id, codes
        Of a field with several columns, the first that is not empty counts; of codes, all.
    titles, texts
        Groups of columns, of which the first that is not empty counts, and of that the longest text.
    uris
        The column of Annif's subjects, separated by blanks.
    separator
        What stands between codes.
    """

    names: tuple[str, ...]
    id: Positions
    titles: tuple[Positions, ...]
    texts: tuple[Positions, ...]
    codes: Positions
    uris: Positions
    is_dspace: bool
    separator: str

    @property
    def read(self) -> set[int]:
        """The positions of all columns that are read."""
        return {*self.id, *self.codes, *self.uris, *(at for group in (*self.titles, *self.texts) for at in group)}

    @property
    def new_codes_name(self) -> str:
        """The name of a new column for codes."""
        return f"{DSPACE.codes}[]" if self.is_dspace else "codes"

    def record_of(
        self,
        values: Sequence[object],
        location: SourceLocation,
        raw: Raw | None = None,
        plain: Callable[[str], str] = str,
    ) -> Record:
        """Read an abstract from the values of a row.

        Parameters
        ----------
        plain
            Function that undoes what a format does to single values, such as escaping.
        """
        record = abstract_from(self._fields(values, plain), location, raw=raw)
        if isinstance(record, Abstract) and record.fields_seen:
            return replace(record, fields_seen=list_names(self.names))
        return record

    def _fields(self, values: Sequence[object], plain: Callable[[str], str]) -> dict[str, object]:
        def undone(value: object) -> object:
            return plain(value) if isinstance(value, str) else value

        title, text = undone(_longest(values, self.titles)), undone(_longest(values, self.texts))
        if self.is_dspace and isinstance(title, str) and isinstance(text, str):
            title, text = title.partition(DSPACE_SEPARATOR)[0], text.replace(DSPACE_SEPARATOR, "\n")
        identifier = next((values[at] for at in self.id if values[at] not in (None, "")), None)
        return {"id": undone(identifier), "title": title, "text": text, "codes": self._codes(values, plain)}

    def _codes(self, values: Sequence[object], plain: Callable[[str], str]) -> object:
        found: list[object] = []
        for value in (values[at] for at in self.codes):
            if isinstance(value, str):
                found += (self._code(plain(part)) for part in value.split(self.separator))
            elif isinstance(value, list):
                found += value
            elif value is not None:
                return value  # no codes, which is reported
        uris = (values[at] for at in self.uris)
        return found + [uri.strip("<>") for value in uris if isinstance(value, str) for uri in value.split()]

    def _code(self, code: str) -> str:
        return _AUTHORITY.sub("", code) if self.is_dspace else code


def find_columns(names: Sequence[str], where: str, fields: Fields) -> TableColumns:
    """Find the columns to read by their names, whatever their case, blanks, underscores and language in brackets.

    Parameters
    ----------
    where
        The file, and the line of its header if it has lines, for messages.
    fields
        Columns that the user named.

    Raises
    ------
    CorpusError
        A column that the user named is missing, no column can hold a title or a text, or one stands twice.
    """
    if len(names) > _MAX_COLUMNS:
        raise CorpusError(f"{where}: {len(names):,} columns, where {_MAX_COLUMNS:,} are the most")
    columns = [named_column(name) for name in names]
    export = export_of(columns)
    finder = ColumnFinder(columns, export or Fields())
    lacking = [name for name in _names_in(fields) if name and not finder.named(name)]
    titles, texts = finder.titles(fields.title), finder.texts(fields.text)
    if lacking or not (titles or texts):
        raise lacking_columns(where, names, lacking, fields)
    found = TableColumns(
        tuple(names),
        id=finder.id(fields.id),
        titles=titles,
        texts=texts,
        codes=finder.codes(fields),
        uris=() if fields.codes else finder.exactly("subjecturis"),
        is_dspace=export is DSPACE,
        separator=DSPACE_SEPARATOR if export is DSPACE else CODE_SEPARATOR,
    )
    known = {column_name(name) for given in (fields, export or Fields()) for name in _names_in(given) if name}
    _check_unique(found, columns, _USUAL | known, where)
    return found


def _names_in(fields: Fields) -> tuple[str | None, ...]:
    return fields.title, fields.text, fields.codes, fields.id


def _check_unique(found: TableColumns, columns: Sequence[NamedColumn], names: Collection[str], where: str) -> None:
    """Raise if a column that is read by one of these names stands twice, in the same language."""
    read = Counter((columns[at].name, columns[at].language) for at in found.read if columns[at].name in names)
    twice = next((name for (name, _), count in read.items() if count > 1), None)
    if twice is not None:
        shown = next(column.exact for column in columns if column.name == twice)
        raise CorpusError(f"{where}: the column {shown!r} stands twice")


def _longest(values: Sequence[object], groups: Iterable[Positions]) -> object:
    """Return the longest text of the first group that has one; None if none has."""
    for group in groups:
        held = [values[at] for at in group]
        found = [value for value in held if (value.strip() if isinstance(value, str) else value is not None)]
        if found:
            return max(found, key=lambda value: len(value) if isinstance(value, str) else 0)
    return ""

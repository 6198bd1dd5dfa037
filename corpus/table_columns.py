"""Find the columns of a table that hold the fields of abstracts, and read these fields from rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from .abstract import Abstract, Raw, Record, SourceLocation
from .columns import OTHER_TEXTS, OTHER_TITLES, column_name, lacking_columns
from .errors import CorpusError
from .fields import CODE_SEPARATOR, Fields, list_names
from .named_fields import abstract_from

DSPACE_SEPARATOR = "||"
"""What DSpace writes between the values of a cell."""

_LANGUAGE = re.compile(r"(.*?)\s*\[([A-Za-z_-]*)\]\s*", re.DOTALL)
_AUTHORITY = re.compile(r"::[^:]*::-?\d+$")

_DSPACE = Fields("dc.title", "dc.description.abstract", "dc.subject", id="id")
_EXPORTS = (
    Fields("title", "abstractnote", "manualtags", id="key"),  # Zotero
    Fields("ti", "ab", "de", id="ut"),  # Web of Science, where ID holds keywords
    Fields("title", "abstract", "authorkeywords", id="eid"),  # Scopus
    _DSPACE,
    Fields("bibjson.title", "bibjson.abstract", id="id"),  # articles of DOAJ, made a table
)
"""Names of the columns of exports, as `column_name` gives them."""

_OTHER_CODES = ("code", "subjects", "subject", "category", "label", "class")
"""Columns that hold the codes of a corpus if none is called ``codes``, the most likely first."""

_USUAL = {"id", "documentid", "title", "text", "abstract", "codes", "subjecturis"}

_MAX_COLUMNS = 100_000

Positions = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Column:
    """The name of a column, with the language behind it in brackets: None without brackets."""

    name: str
    exact: str
    language: str | None

    @property
    def rank(self) -> int:
        """0 for English, 1 for no language, 2 for others: what programs are trained on is mostly English."""
        if not self.language:
            return 1
        return 0 if self.language.casefold().startswith("en") else 2


@dataclass(frozen=True, slots=True)
class TableColumns:
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
        return f"{_DSPACE.codes}[]" if self.is_dspace else "codes"

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
    columns = [_column(name) for name in names]
    export = _export(columns)
    finder = _Finder(columns, export or Fields())
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
        is_dspace=export is _DSPACE,
        separator=DSPACE_SEPARATOR if export is _DSPACE else CODE_SEPARATOR,
    )
    known = {column_name(name) for given in (fields, export or Fields()) for name in _names_in(given) if name}
    _check_unique(found, columns, _USUAL | known, where)
    return found


def _names_in(fields: Fields) -> tuple[str | None, ...]:
    return fields.title, fields.text, fields.codes, fields.id


@dataclass(frozen=True, slots=True)
class _Finder:
    """Finds columns by their names.

    Parameters
    ----------
    export
        The columns of the program that exported the table; None where it is unknown.
    """

    columns: list[_Column]
    export: Fields

    def named(self, name: str) -> Positions:
        """Return the columns that the user named: exactly, or else in another spelling or any language."""
        exact = tuple(at for at, column in enumerate(self.columns) if column.exact == name.strip().lower())
        return exact or self.exactly(column_name(name))

    def exactly(self, *names: str) -> Positions:
        return tuple(at for name in names for at, column in enumerate(self.columns) if column.name == name)

    def titles(self, name: str | None) -> tuple[Positions, ...]:
        return self._text(name, ("title",), self.export.title, OTHER_TITLES)

    def texts(self, name: str | None) -> tuple[Positions, ...]:
        return self._text(name, ("text", "abstract"), self.export.text, OTHER_TEXTS)

    def _text(
        self, name: str | None, usual: Iterable[str], exported: str | None, others: frozenset[str]
    ) -> tuple[Positions, ...]:
        if name:
            return tuple(self._by_language(self.named(name)))
        names = ([exported] if exported else []) + [each for each in usual if each != exported]
        groups = [group for each in names for group in self._by_language(self.exactly(each))]
        rest = sorted(others.difference(names))
        return (*groups, *self._by_language(self.exactly(*rest)))

    def _by_language(self, positions: Positions) -> Iterator[Positions]:
        for rank in range(3):
            if group := tuple(at for at in positions if self.columns[at].rank == rank):
                yield group

    def id(self, name: str | None) -> Positions:
        if name:
            return self.named(name)
        return self.exactly(self.export.id) if self.export.id else self.exactly("id", "documentid")

    def codes(self, fields: Fields) -> Positions:
        """Return the columns of codes, those without a language first.

        Where codes are added to records, they get a column of their own rather than one that may hold something else.
        """
        if fields.codes:
            return self.named(fields.codes)
        found = self.exactly("codes") or (self.exactly(self.export.codes) if self.export.codes else ())
        if found or fields.with_raw or self.exactly("subjecturis"):
            return tuple(sorted(found, key=lambda at: bool(self.columns[at].language)))
        return next(filter(None, map(self.exactly, _OTHER_CODES)), ())


def _column(name: str) -> _Column:
    match = _LANGUAGE.fullmatch(name)
    base, language = match.groups() if match else (name, None)
    return _Column(column_name(base), name.strip().lower(), language)


def _export(columns: Iterable[_Column]) -> Fields | None:
    names = {column.name for column in columns}
    if any(name in names for name in (_DSPACE.title, _DSPACE.text)):
        return _DSPACE
    return next((export for export in _EXPORTS if {export.title, export.text, export.id} <= names), None)


def _check_unique(found: TableColumns, columns: Sequence[_Column], names: Collection[str], where: str) -> None:
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

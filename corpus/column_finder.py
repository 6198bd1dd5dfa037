"""Find the columns of a table by their names, as programs export them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from .columns import OTHER_TEXTS, OTHER_TITLES, column_name
from .fields import Fields

_LANGUAGE = re.compile(r"(.*?)\s*\[([A-Za-z_-]*)\]\s*", re.DOTALL)

DSPACE = Fields("dc.title", "dc.description.abstract", "dc.subject", id="id")
_EXPORTS = (
    Fields("title", "abstractnote", "manualtags", id="key"),  # Zotero
    Fields("ti", "ab", "de", id="ut"),  # Web of Science, where ID holds keywords
    Fields("title", "abstract", "authorkeywords", id="eid"),  # Scopus
    DSPACE,
    Fields("bibjson.title", "bibjson.abstract", id="id"),  # articles of DOAJ, made a table
)
"""Names of the columns of exports, as `column_name` gives them."""

_OTHER_CODES = ("code", "subjects", "subject", "category", "label", "class")
"""Columns that hold the codes of a corpus if none is called ``codes``, the most likely first."""

Positions = tuple[int, ...]


class NamedColumn(Struct, frozen=True):
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


class ColumnFinder(Struct, frozen=True):
    """Finds columns by their names.

    Parameters
    ----------
    export
        The columns of the program that exported the table, as far as known.
    """

    columns: list[NamedColumn]
    export: Fields

    def named(self, name: str) -> Positions:
        """Return the columns that the user named: exactly, or else in another spelling or any language."""
        exact = tuple(at for at, column in enumerate(self.columns) if column.exact == name.strip().lower())
        return exact or self.exactly(column_name(name))

    def exactly(self, *names: str) -> Positions:
        """Return the columns with these names, as `column_name` gives them, in the order of the names."""
        return tuple(at for name in names for at, column in enumerate(self.columns) if column.name == name)

    def titles(self, name: str | None) -> tuple[Positions, ...]:
        """Return groups of columns that may hold the title, the likeliest first; those that the user named alone."""
        return self._text(name, ("title",), self.export.title, OTHER_TITLES)

    def texts(self, name: str | None) -> tuple[Positions, ...]:
        """Return the same for the abstract."""
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
        """Return the columns that may hold the id; those that the user named alone."""
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


def named_column(name: str) -> NamedColumn:
    """Return the parts of a column's name.

    >>> named_column("dc.title[en]").name, named_column("dc.title[en]").language
    ('dc.title', 'en')
    """
    match = _LANGUAGE.fullmatch(name)
    base, language = match.groups() if match else (name, None)
    return NamedColumn(column_name(base), name.strip().lower(), language)


def export_of(columns: Iterable[NamedColumn]) -> Fields | None:
    """Return the columns of the program that exported a table with these; None if it is unknown."""
    names = {column.name for column in columns}
    if any(name in names for name in (DSPACE.title, DSPACE.text)):
        return DSPACE
    return next((export for export in _EXPORTS if {export.title, export.text, export.id} <= names), None)

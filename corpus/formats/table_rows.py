"""Read the records of a table from its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from msgspec.structs import replace

from classmark.corpus.abstract import Record, SourceLocation, Unreadable
from classmark.corpus.fields import Fields
from classmark.corpus.messages import count_of
from classmark.corpus.table_columns import TableColumns

from .code_separator import code_separator

_FIRST_ROWS, _FIRST_BYTES = 100, 1_000_000
"""Rows, and their size, by which the separator of codes is recognized."""

Row = tuple[SourceLocation, list[str]] | Unreadable
"""The cells of a row and where it is, or a row that can't be read."""


def records_of_rows(
    rows: Iterator[Row], columns: TableColumns, fields: Fields, plain: Callable[[str], str] = str
) -> Iterator[Record]:
    """Read a record from each row.

    Parameters
    ----------
    plain
        Function that undoes what a format does to single values, such as escaping.
    """
    rows, columns = with_separator(rows, columns)
    yield from parse_rows(columns, rows, fields, plain)


def parse_rows(
    columns: TableColumns, rows: Iterable[Row], fields: Fields, plain: Callable[[str], str] = str
) -> Iterator[Record]:
    """Read a record from each row, with the separator of codes as `with_separator` has recognized it."""
    for row in rows:
        if isinstance(row, Unreadable):
            yield row
        elif len(row[1]) == len(columns.names):
            yield columns.record_of(row[1], row[0], fields.raw(columns.separator), plain)
        else:
            location, cells = row
            reason = f"{count_of(len(cells), 'column')} where the first line names {len(columns.names)}"
            yield Unreadable(str(location), location, reason)


def with_separator(rows: Iterator[Row], columns: TableColumns) -> tuple[Iterator[Row], TableColumns]:
    """Recognize the separator of codes by the first rows."""
    if not columns.codes or columns.is_dspace:
        return rows, columns
    first: list[Row] = []
    cells: list[str] = []
    size = 0
    try:
        for row in rows:
            first.append(row)
            if not isinstance(row, Unreadable):
                cells += (row[1][at] for at in columns.codes if at < len(row[1]))
                size += sum(map(len, row[1]))
            if len(first) >= _FIRST_ROWS or size >= _FIRST_BYTES:
                break
    except Exception as error:  # whatever ends the table, the rows before it are read
        rows = _failing(error)
    return chain(first, rows), replace(columns, separator=code_separator(cells))


def _failing(error: Exception) -> Iterator[Row]:
    raise error
    yield

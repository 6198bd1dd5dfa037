"""Read Excel workbooks (.xlsx): the first sheet that is not hidden is a table with column names in its first row."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Iterator
from typing import IO

from classmark.corpus.abstract import Record, SourceLocation, Unreadable
from classmark.corpus.errors import CorpusError, TooLongError
from classmark.corpus.fields import Fields, one_line
from classmark.corpus.lazy_imports import import_quietly
from classmark.corpus.limits import Budget
from classmark.corpus.messages import shortened
from classmark.corpus.streams import seekable
from classmark.corpus.table_columns import find_columns

from .table_rows import Row, records_of_rows
from .xlsx_archive import elements_of, first_sheet, open_archive
from .xlsx_cells import Cells, read_cells
from .xml_text import local

_LARGEST = 1_000_000_000
_COLUMNS, _ROWS = 16_384, 1_048_576
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_SHOWN = 200
_BROKEN = (ValueError, LookupError, OverflowError, NotImplementedError, struct.error)
"""What broken archives and cells raise."""


def read_xlsx(stream: io.BufferedReader, source: str, fields: Fields) -> Iterator[Record]:
    """Read the rows of the first sheet; a location has the number of the row."""
    etree = import_quietly("lxml.etree", "excel", source)
    done = 0
    with seekable(stream, _LARGEST) as file:
        try:
            for record in _records(file, source, fields):
                done = record.location.line or done
                yield record
        except (zipfile.BadZipFile, etree.XMLSyntaxError, *_BROKEN) as error:
            known = isinstance(error, CorpusError)
            reason = str(error) if known else f"not an Excel file ({shortened(one_line(str(error)), _SHOWN)})"
            if not done:
                raise CorpusError(f"{source}: {reason}") from None
            location = SourceLocation(source, done + 1)
            rest = "" if isinstance(error, TooLongError) else "; from here on the rest is lost"
            yield Unreadable(str(location), location, reason + rest)


def _records(file: IO[bytes], source: str, fields: Fields) -> Iterator[Record]:
    with open_archive(file) as archive:
        sheet, from_1904 = first_sheet(archive)
        cells = read_cells(archive, from_1904=from_1904)
        rows = _rows(archive, sheet, cells)
        number, header = next(rows, (0, []))
        if not header:
            raise CorpusError("its first sheet is empty; the first row must name the columns: id, title, text, codes")
        columns = find_columns(header, f"row {number}", fields)
        table = (_row(SourceLocation(source, at), values, len(header)) for at, values in rows)
        yield from records_of_rows(table, columns, fields)


def _row(location: SourceLocation, values: list[str], width: int) -> Row:
    return location, values + [""] * (width - len(values))


def _rows(archive: zipfile.ZipFile, sheet: str, cells: Cells) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that have a value, with their numbers, up to the last value of each."""
    values: dict[int, str] = {}
    number = column = 0
    budget = Budget()
    for element in elements_of(archive, sheet, ("c", "row"), last="sheetData"):
        if local(element) == "c":
            column = _column(element.get("r"), column + 1)
            if value := cells.value(element):
                budget.spend(len(value))
                values[column] = value
            continue
        before, number = number, int(element.get("r", number + 1))
        if not before < number <= _ROWS:
            raise ValueError(f"behind row {before} is row {number}")
        if values:
            yield number, [values.get(at, "") for at in range(1, max(values) + 1)]
        values, column = {}, 0
        budget.renew()


def _column(reference: str | None, following: int) -> int:
    """Return the number of a cell's column, from 1: ``C`` in ``C5`` is 3."""
    match = _REFERENCE.fullmatch(reference) if reference else None
    column = following
    if match:
        column = 0
        for letter in match[1]:
            column = 26 * column + ord(letter) - 64
    if column > _COLUMNS:
        raise ValueError(f"there is no column {column}")
    return column

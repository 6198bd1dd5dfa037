"""Read and write CSV (RFC 4180) and TSV tables with column names in the first line."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import chain
from typing import IO, TYPE_CHECKING

from classmark.corpus.abstract import Abstract, Record, SourceLocation, Unreadable
from classmark.corpus.columns import csv_delimiter, separator_line
from classmark.corpus.errors import CorpusError, TooLongError
from classmark.corpus.fields import CODE_SEPARATOR, Fields, one_line
from classmark.corpus.limits import MAX_RECORD_BYTES, TOO_LONG, lines_of
from classmark.corpus.table_columns import TableColumns, find_columns

from .annif import is_annif, read_annif_lines
from .code_separator import code_separator
from .csv_injection import csv_line, guarded, unguarded
from .csv_lines import CsvLines
from .plain_text import decode

if TYPE_CHECKING:
    from _csv import Reader

csv.field_size_limit(MAX_RECORD_BYTES)

COLUMNS = ("id", "title", "text", "codes")
_FIRST_ROWS, _FIRST_BYTES = 100, 1_000_000
"""Rows, and their size, by which the separator of codes is recognized."""

_Row = tuple[SourceLocation, list[str]]


def read_csv(stream: io.BufferedReader, source: str, fields: Fields) -> Iterator[Record]:
    """Read CSV; the separator is the most frequent of comma, semicolon and tab in the header, or that of ``sep=;``."""
    first = stream.readline(MAX_RECORD_BYTES)
    named = separator_line(first)
    line = stream.readline(MAX_RECORD_BYTES) if named else first
    delimiter, lines = csv_delimiter(named or line), CsvLines(chain([line], lines_of(stream)))
    header = csv.reader(lines, delimiter=delimiter)
    before = 1 if named else 0
    columns = _columns(header, line, f"{source}:{before + 1}", fields)
    before += header.line_num
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    yield from _records(_csv_rows(rows, lines, source, before), columns, fields)


def _csv_rows(rows: Reader, lines: CsvLines, source: str, before: int) -> Iterator[_Row | Unreadable]:
    """Yield the rows below a number of lines; blank lines are none."""
    while True:
        location = SourceLocation(source, before + rows.line_num + 1)
        try:
            lines.row_begins()
            row = next(rows, None)
        except (csv.Error, TooLongError) as error:
            lost = f"not CSV, the lines from here to {before + rows.line_num} are lost ({error})"
            yield _unreadable(location, lost)
            continue
        if row is None:
            return
        if row:
            yield location, row


def read_tsv(stream: io.BufferedReader, source: str, fields: Fields) -> Iterator[Record]:
    """Read TSV, one record per line; remove quotes around whole fields, which spreadsheets write.

    A file without column names and with ``<uri>`` in its second column is an Annif corpus.
    """
    line = stream.readline(MAX_RECORD_BYTES)
    if is_annif(line):
        yield from read_annif_lines(chain([line], lines_of(stream)), source)
        return
    header = csv.reader([line.decode("utf-8", "surrogateescape")], delimiter="\t")
    columns = _columns(header, line, f"{source}:1", fields)
    yield from _records(_tsv_rows(lines_of(stream), source), columns, fields)


def _tsv_rows(lines: Iterable[bytes], source: str) -> Iterator[_Row | Unreadable]:
    for number, line in enumerate(lines, 2):
        location = SourceLocation(source, number)
        if len(line) > MAX_RECORD_BYTES:
            yield _unreadable(location, TOO_LONG)
        elif text := line.decode("utf-8", "surrogateescape").rstrip("\r\n"):
            yield location, [_unquoted(field) for field in text.split("\t")]


def _unreadable(location: SourceLocation, reason: str) -> Unreadable:
    return Unreadable(str(location), location, reason)


def _unquoted(field: str) -> str:
    is_quoted = len(field) > 1 and field.startswith('"') and field.endswith('"')
    return field[1:-1].replace('""', '"') if is_quoted else field


def _columns(rows: Iterator[list[str]], line: bytes, where: str, fields: Fields) -> TableColumns:
    """Return the columns to read, by the header."""
    if not line.strip():
        source = where.rpartition(":")[0]
        raise CorpusError(f"{source} is empty; its first line must name the columns: {', '.join(COLUMNS)}")
    try:
        names = [decode(name.encode("utf-8", "surrogateescape")) for name in next(rows)]
    except (ValueError, csv.Error) as error:
        raise CorpusError(f"{where}: {error}") from None
    return find_columns(names, where, fields)


def _records(rows: Iterator[_Row | Unreadable], columns: TableColumns, fields: Fields) -> Iterator[Record]:
    rows, columns = _with_separator(rows, columns)
    for row in rows:
        yield row if isinstance(row, Unreadable) else _record(columns, *row, fields)


def _with_separator(
    rows: Iterator[_Row | Unreadable], columns: TableColumns
) -> tuple[Iterator[_Row | Unreadable], TableColumns]:
    """Recognize the separator of codes by the first rows."""
    if not columns.codes or columns.is_dspace:
        return rows, columns
    first: list[_Row | Unreadable] = []
    cells: list[str] = []
    size = 0
    for row in rows:
        first.append(row)
        if not isinstance(row, Unreadable):
            cells += (row[1][at] for at in columns.codes if at < len(row[1]))
            size += sum(map(len, row[1]))
        if len(first) >= _FIRST_ROWS or size >= _FIRST_BYTES:
            break
    return chain(first, rows), replace(columns, separator=code_separator(cells))


def _record(columns: TableColumns, location: SourceLocation, row: list[str], fields: Fields) -> Record:
    if len(row) != len(columns.names):
        return _unreadable(location, f"{len(row)} columns where the first line names {len(columns.names)}")
    try:
        values = [decode(value.encode("utf-8", "surrogateescape")) for value in row]
    except ValueError as error:
        return _unreadable(location, str(error))
    return columns.record_of(values, location, fields.raw(columns.separator), unguarded)


def write_csv(abstracts: Iterable[Abstract], out: IO[bytes]) -> None:
    """Write id, title, text, and codes joined by semicolons; escape formulas."""
    rows = chain([list(COLUMNS)], _rows(abstracts))
    out.writelines(csv_line(row).encode(errors="backslashreplace") for row in rows)


def write_tsv(abstracts: Iterable[Abstract], out: IO[bytes]) -> None:
    """Write the same table separated by tabs; white space in a field becomes one space."""
    rows = chain([COLUMNS], _rows(abstracts, one_line))
    out.writelines(("\t".join(row) + "\n").encode(errors="backslashreplace") for row in rows)


def _rows(abstracts: Iterable[Abstract], shape: Callable[[str], str] = str) -> Iterator[list[str]]:
    for item in abstracts:
        codes = CODE_SEPARATOR.join(guarded(shape(code)) for code in item.codes)
        yield [*(guarded(shape(cell)) for cell in (item.id, item.title, item.text)), codes]

"""Read and write CSV (RFC 4180) and TSV tables with column names in the first line."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import IO, TYPE_CHECKING

from classmark.corpus.abstract import Abstract, Record, SourceLocation, Unreadable
from classmark.corpus.columns import csv_delimiter, separator_line
from classmark.corpus.errors import CorpusError, TooLongError
from classmark.corpus.fields import CODE_SEPARATOR, Fields, one_line
from classmark.corpus.limits import MAX_RECORD_BYTES, TOO_LONG, lines_of
from classmark.corpus.table_columns import TableColumns, find_columns

from .annif import is_annif, read_annif_lines
from .csv_injection import csv_line, guarded, unguarded
from .csv_lines import CsvLines
from .plain_text import decode
from .table_rows import Row, parse_rows, records_of_rows, with_separator

if TYPE_CHECKING:
    from _csv import Reader

csv.field_size_limit(MAX_RECORD_BYTES)

COLUMNS = ("id", "title", "text", "codes")
NumberedRow = tuple[int, list[str]] | Unreadable
"""What goes to other processes, for which locations would take longer than all else."""


def read_csv(stream: io.BufferedReader, source: str, fields: Fields) -> Iterator[Record]:
    """Read CSV; the separator is the most frequent of comma, semicolon and tab in the header, or that of ``sep=;``."""
    yield from parse_csv(*split_csv(stream, source, fields), source, fields)


def split_csv(stream: io.BufferedReader, source: str, fields: Fields) -> tuple[TableColumns, Iterator[NumberedRow]]:
    """Cut CSV into rows with the numbers of their lines; return the columns to read, too."""
    first = stream.readline(MAX_RECORD_BYTES)
    named = separator_line(first)
    line = stream.readline(MAX_RECORD_BYTES) if named else first
    delimiter, lines = csv_delimiter(named or line), CsvLines(chain([line], lines_of(stream)))
    header = csv.reader(lines, delimiter=delimiter)
    before = 1 if named else 0
    columns = _columns(header, line, f"{source}:{before + 1}", fields)
    before += header.line_num
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    found, columns = with_separator(_decoded(_csv_rows(rows, lines, source, before)), columns)
    return columns, (row if isinstance(row, Unreadable) else (row[0].line or 0, row[1]) for row in found)


def parse_csv(columns: TableColumns, rows: Iterable[NumberedRow], source: str, fields: Fields) -> Iterator[Record]:
    """Read rows that `split_csv` returned."""
    located = (row if isinstance(row, Unreadable) else (SourceLocation(source, row[0]), row[1]) for row in rows)
    return parse_rows(columns, located, fields, unguarded)


def _csv_rows(rows: Reader, lines: CsvLines, source: str, before: int) -> Iterator[Row]:
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
    yield from records_of_rows(_decoded(_tsv_rows(lines_of(stream), source)), columns, fields, unguarded)


def _tsv_rows(lines: Iterable[bytes], source: str) -> Iterator[Row]:
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


def _decoded(rows: Iterable[Row]) -> Iterator[Row]:
    """Check that cells are UTF-8."""
    for row in rows:
        if isinstance(row, Unreadable):
            yield row
            continue
        location, cells = row
        try:
            yield location, [cell if _is_short_ascii(cell) else _in_utf_8(cell) for cell in cells]
        except ValueError as error:
            yield _unreadable(location, str(error))


def _is_short_ascii(cell: str) -> bool:
    return cell.isascii() and len(cell) <= MAX_RECORD_BYTES


def _in_utf_8(cell: str) -> str:
    return decode(cell.encode("utf-8", "surrogateescape"))


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

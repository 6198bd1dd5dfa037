"""Read and write CSV (RFC 4180) and TSV tables with column names in the first line."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import IO

from classmark.corpus.abstract import Abstract, Record, SourceLocation, Unreadable
from classmark.corpus.columns import check_columns, csv_delimiter, fields_of_export
from classmark.corpus.errors import CorpusError, TooLongError
from classmark.corpus.fields import CODE_SEPARATOR, Fields, one_line
from classmark.corpus.limits import MAX_RECORD_BYTES, TOO_LONG, lines_of
from classmark.corpus.named_fields import abstract_from

from .annif import is_annif, read_annif_lines
from .csv_injection import csv_line, guarded, unguarded
from .csv_lines import CsvLines
from .plain_text import decode

csv.field_size_limit(MAX_RECORD_BYTES)

COLUMNS = ("id", "title", "text", "codes")
_ALWAYS_READ = ("id", "document_id", "codes", "subject_uris")


@dataclass(frozen=True)
class _Header:
    """The first row, with the names of the columns."""

    names: tuple[str, ...]

    @cached_property
    def columns(self) -> list[str]:
        """Normalized column names."""
        return [name.strip().lower() for name in self.names]


def read_csv(stream: io.BufferedReader, source: str, fields: Fields) -> Iterator[Record]:
    """Read CSV; the separator is the most frequent of comma, semicolon and tab in the first line."""
    line = stream.readline(MAX_RECORD_BYTES)
    delimiter, lines = csv_delimiter(line), CsvLines(chain([line], lines_of(stream)))
    named = csv.reader(lines, delimiter=delimiter)
    header, fields = _header(named, line, source, fields)
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        location = SourceLocation(source, named.line_num + rows.line_num + 1)
        try:
            lines.row_begins()
            row = next(rows, None)
        except (csv.Error, TooLongError) as error:
            lost = f"not CSV, the lines from here to {named.line_num + rows.line_num} are lost ({error})"
            yield _unreadable(location, lost)
            continue
        if row is None:
            return
        if row:
            yield _record(header, row, location, fields)


def read_tsv(stream: io.BufferedReader, source: str, fields: Fields) -> Iterator[Record]:
    """Read TSV, one record per line; remove quotes around whole fields, which spreadsheets write.

    A file without column names and with ``<uri>`` in its second column is an Annif corpus.
    """
    line = stream.readline(MAX_RECORD_BYTES)
    if is_annif(line):
        yield from read_annif_lines(chain([line], lines_of(stream)), source)
        return
    names = csv.reader([line.decode("utf-8", "surrogateescape")], delimiter="\t")
    header, fields = _header(names, line, source, fields)
    for number, line in enumerate(lines_of(stream), 2):
        if len(line) > MAX_RECORD_BYTES:
            yield _unreadable(SourceLocation(source, number), TOO_LONG)
            continue
        text = line.decode("utf-8", "surrogateescape").rstrip("\r\n")
        if text:
            row = [_unquoted(field) for field in text.split("\t")]
            yield _record(header, row, SourceLocation(source, number), fields)


def _unreadable(location: SourceLocation, reason: str) -> Unreadable:
    return Unreadable(str(location), location, reason)


def _unquoted(field: str) -> str:
    is_quoted = len(field) > 1 and field.startswith('"') and field.endswith('"')
    return field[1:-1].replace('""', '"') if is_quoted else field


def _header(rows: Iterator[list[str]], line: bytes, source: str, fields: Fields) -> tuple[_Header, Fields]:
    """Return the header and the columns to read, which must be unique."""
    if not line.strip():
        raise CorpusError(f"{source} is empty; its first line must name the columns: {', '.join(COLUMNS)}")
    try:
        names = [decode(name.encode("utf-8", "surrogateescape")) for name in next(rows)]
    except (ValueError, csv.Error) as error:
        raise CorpusError(f"{source}:1: {error}") from None
    header = _Header(tuple(names))
    columns = header.columns
    fields = fields_of_export(columns, _lower(fields))
    read = {*_ALWAYS_READ, *fields.text_names, *fields.title_names, fields.codes, fields.id}
    twice = [name for name, count in Counter(columns).items() if name in read and count > 1]
    if twice:
        raise CorpusError(f"{source}:1: the column {twice[0]!r} stands twice")
    check_columns(f"{source}:1", names, columns, fields)
    return header, fields


def _record(header: _Header, row: list[str], location: SourceLocation, fields: Fields) -> Record:
    if len(row) != len(header.names):
        return _unreadable(location, f"{len(row)} columns where the first line names {len(header.names)}")
    try:
        values = [decode(value.encode("utf-8", "surrogateescape")) for value in row]
    except ValueError as error:
        return _unreadable(location, str(error))
    named = dict(zip(header.columns, map(unguarded, values), strict=True))
    codes = fields.codes or COLUMNS[-1]
    if codes in named:  # each code was escaped separately
        parts = values[header.columns.index(codes)].split(CODE_SEPARATOR)
        named[codes] = CODE_SEPARATOR.join(map(unguarded, parts))
    return abstract_from(named, location, fields, fields.raw())


def _lower(fields: Fields) -> Fields:
    title, text, codes = (name and name.lower() for name in (fields.title, fields.text, fields.codes))
    return replace(fields, title=title, text=text, codes=codes)


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

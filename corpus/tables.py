"""Readers of tables: CSV and TSV with a first line that names the columns."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator

from .abstract import Place, Record, Unreadable
from .errors import CorpusError
from .fields import abstract_from
from .texts import decode

csv.field_size_limit(min(sys.maxsize, 2**31 - 1))


def read_csv(stream: io.BufferedReader, source: str) -> Iterator[Record]:
    """Read CSV; where the first line has semicolons and no commas, these separate the columns."""
    header = stream.readline()
    delimiter = csv_delimiter(header)
    columns = _columns(header, source, delimiter)
    lines = (line.decode("utf-8", "surrogateescape") for line in stream)
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        place = Place(source, rows.line_num + 2)
        try:
            row = next(rows, None)
        except csv.Error as error:
            lost = f"not CSV, the lines from here to {rows.line_num + 1} are lost ({error})"
            yield Unreadable(str(place), place, lost)
            continue
        if row is None:
            return
        if row:
            yield _record(columns, row, place)


def read_tsv(stream: io.BufferedReader, source: str) -> Iterator[Record]:
    """Read TSV, a record a line; quotes around a whole field, as spreadsheets write them, are taken off."""
    columns = _columns(stream.readline(), source, "\t")
    for number, line in enumerate(stream, 2):
        text = line.decode("utf-8", "surrogateescape").rstrip("\r\n")
        if text:
            yield _record(columns, [_unquoted(field) for field in text.split("\t")], Place(source, number))


def csv_delimiter(header: bytes) -> str:
    """Return what separates the columns: a semicolon where the first line has more of them than of commas."""
    return ";" if header.count(b";") > header.count(b",") else ","


def _unquoted(field: str) -> str:
    is_quoted = len(field) > 1 and field.startswith('"') and field.endswith('"')
    return field[1:-1].replace('""', '"') if is_quoted else field


def _columns(header: bytes, source: str, delimiter: str) -> list[str]:
    if not header.strip():
        raise CorpusError(f"{source} is empty; its first line must name the columns: id, title, text, codes")
    try:
        names = next(csv.reader([decode(header)], delimiter=delimiter))
    except (ValueError, csv.Error) as error:
        raise CorpusError(f"{source}:1: {error}") from None
    columns = [name.strip().lower() for name in names]
    twice = [name for name in columns if name and columns.count(name) > 1]
    if twice:
        raise CorpusError(f"{source}:1: the column {twice[0]!r} stands twice")
    if not {"text", "abstract", "title"} & set(columns):
        raise CorpusError(
            f"{source}:1: no column 'text' or 'abstract' (the columns are: {', '.join(names).strip()}); "
            "the first line must name the columns, such as id, title, text, codes"
        )
    return columns


def _record(columns: list[str], row: list[str], place: Place) -> Record:
    if len(row) != len(columns):
        reason = f"{len(row)} columns where the first line names {len(columns)}"
        return Unreadable(str(place), place, reason)
    try:
        values = [decode(value.encode("utf-8", "surrogateescape")) for value in row]
    except ValueError as error:
        return Unreadable(str(place), place, str(error))
    return abstract_from(dict(zip(columns, values, strict=True)), place)

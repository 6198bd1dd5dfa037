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
    delimiter = ";" if header.count(b";") > header.count(b",") else ","
    return _read_table(header, stream, source, delimiter)


def read_tsv(stream: io.BufferedReader, source: str) -> Iterator[Record]:
    """Read TSV, with or without quotes as spreadsheets write them."""
    return _read_table(stream.readline(), stream, source, "\t")


def _read_table(header: bytes, stream: io.BufferedReader, source: str, delimiter: str) -> Iterator[Record]:
    columns = _columns(header, source, delimiter)
    lines = (line.decode("utf-8", "surrogateescape") for line in stream)
    rows = csv.reader(lines, delimiter=delimiter, strict=delimiter != "\t")
    while True:
        place = Place(source, rows.line_num + 2)
        try:
            row = next(rows, None)
        except csv.Error as error:
            yield Unreadable(str(place), place, f"not CSV ({error})")
            continue
        if row is None:
            return
        if row:
            yield _record(columns, row, place)


def _columns(header: bytes, source: str, delimiter: str) -> list[str]:
    if not header.strip():
        raise CorpusError(f"{source} is empty; its first line must name the columns: id, title, text, codes")
    try:
        names = next(csv.reader([decode(header)], delimiter=delimiter))
    except ValueError as error:
        raise CorpusError(f"{source}:1: {error}") from None
    columns = [name.strip().lower() for name in names]
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

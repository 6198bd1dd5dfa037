"""Tables: CSV (RFC 4180) and TSV with a first line that names the columns."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import IO

from classmark.corpus.abstract import Abstract, Place, Record, Unreadable
from classmark.corpus.errors import CorpusError, TooLongError
from classmark.corpus.fields import (
    CODE_SEPARATOR,
    OTHER_TEXTS,
    OTHER_TITLES,
    Fields,
    abstract_from,
    csv_delimiter,
    fields_of_export,
    is_named,
    one_line,
)
from classmark.corpus.limits import LONGEST, TOO_LONG, lines_of
from classmark.corpus.spreadsheets import guarded, unguarded

from .annif import is_annif, read_annif_lines
from .csv_lines import CsvLines
from .format import Labelled
from .json_records import added
from .texts import decode

csv.field_size_limit(LONGEST)

_SHOWN = 200  # letters of the names of columns, in messages
COLUMNS = ("id", "title", "text", "codes")
_OTHERS = OTHER_TITLES | OTHER_TEXTS


@dataclass(frozen=True, slots=True)
class _Header:
    """The first line: the columns as they are named, what separates them, and how lines end."""

    names: tuple[str, ...]
    delimiter: str
    line_end: str

    @property
    def columns(self) -> list[str]:
        """The names as records are asked for them."""
        return [name.strip().lower() for name in self.names]


def read_csv(stream: io.BufferedReader, source: str, fields: Fields) -> Iterator[Record]:
    """Read CSV; where the first line has semicolons and no commas, these separate the columns."""
    line = stream.readline(LONGEST)
    header, fields = _header(line, source, csv_delimiter(line), fields)
    lines = CsvLines(stream)
    rows = csv.reader(lines, delimiter=header.delimiter, strict=True)
    while True:
        place = Place(source, rows.line_num + 2)
        try:
            lines.row_begins()
            row = next(rows, None)
        except (csv.Error, TooLongError) as error:
            lost = f"not CSV, the lines from here to {rows.line_num + 1} are lost ({error})"
            yield _unreadable(place, lost)
            continue
        if row is None:
            return
        if row:
            yield _record(header, row, place, fields)


def read_tsv(stream: io.BufferedReader, source: str, fields: Fields) -> Iterator[Record]:
    """Read TSV, a record a line; quotes around a whole field, as spreadsheets write them, are taken off.

    A file without a line of names, and with ``<uri>`` in its second column, is a corpus of Annif's.
    """
    line = stream.readline(LONGEST)
    if is_annif(line):
        yield from read_annif_lines(chain([line], lines_of(stream)), source)
        return
    header, fields = _header(line, source, "\t", fields)
    for number, line in enumerate(lines_of(stream), 2):
        if len(line) > LONGEST:
            yield _unreadable(Place(source, number), TOO_LONG)
            continue
        text = line.decode("utf-8", "surrogateescape").rstrip("\r\n")
        if text:
            row = [_unquoted(field) for field in text.split("\t")]
            yield _record(header, row, Place(source, number), fields)


def _unreadable(place: Place, reason: str) -> Unreadable:
    return Unreadable(str(place), place, reason)


def _unquoted(field: str) -> str:
    is_quoted = len(field) > 1 and field.startswith('"') and field.endswith('"')
    return field[1:-1].replace('""', '"') if is_quoted else field


def _header(line: bytes, source: str, delimiter: str, fields: Fields) -> tuple[_Header, Fields]:
    """Return the header, and which of its columns to read."""
    if not line.strip():
        raise CorpusError(f"{source} is empty; its first line must name the columns: {', '.join(COLUMNS)}")
    try:
        names = next(csv.reader([decode(line)], delimiter=delimiter))
    except (ValueError, csv.Error) as error:
        raise CorpusError(f"{source}:1: {error}") from None
    header = _Header(tuple(names), delimiter, "\r\n" if line.endswith(b"\r\n") else "\n")
    columns = header.columns
    fields = fields_of_export(columns, _lower(fields))
    twice = [name for name, count in Counter(columns).items() if name and count > 1]
    if twice:
        raise CorpusError(f"{source}:1: the column {twice[0]!r} stands twice")
    wanted = [name for name in (fields.title, fields.text, fields.codes) if name and name not in columns]
    told = frozenset((*fields.text_names, *fields.title_names))
    if wanted or not any(name in told or is_named(name, _OTHERS) for name in columns):
        lacking = " or ".join(map(repr, wanted)) or "'text' or 'abstract'"
        raise CorpusError(
            f"{source}:1: no column {lacking} (the columns are: {', '.join(names).strip()[:_SHOWN]}); "
            "the first line must name the columns, such as id, title, text, codes, or options name them, "
            "such as --text-field"
        )
    return header, fields


def _record(header: _Header, row: list[str], place: Place, fields: Fields) -> Record:
    if len(row) != len(header.names):
        return _unreadable(place, f"{len(row)} columns where the first line names {len(header.names)}")
    try:
        values = [decode(value.encode("utf-8", "surrogateescape")) for value in row]
    except ValueError as error:
        return _unreadable(place, str(error))
    named = dict(zip(header.columns, map(unguarded, values), strict=True))
    name = "tsv" if header.delimiter == "\t" else "csv"
    return abstract_from(named, place, fields, fields.raw(name, (header, values)))


def _lower(fields: Fields) -> Fields:
    title, text, codes = (name and name.lower() for name in (fields.title, fields.text, fields.codes))
    return replace(fields, title=title, text=text, codes=codes)


def write_csv(abstracts: Iterable[Abstract], out: IO[bytes]) -> None:
    """Write a table of id, title, text and codes, these joined by semicolons; formulas are guarded."""
    _write_rows(_rows(abstracts), _Header(COLUMNS, ",", "\n"), out)


def write_tsv(abstracts: Iterable[Abstract], out: IO[bytes]) -> None:
    """Write the same table with tabs between the columns; white space in a field becomes one space."""
    _write_rows(_rows(abstracts, one_line), _Header(COLUMNS, "\t", "\n"), out)


def keep_table(labelled: Iterable[Labelled], out: IO[bytes]) -> None:
    """Write rows as they were, with codes added in the column that held them, else in a new last one.

    Raises
    ------
    CorpusError
        A row comes from a table with other columns.
    """
    labelled = iter(labelled)
    first = next(labelled)
    assert first[0].raw
    header, codes_column = first[0].raw.data[0], first[0].raw.codes_field or "codes"
    is_new = codes_column not in header.columns
    written = _Header((*header.names, codes_column), header.delimiter, header.line_end) if is_new else header
    _write_rows(_kept(chain([first], labelled), header, codes_column), written, out)


def _kept(labelled: Iterable[Labelled], header: _Header, column: str) -> Iterator[list[str]]:
    for abstract, codes in labelled:
        assert abstract.raw
        own, values = abstract.raw.data
        if own != header:
            raise CorpusError(f"{abstract.place}: its table has other columns than the first; keep it by itself")
        row = dict(zip(header.columns, values, strict=True))
        yield [*(row | {column: str(added(row.get(column, ""), codes))}).values()]


def _rows(abstracts: Iterable[Abstract], shape: Callable[[str], str] = str) -> Iterator[list[str]]:
    for item in abstracts:
        row = (item.id, item.title, item.text, CODE_SEPARATOR.join(item.codes))
        yield [guarded(shape(cell)) for cell in row]


def _write_rows(rows: Iterable[list[str]], header: _Header, out: IO[bytes]) -> None:
    text = io.TextIOWrapper(out, encoding="utf-8", errors="backslashreplace", newline="", write_through=True)
    if header.delimiter == "\t":
        text.writelines("\t".join(map(one_line, row)) + header.line_end for row in chain([header.names], rows))
    else:
        writer = csv.writer(text, delimiter=header.delimiter, lineterminator=header.line_end)
        writer.writerow(header.names)
        writer.writerows(rows)
    text.detach()

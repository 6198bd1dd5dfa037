"""Add codes to the rows of CSV and TSV files; all other bytes stay unchanged."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator

from msgspec import Struct

from classmark.corpus.abstract import Abstract
from classmark.corpus.columns import csv_delimiter, separator_line
from classmark.corpus.errors import CorpusError
from classmark.corpus.formats.annotation import AnnotatedOutput, AnnotatedRecord, AnnotationFailure
from classmark.corpus.formats.csv_injection import guarded, quoted
from classmark.corpus.table_columns import TableColumns, find_columns

from .byte_ranges import FileRange, by_lines

Spans = list[tuple[int, int]]
"""Start and end of each cell in the bytes of a row."""


class _Table(Struct, frozen=True):
    """Syntax of a table.

    Parameters
    ----------
    spans
        Function that finds the cells of the first row in some bytes.
    quote
        Function that quotes a new cell.
    """

    delimiter: bytes
    spans: Callable[[bytes], Spans]
    quote: Callable[[str], str]


def annotate_csv(
    stream: io.BufferedReader, records: Iterator[AnnotatedRecord], output: AnnotatedOutput
) -> Iterator[AnnotationFailure]:
    """Copy a CSV file with codes added to the column that holds them, or in a new last column."""
    yield from _annotate(_csv, by_lines(stream, records), output)


def annotate_tsv(
    stream: io.BufferedReader, records: Iterator[AnnotatedRecord], output: AnnotatedOutput
) -> Iterator[AnnotationFailure]:
    """Copy a TSV file in the same way."""
    yield from _annotate(lambda _: _Table(b"\t", _tsv_spans, str), by_lines(stream, records), output)


def _csv(head: bytes) -> _Table:
    named = separator_line(head)
    delimiter = csv_delimiter(named or head.partition(b"\n")[0]).encode()
    cell = re.compile(rb'"[^"]*+(?:""[^"]*+)*+"|[^%s\r\n]*+' % delimiter)
    return _Table(delimiter, lambda row: _csv_spans(row, cell, delimiter), quoted)


def _csv_spans(row: bytes, cell: re.Pattern[bytes], delimiter: bytes) -> Spans:
    spans, end = Spans(), -1
    while end < 0 or row[end : end + 1] == delimiter:
        spans.append(cell.match(row, end + 1).span())  # type: ignore[union-attr]  # it always matches
        end = spans[-1][1]
    return spans


def _tsv_spans(row: bytes) -> Spans:
    spans, start = Spans(), 0
    for cell in row.partition(b"\n")[0].rstrip(b"\r").split(b"\t"):
        spans.append((start, start + len(cell)))
        start += len(cell) + 1
    return spans


def _annotate(
    table_of: Callable[[bytes], _Table], pieces: Iterator[FileRange], output: AnnotatedOutput
) -> Iterator[AnnotationFailure]:
    head = next(pieces)[0]
    table = table_of(head)
    first = len(separator_line(head))
    spans = [(first + start, first + end) for start, end in table.spans(head[first:])]
    columns = find_columns([_value(head[start:end]) for start, end in spans], "the table", output.fields)
    if output.head not in (None, columns.names):
        place = next((item[0].location for _, item in pieces if item), "a table")
        raise CorpusError(f"{place}: its table has other columns than the first; use --keep on it separately")
    _write_head(head, spans[-1][1], output, b"" if columns.codes else _new_cell(table, columns.new_codes_name))
    output.head = columns.names
    for data, item in pieces:
        if item is None or not isinstance(item[0], Abstract):
            output.write(data)
        elif len(spans := table.spans(data)) == len(columns.names):
            output.write(_with_codes(table, data, spans, columns, item))
        else:
            output.write(data)
            yield AnnotationFailure(item[0].location, "its columns can't be told apart")


def _write_head(head: bytes, end: int, output: AnnotatedOutput, new: bytes) -> None:
    """Write the column names, once for all files."""
    if output.head is None:
        output.write(head[:end] + new + head[end:])
    else:
        output.begin_line()
        output.write(head[end:].removeprefix(b"\r").removeprefix(b"\n"))


def _with_codes(table: _Table, row: bytes, spans: Spans, columns: TableColumns, item: AnnotatedRecord) -> bytes:
    record, annotations = item
    assert isinstance(record, Abstract)
    assert record.raw
    codes = [guarded(each.code) for each in annotations if each.code not in record.codes]
    if not columns.codes:
        end = spans[-1][1]
        return row[:end] + _new_cell(table, columns.separator.join(codes)) + row[end:]
    if not codes:
        return row
    start, end = spans[columns.codes[0]]
    return row[:start] + _longer(table, row[start:end], codes, record.raw.data) + row[end:]


def _new_cell(table: _Table, text: str) -> bytes:
    return table.delimiter + table.quote(text).encode()


def _longer(table: _Table, cell: bytes, codes: list[str], separator: str) -> bytes:
    """Return a cell with codes appended, inside its quotes if it has any."""
    text, new = _value(cell), separator.join(codes)
    lead = "" if not text.strip() or text.rstrip().endswith(separator) else separator
    if text.encode("utf-8", "surrogateescape") != cell:
        return cell[:-1] + (lead + new).replace('"', '""').encode() + cell[-1:]
    return table.quote(text + lead + new).encode("utf-8", "surrogateescape")


def _value(cell: bytes) -> str:
    text = cell.decode("utf-8", "surrogateescape")
    is_quoted = len(text) > 1 and text.startswith('"') and text.endswith('"')
    return text[1:-1].replace('""', '"') if is_quoted else text

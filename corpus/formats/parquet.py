"""Read and write Parquet tables with pyarrow (https://parquet.apache.org/docs/file-format/)."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import IO, Any

from classmark.corpus.abstract import Abstract, Record, SourceLocation, Unreadable
from classmark.corpus.errors import CorpusError, TooLongError
from classmark.corpus.fields import Fields, one_line
from classmark.corpus.lazy_imports import import_quietly
from classmark.corpus.limits import MAX_RECORD_BYTES, TOO_LONG, VALUE_SIZE
from classmark.corpus.messages import shortened
from classmark.corpus.streams import seekable
from classmark.corpus.table_columns import TableColumns, find_columns

from .json_records import fields_of
from .parquet_pages import longest_of

_BATCH = 1_000
_ROWS, _SIZE = 100, 64_000_000
"""Maximum number of rows to read at once, and of bytes that they may take."""

_BUFFER = 1 << 20
_LARGEST = 10_000_000_000
_SHOWN = 200
_COLUMNS = {"id": "string", "title": "string", "text": "string", "codes": "list<string>"}


def read_parquet(stream: io.BufferedReader, source: str, fields: Fields) -> Iterator[Record]:
    """Read the rows of a table in batches, and only the columns that are needed."""
    parquet = import_quietly("pyarrow.parquet", "parquet", source)
    done = 0
    with seekable(stream, _LARGEST) as file:
        try:
            columns = find_columns(parquet.read_schema(file).names, source, fields)
            for row in _rows(parquet, file, [columns.names[at] for at in sorted(columns.read)]):
                done += 1
                yield _record(row, SourceLocation(source, record=done), columns)
        except TooLongError as error:
            location = SourceLocation(source, record=done + 1)
            yield Unreadable(str(location), location, f"{error}; from here on the rest is lost")
        except CorpusError:
            raise
        except Exception as error:  # pyarrow raises any exception on broken files
            location = SourceLocation(source, record=done + 1)
            reason = shortened(one_line(str(error)), _SHOWN) or type(error).__name__
            yield Unreadable(str(location), location, f"not Parquet, from here on the rest is lost ({reason})")


def _record(row: Mapping[str, object] | None, location: SourceLocation, columns: TableColumns) -> Record:
    if row is None:
        return Unreadable(str(location), location, TOO_LONG)
    return columns.record_of([row.get(name) for name in columns.names], location)


def _rows(parquet: Any, file: IO[bytes], names: list[str]) -> Iterator[Mapping[str, object] | None]:
    """Yield the rows of a table; None for a row that is too long."""
    import_quietly("pyarrow.compute", "parquet", "Parquet")
    arrow = import_quietly("pyarrow", "parquet", "Parquet")
    table = parquet.ParquetFile(file, buffer_size=_BUFFER)
    leaves = [table.schema.column(number) for number in range(len(table.schema))]
    wanted = {number: leaf for number, leaf in enumerate(leaves) if leaf.path.partition(".")[0] in names}
    lists = [leaf.path for leaf in wanted.values() if leaf.max_repetition_level]
    table = parquet.ParquetFile(file, buffer_size=_BUFFER, read_dictionary=lists)
    for group in range(table.num_row_groups):
        columns = table.metadata.row_group(group)
        longest = sum(
            longest_of(arrow, file, columns.column(number), is_list=leaf.max_repetition_level > 0)
            for number, leaf in wanted.items()
        )
        rows = max(1, min(_ROWS, _SIZE // max(longest, 1)))
        for batch in table.iter_batches(batch_size=rows, row_groups=[group], columns=names):
            yield from _plain(arrow, batch)


def _plain(arrow: Any, batch: Any) -> Iterator[Mapping[str, object] | None]:
    """Yield the rows of a batch as Python objects; None for a row that is too long."""
    if sum(_size(arrow, column) for column in batch.columns) <= MAX_RECORD_BYTES:
        columns = [column.cast(_spelled_out(arrow, column.type)) for column in batch.columns]
        yield from batch.from_arrays(columns, names=batch.schema.names).to_pylist()
    elif batch.num_rows == 1:
        yield None
    else:
        for number in range(batch.num_rows):
            yield from _plain(arrow, batch.slice(number, 1))


def _size(arrow: Any, column: Any) -> int:
    """Estimate the bytes that the values of a column take in Python, without creating them."""
    if arrow.types.is_list(column.type) or arrow.types.is_large_list(column.type):
        return _size(arrow, column.flatten())
    own = VALUE_SIZE * len(column)
    if arrow.types.is_dictionary(column.type):
        lengths = arrow.compute.binary_length(column.dictionary)
        return own + (arrow.compute.sum(lengths.take(column.indices)).as_py() or 0)
    return own + int(column.nbytes)


def _spelled_out(arrow: Any, type_: Any) -> Any:
    """Return a type with dictionaries replaced by their values."""
    if arrow.types.is_dictionary(type_):
        return type_.value_type
    return arrow.list_(_spelled_out(arrow, type_.value_type)) if arrow.types.is_list(type_) else type_


def write_parquet(abstracts: Iterable[Abstract], out: IO[bytes]) -> None:
    """Write a table of id, title, text, and codes as a list."""
    write_rows(map(fields_of, abstracts), _COLUMNS, out)


def write_rows(rows: Iterable[Mapping[str, object]], columns: Mapping[str, str], out: IO[bytes]) -> None:
    """Write rows as a table, a thousand at a time.

    Parameters
    ----------
    columns
        Names and types: ``string``, ``double``, and lists of these, ``list<string>``.
    """
    arrow, parquet = (
        import_quietly("pyarrow", "parquet", "Parquet"),
        import_quietly("pyarrow.parquet", "parquet", "Parquet"),
    )
    schema = arrow.schema([(name, _type(arrow, kind)) for name, kind in columns.items()])
    rows = iter(rows)
    with parquet.ParquetWriter(out, schema) as writer:
        while batch := list(islice(rows, _BATCH)):
            writer.write_table(_table(arrow, batch, schema))


def _table(arrow: Any, batch: list[Mapping[str, object]], schema: Any) -> Any:
    try:
        return arrow.Table.from_pylist(batch, schema)
    except UnicodeEncodeError:  # file names may not be valid Unicode
        legible = [{name: _legible(value) for name, value in row.items()} for row in batch]
        return arrow.Table.from_pylist(legible, schema)


def _legible(value: object) -> object:
    if isinstance(value, list):
        return [_legible(each) for each in value]
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value


def _type(arrow: Any, kind: str) -> Any:
    single, is_list = kind.removeprefix("list<").rstrip(">"), kind.startswith("list<")
    type_ = {"string": arrow.string(), "double": arrow.float64()}[single]
    return arrow.list_(type_) if is_list else type_

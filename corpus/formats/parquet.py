"""Parquet: a table of columns, read and written with pyarrow (https://parquet.apache.org/docs/file-format/)."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import IO, Any

from classmark.corpus.abstract import Abstract, Place, Record, Unreadable
from classmark.corpus.errors import CorpusError
from classmark.corpus.fields import OTHER_TEXTS, OTHER_TITLES, Fields, abstract_from, is_named, one_line, seen
from classmark.corpus.streams import seekable

from .format import library
from .json_records import fields_of

_BATCH = 1_000
_LARGEST = 10_000_000_000
_SHOWN = 200
_COLUMNS = {"id": "string", "title": "string", "text": "string", "codes": "list<string>"}


def read_parquet(stream: io.BufferedReader, source: str, fields: Fields) -> Iterator[Record]:
    """Read the rows of a table; only the columns that are asked for, a thousand rows at a time."""
    parquet = library("pyarrow.parquet", "parquet", source)
    done = 0
    with seekable(stream, _LARGEST) as file:
        try:
            table = parquet.ParquetFile(file)
            columns, names = _columns(table.schema_arrow.names, source, fields), seen(table.schema_arrow.names)
            for batch in table.iter_batches(batch_size=_BATCH, columns=columns):
                for row in batch.to_pylist():
                    done += 1
                    record = abstract_from(row, Place(source, record=done), fields)
                    if isinstance(record, Abstract) and record.fields_seen:
                        record = replace(record, fields_seen=names)
                    yield record
        except CorpusError:
            raise
        except Exception as error:  # the library raises whatever a broken file makes it stumble over
            place = Place(source, record=done + 1)
            reason = one_line(str(error))[:_SHOWN] or type(error).__name__
            yield Unreadable(str(place), place, f"not Parquet, from here on the rest is lost ({reason})")


def _columns(names: list[str], source: str, fields: Fields) -> list[str]:
    told = {*fields.title_names, *fields.text_names}
    wanted = [name for name in (fields.title, fields.text, fields.codes) if name and name not in names]
    others = frozenset[str]() if fields.text and fields.title else OTHER_TITLES | OTHER_TEXTS
    if wanted or not any(name in told or is_named(name, others) for name in names):
        lacking = " or ".join(map(repr, wanted)) or fields.said
        raise CorpusError(
            f"{source}: no column {lacking} (the columns are: {', '.join(names)}); name one with --text-field"
        )
    return [name for name in names if name in told | {"id", fields.codes or "codes"} or is_named(name, others)]


def write_parquet(abstracts: Iterable[Abstract], out: IO[bytes]) -> None:
    """Write a table of id, title, text and codes, these a list."""
    write_rows(map(fields_of, abstracts), _COLUMNS, out)


def write_rows(rows: Iterable[Mapping[str, object]], columns: Mapping[str, str], out: IO[bytes]) -> None:
    """Write rows as a table, a thousand at a time.

    Parameters
    ----------
    columns
        Their names and types: ``string``, ``double``, and lists of these, ``list<string>``.
    """
    arrow, parquet = library("pyarrow", "parquet", "Parquet"), library("pyarrow.parquet", "parquet", "Parquet")
    schema = arrow.schema([(name, _type(arrow, kind)) for name, kind in columns.items()])
    rows = iter(rows)
    with parquet.ParquetWriter(out, schema) as writer:
        while batch := list(islice(rows, _BATCH)):
            writer.write_table(_table(arrow, batch, schema))


def _table(arrow: Any, batch: list[Mapping[str, object]], schema: Any) -> Any:
    try:
        return arrow.Table.from_pylist(batch, schema)
    except UnicodeEncodeError:  # names of files may hold what is no Unicode
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

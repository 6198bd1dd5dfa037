"""Bound the memory that rows of a Parquet file take when unpacked, from the page headers.

pyarrow unpacks all rows that it is asked for, and a page of a few bytes may hold a gigabyte: a repeated value is stored
once in a dictionary, and a long run of it as a number.
Source: https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any, NamedTuple

from classmark.corpus.errors import TooLongError

_LONGEST_PAGE = 256_000_000
"""Maximum size of a page in bytes: a thousand texts of 250 KB. A megabyte is usual."""

_MOST_VALUES = 20_000_000
"""Maximum number of list values of a column in a row group. A hundredth is usual."""

_HEADERS = (512, 1 << 16, 1 << 24)
"""Bytes to read for a page header at first; headers with long statistics need more."""

_LONGEST_LOOKED_AT = 4_000_000
"""Maximum size of a dictionary whose values are measured; in a longer one, any value may be as long as all."""

_CODECS = {"UNCOMPRESSED": "", "SNAPPY": "snappy", "GZIP": "gzip", "BROTLI": "brotli", "ZSTD": "zstd"}
_DICTIONARY, _DATA_2 = 2, 3
"""Page types."""

_DELTA_BYTE_ARRAY = 7
"""Encoding in which a value may repeat the whole previous value as its prefix."""

_BOOLEANS, _INTEGERS, _BINARY, _STRUCT = (1, 2), (3, 4, 5, 6), 8, 12
"""Types of the Thrift compact protocol."""

_Struct = dict[int, Any]


class _Page(NamedTuple):
    """A page header: position of the page, its packed and unpacked size, and the number of its values."""

    kind: int
    offset: int
    packed: int
    unpacked: int
    values: int
    encoding: int


def longest_of(arrow: Any, file: IO[bytes], column: Any, *, is_list: bool) -> int:
    """Estimate the maximum unpacked bytes of a row of a column in a row group.

    Raises
    ------
    TooLongError
        If a page is longer, or lists have more values, than allowed.
    ValueError
        If it is not Parquet.
    """
    longest = values = 0
    for page in _pages(file, column):
        values += page.values
        if page.unpacked > _LONGEST_PAGE or (is_list and values > _MOST_VALUES):
            raise TooLongError(
                f"the column {column.path_in_schema} has more in a page than is read at once; write smaller pages"
            )
        if is_list and page.encoding == _DELTA_BYTE_ARRAY:
            raise TooLongError(f"the lists of {column.path_in_schema} are in delta encoding; write them without it")
        longest = max(longest, _longest_in(arrow, file, column, page))
    return longest


def _longest_in(arrow: Any, file: IO[bytes], column: Any, page: _Page) -> int:
    """Return the bytes that a row of a page may take: the mean if all are alike, else the longest possible."""
    if page.kind != _DICTIONARY and page.encoding != _DELTA_BYTE_ARRAY:
        return page.unpacked // max(page.values, 1)
    codec = _CODECS.get(column.compression)
    if page.kind == _DICTIONARY and column.physical_type != "BYTE_ARRAY":  # all have the same length
        return page.unpacked // max(page.values, 1)
    if page.encoding == _DELTA_BYTE_ARRAY or codec is None or page.unpacked > _LONGEST_LOOKED_AT:
        return page.unpacked
    file.seek(page.offset)
    data = file.read(page.packed)
    return _longest_value(arrow.decompress(data, page.unpacked, codec, asbytes=True) if codec else data)


def _longest_value(dictionary: bytes) -> int:
    """Return the length of the longest of length-prefixed values."""
    offset = longest = 0
    while offset < len(dictionary):
        length = int.from_bytes(dictionary[offset : offset + 4], "little")
        longest = max(longest, length)
        offset += 4 + length
    return longest


def _pages(file: IO[bytes], column: Any) -> Iterator[_Page]:
    offset = min(start for start in (column.data_page_offset, column.dictionary_page_offset) if start)
    end = offset + column.total_compressed_size
    while offset < end:
        header, length = _header(file, offset)
        kind, unpacked, packed = (_number(header, field) for field in (1, 2, 3))
        data = next((value for value in header.values() if isinstance(value, dict)), {})
        encoding = _number(data, 4 if kind == _DATA_2 else 2)
        yield _Page(kind, offset + length, packed, unpacked, _number(data, 1), encoding)
        offset += length + packed


def _header(file: IO[bytes], offset: int) -> tuple[_Struct, int]:
    """Return the page header at an offset, and its length."""
    for size in _HEADERS:
        file.seek(offset)
        try:
            return _struct(file.read(size), 0)
        except IndexError:
            continue
    raise ValueError("a page has no header")


def _struct(data: bytes, offset: int) -> tuple[_Struct, int]:
    """Return the numbers and structs in a struct by field number, and its end."""
    fields: _Struct = {}
    number = 0
    while kind := data[offset]:
        offset += 1
        if kind >> 4:
            number += kind >> 4
        else:
            number, offset = _integer(data, offset)
        value, offset = _value(data, offset, kind & 15)
        if value is not None:
            fields[number] = value
    return fields, offset + 1


def _value(data: bytes, offset: int, kind: int) -> tuple[int | _Struct | None, int]:
    """Return the value at an offset, or None if it is of no interest, and its end."""
    if kind in _INTEGERS:
        return _integer(data, offset)
    if kind == _STRUCT:
        return _struct(data, offset)
    if kind == _BINARY:
        length, offset = _varint(data, offset)
        return None, offset + length
    if kind in _BOOLEANS:
        return None, offset
    raise ValueError("a page has a header of another kind")


def _integer(data: bytes, offset: int) -> tuple[int, int]:
    """Decode a zigzag number, whose lowest bit is the sign."""
    value, offset = _varint(data, offset)
    return (value >> 1) ^ -(value & 1), offset


def _varint(data: bytes, offset: int) -> tuple[int, int]:
    """Decode a variable-length number: seven bits per byte, lowest first."""
    value = shift = 0
    while shift < 70:
        value |= (data[offset] & 127) << shift
        offset, shift = offset + 1, shift + 7
        if data[offset - 1] < 128:
            return value, offset
    raise ValueError("a number is too long")


def _number(fields: _Struct, name: int) -> int:
    value = fields.get(name, 0)
    if not isinstance(value, int) or value < 0:
        raise ValueError("a page has a header of another kind")
    return value

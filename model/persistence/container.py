"""Read and write the container of a model: a safetensors file of arrays and a JSON header, with a checksum."""

from __future__ import annotations

import json
import mmap
from math import prod
from pathlib import Path
from typing import IO, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from classmark.corpus.errors import ModelFileError

from .content_checks import LARGEST, require

FORMAT_VERSION = 3
_KEY = "classmark"
_NO_CHECKSUM = "0" * 32
_SIZE = 8  # bytes at the beginning, which hold the size of the header
_LARGEST_HEADER = 20_000_000
_CHUNK = 1 << 20
_TYPES = {"F32": "<f4", "F64": "<f8", "U8": "u1", "U32": "<u4", "U64": "<u8"}

Arrays = dict[str, NDArray[Any]]
Header = dict[str, Any]
Kinds = list[tuple[str, str, tuple[int, ...]]]
"""Names, types and shapes of arrays, in file order."""


def write_container(arrays: Arrays, header: Header, out: IO[bytes]) -> None:
    """Write arrays and a header, with a checksum.

    Raises
    ------
    ModelFileError
        The header is too large to be read again.
    """
    from safetensors.numpy import save  # noqa: PLC0415  # predicting does without it
    from xxhash import xxh3_128_hexdigest  # noqa: PLC0415

    text = json.dumps({"format": FORMAT_VERSION, "checksum": _NO_CHECKSUM, **header}, ensure_ascii=False)
    content = save(arrays, {_KEY: text})  # a single entry, as safetensors writes several in random order
    if int.from_bytes(content[:_SIZE], "little") > _LARGEST_HEADER:
        raise ModelFileError("there are too many codes, or too long names of them, for a model file")
    checksum = xxh3_128_hexdigest(content)
    out.write(content.replace(_NO_CHECKSUM.encode(), checksum.encode(), 1))


def read_container(path: Path) -> tuple[Arrays, Header]:
    """Open a container; its arrays are mapped into memory, and read from the disk when they are needed.

    Raises
    ------
    ModelFileError
        The file is no model file, is damaged, or is from another version. The message lacks the file's name.
    OSError
        The file can't be read.
    """
    from safetensors import SafetensorError, safe_open  # noqa: PLC0415

    _check_size_of_header(path)
    try:
        with safe_open(path, framework="np") as file:
            metadata = file.metadata() or {}
            slices = {name: file.get_slice(name) for name in file.offset_keys()}
            kinds = [(name, array.get_dtype(), tuple(array.get_shape())) for name, array in slices.items()]
    except SafetensorError:
        raise ModelFileError("is no model file of classmark, or is damaged") from None
    if _KEY not in metadata:
        raise ModelFileError("is a safetensors file, but no model file of classmark")
    header = json.loads(metadata[_KEY])
    if header["format"] != FORMAT_VERSION:
        found = f"has the format {header['format']!r:.40}, this version of classmark reads {FORMAT_VERSION}"
        older = isinstance(header["format"], int) and header["format"] < FORMAT_VERSION
        raise ModelFileError(f"{found}; {'train it again' if older else 'update classmark'}")
    with path.open("rb") as stream:
        _verify(stream, header["checksum"], kinds)
        return _map(stream, kinds), header


def checksum_of(path: Path) -> str:
    """Return the checksum in the header of a container.

    Raises
    ------
    ModelFileError
        The file is no model file.
    """
    from safetensors import SafetensorError, safe_open  # noqa: PLC0415

    try:
        _check_size_of_header(path)
        with safe_open(path, framework="np") as file:
            return str(json.loads((file.metadata() or {})[_KEY])["checksum"])
    except (ModelFileError, SafetensorError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise ModelFileError(f"{path} is no model file of classmark, or is damaged") from error


def _check_size_of_header(path: Path) -> None:
    """Raise if the header would take minutes and gigabytes to read."""
    with path.open("rb") as stream:
        size = int.from_bytes(stream.read(_SIZE), "little")
    if _LARGEST_HEADER < size < path.stat().st_size:
        raise ModelFileError(f"has a header of {size:,} bytes, which is more than a model has")


def _verify(stream: BinaryIO, checksum: str, kinds: Kinds) -> None:
    """Verify the checksum and all numbers. Reading the file, rather than mapping it, keeps memory low.

    Raises
    ------
    ModelFileError
        The checksum differs.
    ValueError
        A number is not finite, or larger than any in a model.
    """
    from xxhash import xxh3_128  # noqa: PLC0415

    size = stream.read(_SIZE)
    head = stream.read(int.from_bytes(size, "little"))
    digest = xxh3_128(size + head.replace(checksum.encode(), _NO_CHECKSUM.encode(), 1))
    unusual = []
    for name, kind, shape in kinds:
        left = prod(shape) * np.dtype(_TYPES[kind]).itemsize
        while chunk := stream.read(min(_CHUNK, left)):
            left -= len(chunk)
            digest.update(chunk)
            if kind.startswith("F") and not _are_usual(np.frombuffer(chunk, _TYPES[kind])):
                unusual.append(name)
    if stream.read(1) or digest.hexdigest() != checksum:
        raise ModelFileError("is damaged: its checksum differs; get it again, or train it again")
    require(not unusual, f"{', '.join(dict.fromkeys(unusual))} has values that are not finite or exceed {LARGEST:g}")


def _are_usual(numbers: NDArray[np.floating[Any]]) -> bool:
    """Return whether all numbers are within ±`LARGEST`; not so if one of them is NaN."""
    return bool(numbers.min() >= -LARGEST and numbers.max() <= LARGEST)


def _map(stream: BinaryIO, kinds: Kinds) -> Arrays:
    """Map the arrays, which follow each other in this order; safetensors' own reader would copy them."""
    content = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    start = _SIZE + int.from_bytes(content[:_SIZE], "little")
    arrays: Arrays = {}
    for name, kind, shape in kinds:
        dtype = np.dtype(_TYPES[kind])
        size = int(np.prod(shape, dtype=np.int64))
        arrays[name] = np.frombuffer(content, dtype, size, start).reshape(shape)
        start += size * dtype.itemsize
    return arrays

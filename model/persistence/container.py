"""Read and write the container of a model: a safetensors file of arrays and a JSON header, with a checksum."""

from __future__ import annotations

import json
import mmap
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from classmark.corpus.errors import ModelFileError

from .content_checks import LARGEST, require

FORMAT_VERSION = 5
_KEY = "classmark"
_NO_CHECKSUM = "0" * 32
_SIZE = 8  # bytes at the beginning, which hold the size of the header
_LARGEST_HEADER = 20_000_000
_TYPES = {"F16": "<f2", "F32": "<f4", "F64": "<f8", "U8": "u1", "U16": "<u2", "U32": "<u4", "U64": "<u8"}
_CHECKED_IN_USE = (".columns", ".values")
"""The ends of the names of large arrays; they have checksums of their own, which are verified when they are used."""


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

    text = json.dumps({"format": FORMAT_VERSION, "checksum": _NO_CHECKSUM, **header}, ensure_ascii=False)
    content = save(arrays, {_KEY: text})  # a single entry, as safetensors writes several in random order
    if int.from_bytes(content[:_SIZE], "little") > _LARGEST_HEADER:
        raise ModelFileError("there are too many codes, or too long names of them, for a model file")
    out.write(content.replace(_NO_CHECKSUM.encode(), digest_of(content).encode(), 1))


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
        content = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    if digest_of(content, header["checksum"]) != header["checksum"]:
        raise ModelFileError("is damaged: its checksum differs; get it again, or train it again")
    arrays = _map(content, kinds)
    unusual = [name for name, array in arrays.items() if array.dtype.kind == "f" and not _are_usual(name, array)]
    require(not unusual, f"{', '.join(unusual)} has values that are not finite or exceed {LARGEST:g}")
    return arrays, header


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


def digest_of(content: bytes | mmap.mmap, checksum: str = _NO_CHECKSUM) -> str:
    """Return XXH3-128 of a container with its checksum blanked, without the arrays that are checked in use."""
    from xxhash import xxh3_128  # noqa: PLC0415

    start = _SIZE + int.from_bytes(content[:_SIZE], "little")
    head = content[:start]
    digest = xxh3_128(head.replace(checksum.encode(), _NO_CHECKSUM.encode(), 1))
    fields = {name: field for name, field in json.loads(head[_SIZE:]).items() if name != "__metadata__"}
    for name, field in sorted(fields.items()):
        first, last = field["data_offsets"]
        if not name.endswith(_CHECKED_IN_USE):
            digest.update(content[start + first : start + last])
    return str(digest.hexdigest())


def _are_usual(name: str, numbers: NDArray[np.floating[Any]]) -> bool:
    """Return whether all numbers are within ±`LARGEST`; not so if one of them is NaN. Arrays checked in use are."""
    return (
        name.endswith(_CHECKED_IN_USE)
        or not numbers.size
        or bool(numbers.min() >= -LARGEST and numbers.max() <= LARGEST)
    )


def _map(content: mmap.mmap, kinds: Kinds) -> Arrays:
    """Map the arrays, which follow each other in this order; safetensors' own reader would copy them."""
    start = _SIZE + int.from_bytes(content[:_SIZE], "little")
    arrays: Arrays = {}
    for name, kind, shape in kinds:
        dtype = np.dtype(_TYPES[kind])
        size = int(np.prod(shape, dtype=np.int64))
        arrays[name] = np.frombuffer(content, dtype, size, start).reshape(shape)
        start += size * dtype.itemsize
    return arrays

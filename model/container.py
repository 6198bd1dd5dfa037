"""The container of a model: named arrays and a JSON header in a safetensors file, with a checksum over it all."""

from __future__ import annotations

import json
import mmap
from pathlib import Path
from typing import IO, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from classmark.corpus import ModelFileError

FORMAT_VERSION = 3
_KEY = "classmark"
_NO_CHECKSUM = "0" * 32
_CHUNK = 1 << 20
_TYPES = {"F32": "<f4", "F64": "<f8", "U8": "u1", "U32": "<u4", "U64": "<u8"}

Arrays = dict[str, NDArray[Any]]
Header = dict[str, Any]


def write_container(arrays: Arrays, header: Header, out: IO[bytes]) -> None:
    """Write arrays and header, with a checksum."""
    from safetensors.numpy import save  # noqa: PLC0415  # who only predicts need not wait for it
    from xxhash import xxh3_128_hexdigest  # noqa: PLC0415

    text = json.dumps({"format": FORMAT_VERSION, "checksum": _NO_CHECKSUM, **header}, ensure_ascii=False)
    content = save(arrays, {_KEY: text})  # one entry, since safetensors writes several in any order
    checksum = xxh3_128_hexdigest(content)
    out.write(content.replace(_NO_CHECKSUM.encode(), checksum.encode(), 1))


def read_container(path: Path) -> tuple[Arrays, Header]:
    """Open a container; its arrays are mapped into memory and read from the disk where they are needed.

    Raises
    ------
    ModelFileError
        It is no model file, is damaged, or was made by a later version. The message lacks the file's name.
    OSError
        It can't be read.
    """
    from safetensors import SafetensorError, safe_open  # noqa: PLC0415

    try:
        with safe_open(path, framework="np") as file:
            metadata = file.metadata() or {}
            slices = {name: file.get_slice(name) for name in file.offset_keys()}
            kinds = [(name, part.get_dtype(), tuple(part.get_shape())) for name, part in slices.items()]
    except SafetensorError:
        raise ModelFileError("is no model file of classmark, or is damaged") from None
    if _KEY not in metadata:
        raise ModelFileError("is a safetensors file, but no model file of classmark")
    header = json.loads(metadata[_KEY])
    if header["format"] != FORMAT_VERSION:
        found = f"has the format {header['format']!r}, this version of classmark reads {FORMAT_VERSION}"
        older = isinstance(header["format"], int) and header["format"] < FORMAT_VERSION
        raise ModelFileError(f"{found}; {'train it again' if older else 'update classmark'}")
    with path.open("rb") as stream:
        _verify(stream, header["checksum"])
        return _map(stream, kinds), header


def checksum_of(path: Path) -> str:
    """Return the checksum that a container says it has.

    Raises
    ------
    ModelFileError
        It is no model file.
    """
    from safetensors import SafetensorError, safe_open  # noqa: PLC0415

    try:
        with safe_open(path, framework="np") as file:
            return str(json.loads((file.metadata() or {})[_KEY])["checksum"])
    except (SafetensorError, LookupError, TypeError, ValueError) as error:
        raise ModelFileError(f"{path} is no model file of classmark, or is damaged") from error


def _verify(stream: BinaryIO, checksum: str) -> None:
    """Compare the checksum, by reading rather than by mapping, so that it costs no memory."""
    from xxhash import xxh3_128  # noqa: PLC0415

    size = stream.read(8)
    head = stream.read(int.from_bytes(size, "little"))
    digest = xxh3_128(size + head.replace(checksum.encode(), _NO_CHECKSUM.encode(), 1))
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
    if digest.hexdigest() != checksum:
        raise ModelFileError("is damaged: its checksum differs; get it again, or train it again")


def _map(stream: BinaryIO, kinds: list[tuple[str, str, tuple[int, ...]]]) -> Arrays:
    """Map the arrays, which stand in this order one after the other; safetensors' own reader would copy them."""
    content = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    start = 8 + int.from_bytes(content[:8], "little")
    arrays: Arrays = {}
    for name, kind, shape in kinds:
        dtype = np.dtype(_TYPES[kind])
        size = int(np.prod(shape, dtype=np.int64))
        arrays[name] = np.frombuffer(content, dtype, size, start).reshape(shape)
        start += size * dtype.itemsize
    return arrays

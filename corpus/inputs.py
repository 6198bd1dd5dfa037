"""What the user named as input: how large it is, and how to tell whether it changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from .reading import input_files
from .streams import STDIN


def input_size(paths: Iterable[str], input_format: str) -> int:
    """Return how many bytes the files have that are read; 0 for the standard input and for pipes."""
    return sum(path.stat().st_size for path in _regular_files(paths, input_format))


def input_digest(paths: Iterable[str], input_format: str) -> str:
    """Return a figure that changes when a file that is read is added, taken away, or written to."""
    digest = hashlib.sha256()
    for path in _regular_files(paths, input_format):
        found = path.stat()
        digest.update(f"{path}\0{found.st_size}\0{found.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _regular_files(paths: Iterable[str], input_format: str) -> Iterator[Path]:
    files = (Path(name) for name in input_files(paths, input_format) if name != STDIN)
    return (path for path in files if path.is_file())

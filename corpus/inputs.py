"""What the user named as input: its files, how large they are, and how to tell whether they changed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from .streams import STDIN


def input_files(paths: Iterable[str]) -> Iterator[Path]:
    """Return the files that are named, and those in the folders that are, however deep, but for hidden ones."""
    for path in paths:
        if path == STDIN:
            continue
        if not Path(path).is_dir():
            yield Path(path)
            continue
        for where, folders, files in os.walk(path):
            folders[:] = [name for name in folders if not name.startswith(".")]
            yield from (Path(where, name) for name in files if not name.startswith("."))


def input_size(paths: Iterable[str]) -> int:
    """Return how many bytes the files have; 0 for what can't be looked at."""
    return sum(path.stat().st_size for path in input_files(paths) if path.is_file())


def input_digest(paths: Iterable[str]) -> str:
    """Return a figure that changes when a file is added, taken away, or written to."""
    digest = hashlib.sha256()
    for path in sorted(path for path in input_files(paths) if path.is_file()):
        found = path.stat()
        digest.update(f"{path}\0{found.st_size}\0{found.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()

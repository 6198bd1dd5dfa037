"""What the user named as input: how large it is, and how to tell whether it changed."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator


def input_size(files: Iterable[str]) -> int:
    """Return how many bytes files have; 0 for the standard input and for pipes."""
    return sum(found.st_size for _, found in _regular(files))


def input_digest(files: Iterable[str]) -> str:
    """Return a figure that changes when a file is added, taken away, or written to."""
    digest = hashlib.sha256()
    for name, found in _regular(files):
        digest.update(f"{name}\0{found.st_size}\0{found.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _regular(files: Iterable[str]) -> Iterator[tuple[str, os.stat_result]]:
    for name in files:
        try:
            found = os.stat(name)  # noqa: PTH116  # of 50,000 names, none need be made a Path
        except OSError:
            continue
        if stat.S_ISREG(found.st_mode):
            yield name, found

"""Locks that one run holds on a file or folder, and that go with it however it ends."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from classmark.corpus.errors import UsageError

try:
    import fcntl
except ImportError:  # where there are no such locks
    fcntl = None  # type: ignore[assignment]


def try_lock(descriptor: int) -> bool:
    """Lock an open file or folder until it is closed; False if another run has it.

    Where the file system knows no locks, as some network drives, the answer is always yes.
    """
    if fcntl:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return True
    return True


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Have a folder for one run alone, for the while; it is made if need be, and goes again if it stays empty.

    Raises
    ------
    UsageError
        Another run has it.
    """
    is_new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    if not fcntl:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if not try_lock(descriptor):
            raise UsageError(f"another run is writing to {folder}; wait for it, or name another folder")
        yield
    finally:
        if is_new:
            with suppress(OSError):  # it is not empty
                folder.rmdir()
        os.close(descriptor)

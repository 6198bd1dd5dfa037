"""Lock a file or folder for one run; the system releases the lock however the run ends."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from classmark.corpus.errors import UsageError

try:
    import fcntl
except ImportError:  # Windows: two runs that write one file there are not told apart
    fcntl = None  # type: ignore[assignment]


def try_lock(descriptor: int) -> bool:
    """Lock an open file or folder until it is closed; return False if another run has locked it.

    Return True without a lock if the file system has none, as some network drives, or the operating system.
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
    """Lock a folder for one run during the block; create it if it does not exist, and remove it if it stays empty.

    Raises
    ------
    UsageError
        Another run has locked it.
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

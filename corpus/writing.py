"""Writing a file so that it is there whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from .errors import UsageError


def check_writable(path: Path) -> None:
    """Find out before the work whether its result has a place to go.

    Raises
    ------
    UsageError
        The path is a folder, or in a folder that does not exist.
    """
    if path.is_dir():
        raise UsageError(f"{path} is a folder; name a file for the output")
    if not path.parent.is_dir():
        raise UsageError(f"{path} can't be written: there is no folder {path.parent}")


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Open a temporary file beside ``path`` that takes its name when the block ends well.

    The data is on the disk before the name changes, so that a kill at any moment leaves the old file or
    the new one. When the block raises, the old file stays and the temporary one goes. A link stays one, what it
    points to is replaced; devices and pipes are written to as they are.

    Raises
    ------
    UsageError
        The path is a folder, or the folder does not exist or can't be written to.
    """
    check_writable(path)
    path = path.resolve()
    if path.exists() and not path.is_file():
        with path.open("wb") as stream:
            yield stream
        return
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    except OSError as error:
        raise UsageError(f"{path} can't be written: {error.strerror}") from error
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(usual_mode(path))
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def usual_mode(path: Path) -> int:
    """Return the mode of the file that is replaced or, for a new one, what the umask leaves."""
    if path.exists():
        return path.stat().st_mode & 0o777
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask

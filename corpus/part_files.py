"""A file in the making: it has a temporary name, one run alone writes it, and what goes wrong is said of the output."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .errors import OutputError, UsageError
from .locks import is_locked

_ADVICE = {
    errno.ENOSPC: "make room first",
    errno.EDQUOT: "make room first",
    errno.EFBIG: "raise the limit on the size of files (ulimit -f) first",
    errno.ENOENT: "its folder was taken away, make it anew",
    errno.EACCES: "name a place that can be written to",
    errno.EROFS: "name a place that can be written to",
}
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)  # of somebody else, to a file that would be written over


@contextmanager
def naming(output: object) -> Iterator[None]:
    """Say of which output it is that something can't be written, and what to do.

    Raises
    ------
    OutputError
        In the place of an `OSError`; but a closed pipe stays one.
    """
    try:
        yield
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise
        advice = _ADVICE.get(error.errno or errno.ENOSPC)  # NumPy says no more than that it could not write all
        reason = f"{error.strerror or error}{f'; {advice}' if advice else ''}"
        raise OutputError(f"{output} can't be written: {reason}") from error


class _Named(io.FileIO):
    """A file that names the output when it can't be written."""

    def __init__(self, descriptor: int, output: Path) -> None:
        super().__init__(descriptor, "wb")
        self._output = output

    def write(self, data: Any, /) -> int:  # the standard library's own signature
        """Write bytes, and return how many were written."""
        with naming(self._output):
            return super().write(data)


def open_device(path: Path) -> io.BufferedWriter:
    """Open what is there and no file, such as a pipe."""
    with naming(path):
        return io.BufferedWriter(_Named(os.open(path, os.O_WRONLY), path))


def open_part(part: Path, output: Path) -> io.BufferedWriter:
    """Open the temporary file of an output for writing, with what it holds, unless another run has it open.

    Raises
    ------
    UsageError
        It can't be opened, or another run is writing it.
    """
    while True:
        try:
            descriptor = os.open(part, os.O_RDWR | os.O_CREAT | _NO_LINK, 0o600)
        except OSError as error:
            raise UsageError(f"{output} can't be written: {error.strerror}") from error
        stream: io.BufferedWriter = io.BufferedWriter(_Named(descriptor, output))
        if not is_locked(descriptor):
            stream.close()
            raise UsageError(f"another run is writing {output}; wait for it, or name another file")
        if _has_name(descriptor, part):
            return stream
        stream.close()  # another run has just given it its name


def _has_name(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except FileNotFoundError:
        return False


def give_name(stream: io.BufferedWriter, part: Path, path: Path, output: Path) -> None:
    """Put a temporary file on the disk, and give it the name of the output in one step.

    Parameters
    ----------
    path, output
        Its place, and what the user called it.
    """
    with naming(output):
        stream.flush()
        os.fsync(stream.fileno())
        part.chmod(_usual_mode(path))
        part.replace(path)


def _usual_mode(path: Path) -> int:
    """Return the mode of the file that is replaced or, for a new one, what the umask leaves."""
    if path.exists():
        return path.stat().st_mode & 0o777
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask

"""Files that the program makes for itself: they are made anew or known as its own, never opened through a link.

A folder may hold what others laid there under the same names: links, pipes, files of the user's own. Those are refused,
as writing to them would harm what is not ours.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from classmark.corpus.errors import OutputError, UsageError

_ADVICE = {
    errno.ENOSPC: "make room first",
    errno.EDQUOT: "make room first",
    errno.EFBIG: "raise the limit on the size of files (ulimit -f) first",
    errno.ENOENT: "its folder was taken away, make it anew",
    errno.EACCES: "name a place that can be written to",
    errno.EROFS: "name a place that can be written to",
}
_SAFELY = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_MODE = stat.S_IRUSR | stat.S_IWUSR | stat.S_ISVTX
"""The sticky bit has no effect on a file, and hardly any file has it: by it, a later run knows what is ours."""

_SHORT, _LONGEST_NAME = 30, 255
"""Letters that any disk allows in a name, and bytes that most do."""


@contextmanager
def reporting_errors_for(output: object) -> Iterator[None]:
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


class NamedFile(io.FileIO):
    """A file that names the output when it can't be written."""

    def __init__(self, descriptor: int, output: Path) -> None:
        super().__init__(descriptor, "wb")
        self._output = output

    def write(self, data: Any, /) -> int:  # the standard library's own signature
        """Write bytes, and return how many were written."""
        with reporting_errors_for(self._output):
            return super().write(data)


def hidden_path(place: Path, ending: str) -> Path:
    """Return the path of a file of ours that belongs to an output: hidden, beside it, and short enough.

    >>> str(hidden_path(Path("/tmp/out.csv"), "part"))
    '/tmp/.out.csv.part'
    """
    name = f".{place.name}.{ending}"
    if len(name) > _SHORT and len(os.fsencode(name)) > _longest_name(place.parent):
        name = f".{hashlib.sha256(os.fsencode(place.name)).hexdigest()[:32]}.{ending}"
    return place.with_name(name)


def open_own(path: Path, output: Path) -> tuple[int, bool]:
    """Open a file of ours for reading and writing, with what it holds, and say whether it is new.

    Raises
    ------
    UsageError
        It can't be opened.
    FileNotFoundError
        It was there, and has gone.
    """
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _SAFELY, _MODE), True
    except FileExistsError:
        return _open_found(path, output), False
    except OSError as error:
        raise UsageError(f"{output} can't be written: {error.strerror}") from error


def _open_found(path: Path, output: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | _SAFELY)
    except FileNotFoundError:
        raise
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.EMLINK, errno.ENXIO, errno.EISDIR}:  # a link, a socket, a folder
            raise in_the_way(path, output) from error
        raise UsageError(f"{output} can't be written: {error.strerror}") from error


def is_own(descriptor: int) -> bool:
    """Whether an open file is one of this user's alone; a pipe is none, nor is a file with another name elsewhere."""
    found = os.fstat(descriptor)
    is_mine = not hasattr(os, "geteuid") or found.st_uid == os.geteuid()
    return stat.S_ISREG(found.st_mode) and found.st_nlink == 1 and is_mine


def is_marked(descriptor: int) -> bool:
    """Whether a file is known to be made by this program, or is empty."""
    found = os.fstat(descriptor)
    return found.st_size == 0 or bool(found.st_mode & stat.S_ISVTX)


def marked(mode: int) -> int:
    """Return the mode of a file by which it is known to be made by this program."""
    return mode | stat.S_ISVTX


def in_the_way(path: Path, output: Path) -> UsageError:
    """Return the error of a file of somebody else's that has a name that we need."""
    return UsageError(
        f"{path} is in the way, as what becomes {output} has this name until it is whole; move it, or name another "
        "output"
    )


def open_regular(path: Path) -> io.FileIO | None:
    """Open a file for reading, without following a link or waiting for a pipe; None if it is no file.

    Raises
    ------
    OSError
        It can't be opened.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | _SAFELY)
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.EMLINK, errno.ENXIO}:
            return None
        raise
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return io.FileIO(descriptor)
    os.close(descriptor)
    return None


def read_regular(path: Path, most: int) -> bytes | None:
    """Return what a file holds, opened as by `open_regular`; None if it is no file, or has more than so many bytes.

    Raises
    ------
    OSError
        It can't be read.
    """
    stream = open_regular(path)
    if stream is None:
        return None
    with stream:
        return stream.readall() if os.fstat(stream.fileno()).st_size <= most else None


def _longest_name(folder: Path) -> int:
    with suppress(AttributeError, OSError, ValueError):
        return os.pathconf(folder, "PC_NAME_MAX")
    return _LONGEST_NAME

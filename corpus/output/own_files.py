"""Open the program's own files, such as temporary ones: new, or recognized as its own, never through a link.

A folder may hold something else under the same name: a link, a pipe, a file of the user's. It is refused, as writing to
it would harm what does not belong to the program.
"""

from __future__ import annotations

import errno
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
    errno.ENOENT: "its folder was removed, create it again",
    errno.EACCES: "name a place that can be written to",
    errno.EROFS: "name a place that can be written to",
}
_SAFELY = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_MODE = stat.S_IRUSR | stat.S_IWUSR | stat.S_ISVTX
"""The sticky bit has no effect on a file, and hardly any file has it: it marks the program's own files."""

_ALWAYS_ALLOWED, _USUAL_LIMIT = 30, 255
"""Characters that every file system allows in a name, and bytes that most do."""


@contextmanager
def reporting_errors_for(output: object) -> Iterator[None]:
    """Turn an `OSError` inside the block into a sentence that names the output and says what to do.

    Raises
    ------
    OutputError
        Instead of any `OSError` but a closed pipe's.
    """
    try:
        yield
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise
        advice = _ADVICE.get(error.errno or errno.ENOSPC)  # NumPy gives no number when it could not write all
        reason = f"{error.strerror or error}{f'; {advice}' if advice else ''}"
        raise OutputError(f"{output} can't be written: {reason}") from error


class NamedFile(io.FileIO):
    """A file whose write errors name the output; see `reporting_errors_for`."""

    def __init__(self, descriptor: int, output: Path) -> None:
        super().__init__(descriptor, "wb")
        self._output = output

    def write(self, data: Any, /) -> int:  # the standard library's own signature
        """Write bytes, and return how many were written.

        Raises
        ------
        OutputError
            Writing fails.
        """
        with reporting_errors_for(self._output):
            return super().write(data)


def hidden_path(target: Path, ending: str) -> Path:
    """Return the path of a file of the program's own: hidden, beside the output, and with a name that is short enough.

    >>> str(hidden_path(Path("/tmp/out.csv"), "part"))
    '/tmp/.out.csv.part'
    """
    name = f".{target.name}.{ending}"
    if len(name) > _ALWAYS_ALLOWED and len(os.fsencode(name)) > _max_name_bytes(target.parent):
        import hashlib  # noqa: PLC0415  # slow to import, and a pipe needs none

        name = f".{hashlib.sha256(os.fsencode(target.name)).hexdigest()[:32]}.{ending}"
    return target.with_name(name)


def open_own(path: Path, output: Path) -> tuple[int, bool]:
    """Open a file of the program's own for reading and writing, keeping what it holds.

    Returns
    -------
    The descriptor, and whether the file is new.

    Raises
    ------
    UsageError
        The file can't be opened.
    FileNotFoundError
        It existed, and was removed meanwhile.
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
    """Return whether an open descriptor is a regular file that this user owns and that has no second name."""
    found = os.fstat(descriptor)
    is_mine = not hasattr(os, "geteuid") or found.st_uid == os.geteuid()
    return stat.S_ISREG(found.st_mode) and found.st_nlink == 1 and is_mine


def is_marked(descriptor: int) -> bool:
    """Return whether a file has this program's mark, or is empty."""
    found = os.fstat(descriptor)
    return found.st_size == 0 or bool(found.st_mode & stat.S_ISVTX)


def marked(mode: int) -> int:
    """Return a file mode with this program's mark added."""
    return mode | stat.S_ISVTX


def in_the_way(path: Path, output: Path) -> UsageError:
    """Return the error to raise if a file that is not the program's own has a name that the program needs."""
    return UsageError(
        f"{path} is in the way: {output} has this name until it is complete; move it, or name another output"
    )


def open_regular(path: Path) -> io.FileIO | None:
    """Open a regular file for reading, without following a link or waiting for a pipe; None if it is not one.

    Raises
    ------
    OSError
        The file can't be opened.
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


def read_regular(path: Path, max_bytes: int) -> bytes | None:
    """Return the bytes of a file, opened by `open_regular`; None if it is not regular, or larger than ``max_bytes``.

    Raises
    ------
    OSError
        The file can't be read.
    """
    stream = open_regular(path)
    if stream is None:
        return None
    with stream:
        return stream.readall() if os.fstat(stream.fileno()).st_size <= max_bytes else None


def _max_name_bytes(folder: Path) -> int:
    with suppress(AttributeError, OSError, ValueError):
        return os.pathconf(folder, "PC_NAME_MAX")
    return _USUAL_LIMIT

"""A file in the making: it has a temporary name, and one run alone writes it."""

from __future__ import annotations

import io
import os
import stat
from contextlib import suppress
from pathlib import Path

from classmark.corpus.errors import UsageError

from .locks import try_lock
from .own_files import NamedFile, in_the_way, is_marked, is_own, marked, open_own, reporting_errors_for


def open_temporary(part: Path, output: Path, *, is_noted: bool = False) -> io.BufferedWriter:
    """Open the temporary file of an output for writing, with what it holds, unless another run has it open.

    Parameters
    ----------
    is_noted
        A journal tells what it holds, so that it is known by this even if it is a copy.

    Raises
    ------
    UsageError
        It can't be opened, another run is writing it, or it is somebody else's file of that name.
    """
    while True:
        try:
            descriptor, is_new = open_own(part, output)
        except FileNotFoundError:  # another run has just given it its name
            continue
        stream: io.BufferedWriter = io.BufferedWriter(NamedFile(descriptor, output))
        if not try_lock(descriptor):
            stream.close()
            raise UsageError(f"another run is writing {output}; wait for it, or name another file")
        if not _has_name(descriptor, part):
            stream.close()  # another run has just given it its name
            continue
        if is_new or (is_own(descriptor) and (is_noted or is_marked(descriptor))):
            return stream
        stream.close()
        raise in_the_way(part, output)


def _has_name(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except FileNotFoundError:
        return False


def commit(stream: io.BufferedWriter, part: Path, path: Path, output: Path) -> None:
    """Put a temporary file on the disk, and give it the name of the output in one step.

    Parameters
    ----------
    path, output
        Its place, and what the user called it.
    """
    with reporting_errors_for(output):
        stream.flush()
        os.fsync(stream.fileno())
        mode = _usual_mode(path)
        _set_mode(stream, part, marked(mode))  # until it has its name, a later run must know it
        part.replace(path)
        _set_mode(stream, path, mode)


def _set_mode(stream: io.BufferedWriter, path: Path, mode: int) -> None:
    """Set the mode of the file that is open, whatever others have put in its place."""
    os.chmod(stream.fileno() if os.chmod in os.supports_fd else path, mode)  # noqa: PTH101


def _usual_mode(path: Path) -> int:
    """Return the mode of the file that is replaced or, for a new one, what the umask leaves."""
    with suppress(FileNotFoundError):
        found = path.lstat().st_mode
        if stat.S_ISREG(found):
            return found & 0o777
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask

"""Write a file under a temporary name, and give it its own name in one step once it is complete."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from classmark.corpus.errors import OutputError, UsageError

from .checkpoint import check_no_unfinished_run
from .checks import check_writable
from .destinations import is_regular_output, open_stream, target_of
from .locks import try_lock
from .own_files import (
    NamedFile,
    hidden_path,
    in_the_way,
    is_marked,
    is_own,
    marked,
    open_own,
    reporting_errors_for,
)


@contextmanager
def replacing(path: Path, *, alone: bool = True, follow: bool = True) -> Iterator[IO[bytes]]:
    """Open a temporary file beside ``path`` that takes its name when the block ends without an error.

    The data is on the disk before the name changes, so that a kill at any moment leaves either the old file or
    the new one. When the block raises, the old file stays and the temporary one is removed. A link stays a link, and
    the file that it points to is replaced; devices, pipes and ``/dev/stdout`` are written to directly.

    Parameters
    ----------
    alone
        Raise if another run is writing the same file. If false, each run writes its own temporary file, and the last
        to finish wins.
    follow
        Follow a link, and write to a pipe. If false, whatever has the name is replaced: for names that the user did
        not type.

    Raises
    ------
    UsageError
        The path is a folder, or its folder does not exist or can't be written to; another run is writing the file, or
        an earlier one left it unfinished.
    OutputError
        Writing fails.
    """
    check_writable(path, follow=follow)
    if follow and not is_regular_output(path):
        with open_stream(path) as stream:
            yield stream
        return
    target = target_of(path, follow=follow)
    if alone:
        check_no_unfinished_run(target, path)
    temporary = hidden_path(target, "part" if alone else f"{os.urandom(8).hex()}.part")
    stream = open_temporary(temporary, path)
    try:
        stream.truncate(0)  # drop what a killed run left
        yield stream
        commit(stream, temporary, target, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        with suppress(OutputError):  # the error that is passed on says so already
            stream.close()
        raise
    stream.close()


def open_temporary(temporary: Path, output: Path, *, has_checkpoint: bool = False) -> io.BufferedWriter:
    """Open the temporary file of an output for writing, keeping what it holds, and lock it.

    Parameters
    ----------
    temporary
        The file's path; see `hidden_path`.
    output
        The output as the user named it, for messages.
    has_checkpoint
        Whether a checkpoint describes the file, so that it is accepted even if it is a copy.

    Raises
    ------
    UsageError
        The file can't be opened, another run is writing it, or it was not made by this program.
    """
    while True:
        try:
            descriptor, is_new = open_own(temporary, output)
        except FileNotFoundError:  # another run has just given it its own name
            continue
        stream: io.BufferedWriter = io.BufferedWriter(NamedFile(descriptor, output))
        if not try_lock(descriptor):
            stream.close()
            raise UsageError(f"another run is writing {output}; wait for it, or name another file")
        if not _has_name(descriptor, temporary):
            stream.close()  # another run has just given it its own name
            continue
        if is_new or (is_own(descriptor) and (has_checkpoint or is_marked(descriptor))):
            return stream
        stream.close()
        raise in_the_way(temporary, output)


def commit(stream: io.BufferedWriter, temporary: Path, target: Path, output: Path) -> None:
    """Put a temporary file on the disk, and give it the name of the output in one step.

    Parameters
    ----------
    stream, temporary
        The file, open for writing, and its path.
    target, output
        The output's own path, and what the user called it.

    Raises
    ------
    OutputError
        Writing fails.
    """
    with reporting_errors_for(output):
        stream.flush()
        os.fsync(stream.fileno())
        mode = _usual_mode(target)
        _set_mode(stream, temporary, marked(mode))  # if this run is killed now, a later one recognizes the file
        temporary.replace(target)
        _set_mode(stream, target, mode)


def _has_name(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except FileNotFoundError:
        return False


def _set_mode(stream: io.BufferedWriter, path: Path, mode: int) -> None:
    """Set the mode of the open file, even if others have replaced the path."""
    os.chmod(stream.fileno() if os.chmod in os.supports_fd else path, mode)  # noqa: PTH101


def _usual_mode(path: Path) -> int:
    """Return the mode of the file that is replaced or, for a new file, what the umask allows."""
    with suppress(FileNotFoundError):
        found = path.lstat().st_mode
        if stat.S_ISREG(found):
            return found & 0o777
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask

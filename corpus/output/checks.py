"""Check before the work that an output can be written, and that it does not overwrite any input."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from classmark.corpus.errors import UsageError
from classmark.corpus.input.discovery import AUTO, InputFile, files_in, is_recognized
from classmark.corpus.streams import STDIN

from .destinations import is_regular_output, target_of
from .own_files import hidden_path

_STDOUT = "the standard output"
_STDIN = "the standard input"

_Identity = tuple[int, int]
"""Device and inode, which are the same for all names of a file."""


def check_writable(path: Path, *, follow: bool = True) -> None:
    """Raise if a path can't be an output.

    Parameters
    ----------
    follow
        Whether a link is followed rather than replaced.

    Raises
    ------
    UsageError
        The path is a folder, its folder does not exist, or it can't be the name of a file.
    """
    try:
        is_folder = stat.S_ISDIR((path.stat() if follow else path.lstat()).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        is_folder = False
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} can't be written: {getattr(error, 'strerror', None) or error}") from error
    if is_folder:
        raise UsageError(f"{path} is a folder; name a file for the output")
    if not path.parent.is_dir():
        raise UsageError(f"{path} can't be written: there is no folder {path.parent}")


def check_apart(
    written: Iterable[Path | str | None], read: Iterable[Path | str | None], *, follow: bool = True
) -> None:
    """Raise if an output would overwrite an input, or lies in an input folder, so that the next run would read it.

    Files are compared by device and inode rather than by name, so that symbolic and hard links are seen. The standard
    input and output count as read and written if they are redirected files. Every command calls this with all that it
    reads and writes.

    Parameters
    ----------
    written
        Files; None and ``-`` stand for the standard output.
    read
        Files and folders; None stands for nothing, ``-`` for the standard input.
    follow
        Whether a link among the outputs is followed rather than replaced.

    Raises
    ------
    UsageError
        An output is one of the files that are read, or is in one of the folders; another user made a link to it.
    """
    outputs = [Path(path) for path in written if path is not None and str(path) != STDIN]
    sources = [str(path) for path in read if path is not None and str(path) not in {"", STDIN}]
    existing = dict(_written(outputs, follow=follow))
    for identity, source, is_surely_read in _read(sources) if existing else ():
        output = existing.get(identity)
        if output is None or (output == _STDOUT and not is_surely_read):
            continue
        same = "" if source in {output, _STDIN} else f" {source}, which is"
        raise UsageError(f"{output} is{same} read and would be written, too; name another output")
    _check_folders(outputs, sources, follow=follow)


def _check_folders(outputs: list[Path], sources: list[str], *, follow: bool) -> None:
    folders = {_identity(Path(source).stat()): source for source in sources if Path(source).is_dir()}
    for output in outputs if folders else ():
        target = target_of(output, follow=follow)
        for parent in (target, *target.parents):
            is_folder = os.path.isdir(parent)  # noqa: PTH112  # False for a name that is too long
            folder = folders.get(_identity(parent.stat())) if is_folder else None
            if folder is not None:
                raise UsageError(
                    f"{output} is in {folder}, which is read; name an output elsewhere, or it is input next time"
                )


def _written(outputs: list[Path], *, follow: bool) -> Iterator[tuple[_Identity, str]]:
    """Yield the existing files under the names of outputs and of their temporary files and checkpoints."""
    if sys.stdout is not None:
        yield from _regular(1, _STDOUT)
    for output in outputs:
        if not follow or is_regular_output(output):
            target = target_of(output, follow=follow)
            for name in (target, hidden_path(target, "part"), hidden_path(target, "journal")):
                yield from _regular(name, str(output), follow=follow and name is target)
        else:
            yield from _regular(output, str(output))


def _read(sources: list[str]) -> Iterator[tuple[_Identity, str, bool]]:
    """Yield the files that are read, those in folders too, and whether each is read whatever the input format."""
    if sys.stdin is not None:
        yield from ((identity, name, True) for identity, name in _regular(0, _STDIN))
    for source in sources:
        for file in files_in(source) if os.path.isdir(source) else [InputFile(source)]:  # noqa: PTH112  # of many
            for identity, name in _regular(file.path, file.path):
                yield identity, name, not file.within or is_recognized(file, AUTO)


def _regular(file: Path | str | int, name: str, *, follow: bool = True) -> Iterator[tuple[_Identity, str]]:
    try:
        found = os.stat(file, follow_symlinks=follow or isinstance(file, int))  # noqa: PTH116  # of many
    except (OSError, ValueError):
        return
    if stat.S_ISREG(found.st_mode):
        yield _identity(found), name


def _identity(found: os.stat_result) -> _Identity:
    return found.st_dev, found.st_ino

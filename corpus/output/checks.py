"""What is checked before the work: that an output has a place to go, and that nothing is written over that is read."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from classmark.corpus.errors import UsageError
from classmark.corpus.input.discovery import AUTO, InputFile, files_in, is_read
from classmark.corpus.streams import STDIN

from .destinations import is_regular_output, target_of
from .own_files import hidden_path

_STDOUT = "the standard output"
_STDIN = "the standard input"

_Identity = tuple[int, int]
"""Device and inode: the same for all names of a file."""


def check_writable(path: Path, *, follow: bool = True) -> None:
    """Find out before the work whether its result has a place to go.

    Parameters
    ----------
    follow
        A link is followed, rather than replaced.

    Raises
    ------
    UsageError
        The path is a folder, or in a folder that does not exist, or its name can't be one.
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
    """Find out before the work whether it would write over what it reads, or where it would be read the next time.

    Files are told apart by what they are rather than by their names, so that links of both kinds are seen. The standard
    input and output count as read and written where they are redirected files. Every command calls this with all that
    it reads and writes.

    Parameters
    ----------
    written
        Files; None and ``-`` stand for the standard output.
    read
        Files and folders; None stands for nothing, ``-`` for the standard input.
    follow
        A link among those that are written is followed, rather than replaced.

    Raises
    ------
    UsageError
        An output is one of the files that are read, or in one of the folders; a link was laid by somebody else.
    """
    outputs = [Path(path) for path in written if path is not None and str(path) != STDIN]
    sources = [str(path) for path in read if path is not None and str(path) not in {"", STDIN}]
    there = dict(_written(outputs, follow=follow))
    for identity, source, is_surely_read in _read(sources) if there else ():
        output = there.get(identity)
        if output is None or (output == _STDOUT and not is_surely_read):
            continue
        same = "" if source in {output, _STDIN} else f" {source}, which is"
        raise UsageError(f"{output} is{same} read and would be written, too; name another output")
    _check_folders(outputs, sources, follow=follow)


def _check_folders(outputs: list[Path], sources: list[str], *, follow: bool) -> None:
    folders = {_identity(Path(source).stat()): source for source in sources if Path(source).is_dir()}
    for output in outputs if folders else ():
        place = target_of(output, follow=follow)
        for parent in (place, *place.parents):
            folder = folders.get(_identity(parent.stat())) if os.path.isdir(parent) else None  # noqa: PTH112  # a name that is too long is none
            if folder is not None:
                raise UsageError(
                    f"{output} is in {folder}, which is read; name an output elsewhere, or it is input next time"
                )


def _written(outputs: list[Path], *, follow: bool) -> Iterator[tuple[_Identity, str]]:
    """Give the files that are there already under the names of outputs, and of what becomes them."""
    if sys.stdout is not None:
        yield from _regular(1, _STDOUT)
    for output in outputs:
        if not follow or is_regular_output(output):
            place = target_of(output, follow=follow)
            for name in (place, hidden_path(place, "part"), hidden_path(place, "journal")):
                yield from _regular(name, str(output), follow=follow and name is place)
        else:
            yield from _regular(output, str(output))


def _read(sources: list[str]) -> Iterator[tuple[_Identity, str, bool]]:
    """Give the files that are read, those of folders, too, and whether each surely is, whatever its name."""
    if sys.stdin is not None:
        yield from ((identity, name, True) for identity, name in _regular(0, _STDIN))
    for source in sources:
        for file in files_in(source) if os.path.isdir(source) else [InputFile(source)]:  # noqa: PTH112  # of many
            for identity, name in _regular(file.path, file.path):
                yield identity, name, not file.within or is_read(file, AUTO)


def _regular(file: Path | str | int, name: str, *, follow: bool = True) -> Iterator[tuple[_Identity, str]]:
    try:
        found = os.stat(file, follow_symlinks=follow or isinstance(file, int))  # noqa: PTH116  # of many
    except (OSError, ValueError):
        return
    if stat.S_ISREG(found.st_mode):
        yield _identity(found), name


def _identity(found: os.stat_result) -> _Identity:
    return found.st_dev, found.st_ino

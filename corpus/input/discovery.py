"""Find the files to read: those that are named, and those in folders that are named."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from xxhash import xxh3_128

from classmark.corpus.formats import format_by_ending, is_subjects
from classmark.corpus.streams import STDIN

AUTO = "auto"
CODES_MARK = ".codes"
"""Ends the names, before the ending, of files that `classmark` writes beside its input; they are never read."""

_TEXT = ".txt"


class FileState(NamedTuple):
    """The size of a file in bytes, and a stamp that changes when the file is written to."""

    size: int
    stamp: str


class InputFile(NamedTuple):
    """A file to read.

    Parameters
    ----------
    path
        A path, ``-`` for the standard input or, on a cluster, a URL.
    within
        Its path in the folder that was named; empty if the file was named itself.
    subjects
        The path of the file beside a text that holds its subjects, as Annif has it; empty if there is none.
    name
        What messages call the file; empty if that is its path.
    state
        Its size and stamp when it was found; None if they were not looked up, as a folder may have many files.
    """

    path: str
    within: str = ""
    subjects: str = ""
    name: str = ""
    state: FileState | None = None

    @property
    def source(self) -> str:
        """What messages and predictions call the file."""
        return self.name or source_of(self.path)

    @property
    def with_ending(self) -> str:
        """The name whose ending tells the format: the path, or the name in an archive that a URL leads into."""
        return self.path.partition("::")[0] if is_url(self.path) else self.path


def source_of(path: str) -> str:
    """Return what messages call the file at a path: the path, or ``stdin``."""
    return "stdin" if path == STDIN else path


def is_url(path: str) -> bool:
    """Return whether a path is a URL other than one of a local file."""
    return "://" in path and not path.startswith("file://")


def find_files(path: str) -> Iterator[InputFile]:
    """Yield the file at a path, or the files in a folder; see `files_in`.

    Raises
    ------
    FileNotFoundError
        There is no such file or folder.
    """
    if path != STDIN and not (path and Path(path).exists()):
        raise FileNotFoundError(path)
    if path != STDIN and Path(path).is_dir():
        yield from files_in(str(Path(path)))
    else:
        yield InputFile(path)


def files_in(folder: str) -> Iterator[InputFile]:
    """Yield the files of a folder and its subfolders, by name, and folders that can't be opened, to be reported.

    Hidden files are left out, and files that belong to another one: codes that were written beside it, or its subjects.
    Each folder is listed once, and no file is opened but those that may hold subjects.
    """
    waiting = [(InputFile(folder), True)]
    while waiting:
        file, is_folder = waiting.pop()
        if not is_folder:
            yield file
            continue
        try:
            waiting += reversed(list(_inside(file)))
        except OSError:
            yield file


def is_recognized(file: InputFile, input_format: str) -> bool:
    """Return whether a file in a folder is read, rather than passed over since its ending tells no format."""
    if input_format != AUTO or format_by_ending(file.with_ending) is not None:
        return True
    # a folder that can't be opened, or a path that is too long, is reported when it is read
    return file.state is None and not os.path.isfile(file.path)  # noqa: PTH113


def _inside(folder: InputFile) -> Iterator[tuple[InputFile, bool]]:
    """Yield the files and folders of a folder, by name, and whether each is a folder."""
    with os.scandir(folder.path) as found:
        entries = sorted((entry for entry in found if not entry.name.startswith(".")), key=attrgetter("name"))
    stems = {entry.path: os.path.splitext(entry.path) for entry in entries if _is_file(entry)}  # noqa: PTH122
    beside = list(_subjects(stems))
    subjects_of, are_subjects = dict(beside), {path for _, path in beside}
    for entry in entries:
        within = f"{folder.within}/{entry.name}" if folder.within else entry.name
        path = entry.path.removeprefix("./")  # people name the files of the current folder so
        if entry.path in stems:  # a pipe is neither file nor folder: reading it would wait
            stem, ending = stems[entry.path]
            if entry.path not in are_subjects and not stem.lower().endswith(CODES_MARK):
                yield InputFile(path, within, subjects_of.get(stem, "") if ending.lower() == _TEXT else ""), False
        elif entry.is_dir(follow_symlinks=False):
            yield InputFile(path, within), True


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Return whether an entry is a file or a link to one; a circle of links is not."""
    try:
        return entry.is_file()
    except OSError:
        return False


def _subjects(stems: Mapping[str, tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield the stem of each text that has a file with subjects beside it, and that file's path.

    Parameters
    ----------
    stems
        By the path of each file of a folder, the path without its ending, and the ending.
    """
    texts = {stem for stem, ending in stems.values() if ending.lower() == _TEXT}
    for wanted in (".key", ".tsv"):  # of two, the later one counts
        for path, (stem, ending) in stems.items():
            if ending.lower() == wanted and stem in texts and is_subjects(path):
                yield stem, path


def input_size(paths: Iterable[str]) -> int:
    """Return how many bytes files have together; the standard input and pipes count as 0."""
    return sum(state.size for state in map(state_of, map(InputFile, paths)) if state)


def input_digest(paths: Iterable[str]) -> str:
    """Return a digest that changes when a file is added, removed or written to; see `digest_of`."""
    return digest_of(map(InputFile, paths))


def digest_of(files: Iterable[InputFile]) -> str:
    """Return a digest (XXH3) of the paths and states of files, which changes when one is added or written to."""
    digest = xxh3_128()
    for file in files:
        state = state_of(file)
        if state:
            digest.update(f"{file.path}\0{state.size}\0{state.stamp}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def state_of(file: InputFile) -> FileState | None:
    """Return the size and stamp of a file; None if it is not a regular file, such as a pipe, or does not exist."""
    if file.state:
        return file.state
    try:
        found = os.stat(file.path)  # noqa: PTH116  # of 50,000 names, none need be made a Path
    except OSError:
        return None
    return FileState(found.st_size, str(found.st_mtime_ns)) if stat.S_ISREG(found.st_mode) else None

"""What a folder holds: the files that are read, and those that are passed over."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter
from typing import NamedTuple

from classmark.corpus.formats import format_by_ending, is_subjects

AUTO = "auto"
CODES_MARK = ".codes"
"""What the names of files that `classmark` writes beside its input have before their ending; they are never read."""

_TEXT = ".txt"


class InputFile(NamedTuple):
    """A file to read.

    Parameters
    ----------
    path
        As the user named it, or the folder that it is in; ``-`` for the standard input.
    within
        Its path in the folder that was named; empty where it was named itself.
    subjects
        The path of the file beside a text that holds its subjects, as Annif has it; empty where there is none.
    """

    path: str
    within: str = ""
    subjects: str = ""


def files_in(folder: str) -> Iterator[InputFile]:
    """Give the files of a folder and its folders by name, and the folders that can't be opened, so that somebody hears.

    Hidden ones are left out, and what belongs to another file: codes that were written beside it, or subjects that it
    was given. Each folder is looked through once, and no file but for those that may be subjects.
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


def is_read(file: InputFile, input_format: str) -> bool:
    """Whether a file in a folder is read, rather than passed over since its ending says nothing."""
    if input_format != AUTO or format_by_ending(file.path) is not None:
        return True
    return not os.path.isfile(file.path)  # noqa: PTH113  # a folder that can't be opened, or whose path is too long


def _inside(folder: InputFile) -> Iterator[tuple[InputFile, bool]]:
    """Give the files and folders of a folder, by name, and whether each is a folder."""
    with os.scandir(folder.path) as found:
        entries = sorted((entry for entry in found if not entry.name.startswith(".")), key=attrgetter("name"))
    parts = {entry.path: os.path.splitext(entry.path) for entry in entries if _is_file(entry)}  # noqa: PTH122
    beside = list(_subjects(parts))
    subjects_of, are_subjects = dict(beside), {path for _, path in beside}
    for entry in entries:
        within = f"{folder.within}/{entry.name}" if folder.within else entry.name
        path = entry.path.removeprefix("./")  # as people know what is in the folder that they are in
        if entry.path in parts:  # a pipe would be waited for
            stem, ending = parts[entry.path]
            if entry.path not in are_subjects and not stem.lower().endswith(CODES_MARK):
                yield InputFile(path, within, subjects_of.get(stem, "") if ending.lower() == _TEXT else ""), False
        elif entry.is_dir(follow_symlinks=False):
            yield InputFile(path, within), True


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Whether it is a file or a link to one; a link that leads round in a circle can't be told."""
    try:
        return entry.is_file()
    except OSError:
        return False


def _subjects(parts: Mapping[str, tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Give the files that hold the subjects of texts beside them: the text's path without its ending, and their path.

    Parameters
    ----------
    parts
        The paths of a folder's files, each with what comes before its ending, and the ending.
    """
    texts = {stem for stem, ending in parts.values() if ending.lower() == _TEXT}
    for wanted in (".key", ".tsv"):  # of two, the later one counts
        for path, (stem, ending) in parts.items():
            if ending.lower() == wanted and stem in texts and is_subjects(path):
                yield stem, path


def input_size(files: Iterable[str]) -> int:
    """Return how many bytes files have; 0 for the standard input and for pipes."""
    return sum(found.st_size for _, found in _regular(files))


def input_digest(files: Iterable[str]) -> str:
    """Return a figure that changes when a file is added, taken away, or written to."""
    digest = hashlib.sha256()
    for name, found in _regular(files):
        digest.update(f"{name}\0{found.st_size}\0{found.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _regular(files: Iterable[str]) -> Iterator[tuple[str, os.stat_result]]:
    for name in files:
        try:
            found = os.stat(name)  # noqa: PTH116  # of 50,000 names, none need be made a Path
        except OSError:
            continue
        if stat.S_ISREG(found.st_mode):
            yield name, found

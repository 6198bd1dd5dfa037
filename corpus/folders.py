"""What a folder holds: the files that are read, and those that are passed over."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from .abstract import Abstract, Record, Unreadable
from .errors import CorpusError
from .fields import split_codes
from .formats import ENDINGS, format_by_ending, is_beside_a_text, read_subjects, subjects_beside

AUTO = "auto"
CODES_MARK = ".codes"
"""What the names of files that `classmark` writes beside its input have before their ending; they are never read."""


def readable_files(folder: Path, input_format: str = AUTO) -> list[Path]:
    """Return the files of a folder and its folders that are read, by name.

    Raises
    ------
    CorpusError
        There are none.
    """
    found = [path for path in sorted(files_in(folder)) if _is_read(path, input_format)]
    if not found:
        endings = ", ".join(ENDINGS)
        raise CorpusError(f"the folder {folder} has no files that can be read (endings: {endings}, also with .gz)")
    return found


def unread_files(folder: Path, input_format: str = AUTO) -> list[Path]:
    """Return the files of a folder that are passed over, since their endings say nothing."""
    return [path for path in sorted(files_in(folder)) if not _is_read(path, input_format)]


def in_folder(record: Record, path: Path, folder: Path) -> Record:
    """Name a text file by its path in the folder, and give it its codes.

    They are in a file beside it, as Annif has it, else its subfolder's name.
    """
    if not record.place.is_whole_file or record.id != record.place.source:
        return record
    within = path.relative_to(folder)
    record = replace(record, id=within.as_posix())
    if not isinstance(record, Abstract):
        return record
    beside = subjects_beside(path)
    if beside is None:
        return replace(record, codes=split_codes(within.parent.name) or ())
    try:
        return replace(record, codes=read_subjects(beside))
    except (OSError, ValueError) as error:
        return Unreadable(record.id, record.place, f"{beside.name}, beside it, can't be read: {error}")


def _is_read(path: Path, input_format: str) -> bool:
    return input_format != AUTO or format_by_ending(path) is not None or path.is_dir()


def files_in(folder: Path) -> Iterator[Path]:
    """Give the files of a folder, and the folders that can't be opened, so that somebody hears of these."""
    closed: list[Path] = []
    for where, names, files in os.walk(folder, onerror=lambda error: closed.append(Path(error.filename))):
        names[:] = [name for name in names if not name.startswith(".")]
        paths = (Path(where, name) for name in files if not name.startswith("."))
        yield from (path for path in paths if path.is_file() and not _is_ours(path))  # a pipe would be waited for
    yield from closed


def _is_ours(path: Path) -> bool:
    """Whether a file belongs to another one: codes that were written beside it, or subjects that it was given."""
    return path.stem.lower().endswith(CODES_MARK) or (
        path.suffix.lower() in {".tsv", ".key"} and is_beside_a_text(path)
    )

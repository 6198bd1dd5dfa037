"""Find and read the files that the user named, in any format, the files of folders, and the standard input."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import groupby, islice

from msgspec import Struct

from classmark.corpus.abstract import Record
from classmark.corpus.errors import CorpusError, UsageError
from classmark.corpus.fields import DEFAULT_FIELDS, Fields
from classmark.corpus.formats import ENDINGS, FORMATS, format_by_ending

from .chunks import CHUNK_RECORDS, Chunk, records_of
from .discovery import AUTO, InputFile, digest_of, find_files, is_recognized
from .files import FileChunk, chunks_of, chunks_of_one


class Input(Struct, frozen=True, dict=True):
    """The files that were found under the paths that the user named.

    Parameters
    ----------
    found
        The files that are read, in order; those in folders by name.
    passed_over
        The paths of files in folders that are not read, since their endings tell no format.
    input_format, fields
        See `read_abstracts`.
    """

    found: tuple[InputFile, ...]
    passed_over: tuple[str, ...]
    input_format: str = AUTO
    fields: Fields = DEFAULT_FIELDS

    @cached_property
    def files(self) -> list[str]:
        """The paths of the files that are read."""
        return [file.path for file in self.found]

    @property
    def is_one_file(self) -> bool:
        """Whether one file was named, or the standard input, rather than a folder or several files."""
        return len(self.found) == 1 and not self.found[0].within

    @property
    def digest(self) -> str:
        """A digest that changes when a file is added, removed or written to."""
        return digest_of(self.found)

    def chunks(self) -> Iterator[Chunk]:
        """Yield the records in chunks.

        The files of a folder that hold one record each are read only when their chunk is.
        """
        if self.is_one_file:
            yield from chunks_of(self.found[0], self.input_format, self.fields)
            return
        for are_records, files in groupby(self.found, key=self._is_one_record):
            if are_records:
                while some := tuple(islice(files, CHUNK_RECORDS)):
                    yield FileChunk(some, self.input_format, self.fields)
            else:
                for file in files:
                    yield from chunks_of_one(file, self.input_format, self.fields)

    def records(self) -> Iterator[Record]:
        """Read the records one by one."""
        return records_of(self.chunks())

    def _is_one_record(self, file: InputFile) -> bool:
        known = format_by_ending(file.path) if self.input_format == AUTO else FORMATS[self.input_format]
        return bool(file.within and known and known.is_whole)


def find_input(
    paths: Iterable[str],
    input_format: str = AUTO,
    fields: Fields = DEFAULT_FIELDS,
    find: Callable[[str], Iterable[InputFile]] = find_files,
) -> Input:
    """Find the files that the user named, and those in the folders that the user named.

    Parameters
    ----------
    paths, input_format, fields
        See `read_abstracts`.
    find
        Returns the files under a path, or raises a `FileNotFoundError`; a cluster's finds those at URLs, too.

    Raises
    ------
    UsageError
        A path does not exist.
    CorpusError
        A folder has no files that can be read.
    """
    files: list[InputFile] = []
    passed_over: list[str] = []
    for path, listed in _list_all(paths, find):
        wanted = [not file.within or is_recognized(file, input_format) for file in listed]
        if not any(wanted):
            endings = ", ".join(ENDINGS)
            raise CorpusError(f"the folder {path} has no files that can be read (endings: {endings}, also with .gz)")
        for file, is_wanted in zip(listed, wanted, strict=True):
            if is_wanted:
                files.append(file)
            else:
                passed_over.append(file.path)
    return Input(tuple(files), tuple(passed_over), input_format, fields)


def _list_all(paths: Iterable[str], find: Callable[[str], Iterable[InputFile]]) -> list[tuple[str, list[InputFile]]]:
    """Return each path with the files under it; raise a `UsageError` that names all paths that do not exist."""
    listed: list[tuple[str, list[InputFile]]] = []
    missing: list[str] = []
    for path in paths:
        try:
            listed.append((path, list(find(path))))
        except FileNotFoundError:
            missing.append(path or "''")
    if missing:
        raise UsageError(f"there is no file or folder {', '.join(missing)}")
    return listed


def read_abstracts(paths: Iterable[str], input_format: str = AUTO, fields: Fields = DEFAULT_FIELDS) -> Iterator[Record]:
    """Read the records of files and folders one by one, in order.

    Parameters
    ----------
    paths
        Files, folders (read with their subfolders, by name), or ``-`` for the standard input.
    input_format
        A name of `FORMATS`, or ``auto``: by each file's ending or, if that tells no format, its first bytes.
    fields
        The fields that hold title, text and codes, if they are not the format's usual ones.

    Yields
    ------
    Record
        An `Abstract`, or an `Unreadable` for a record that is broken.

    Raises
    ------
    UsageError
        A path does not exist.
    CorpusError
        A file can't be opened or lacks a column, its format needs a library that is not installed, or a folder has no
        files that can be read.
    """
    yield from find_input(paths, input_format, fields).records()

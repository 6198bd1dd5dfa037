"""Reading what the user named: files in any format, folders, the standard input."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, islice
from pathlib import Path

from classmark.corpus.abstract import Record
from classmark.corpus.errors import CorpusError, UsageError
from classmark.corpus.fields import DEFAULT_FIELDS, Fields
from classmark.corpus.formats import ENDINGS, FORMATS, format_by_ending
from classmark.corpus.streams import STDIN

from .chunks import CHUNK_RECORDS, Chunk, records_of
from .discovery import AUTO, InputFile, files_in, is_read
from .files import Files, chunks_of, chunks_of_one


@dataclass(frozen=True)
class Input:
    """What the user named, looked through once.

    Parameters
    ----------
    found
        The files that are read, those in folders by name.
    passed_over
        The files in folders that are not, since their endings say nothing.
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
        """Whether one file was named, or the standard input, rather than a folder or several."""
        return len(self.found) == 1 and not self.found[0].within

    def chunks(self) -> Iterator[Chunk]:
        """Read the records, some at a time.

        Files of a folder that are a record each are left to be read by who wants the records.
        """
        if self.is_one_file:
            yield from chunks_of(self.files[0], self.input_format, self.fields)
            return
        for is_later, files in groupby(self.found, key=self._is_record):
            if is_later:
                while some := tuple(islice(files, CHUNK_RECORDS)):
                    yield Files(some, self.input_format, self.fields)
            else:
                for file in files:
                    yield from chunks_of_one(file, self.input_format, self.fields)

    def records(self) -> Iterator[Record]:
        """Read the records one by one."""
        return records_of(self.chunks())

    def _is_record(self, file: InputFile) -> bool:
        known = format_by_ending(file.path) if self.input_format == AUTO else FORMATS[self.input_format]
        return bool(file.within and known and known.is_whole)


def find_input(paths: Iterable[str], input_format: str = AUTO, fields: Fields = DEFAULT_FIELDS) -> Input:
    """Look for the files that the user named, once, to read them or to tell of them.

    Parameters
    ----------
    paths, input_format, fields
        See `read_abstracts`.

    Raises
    ------
    UsageError
        A path does not exist.
    CorpusError
        A folder has no files that can be read.
    """
    paths = list(paths)
    missing = [path or "''" for path in paths if path != STDIN and not (path and Path(path).exists())]
    if missing:
        raise UsageError(f"there is no file or folder {', '.join(missing)}")
    read: list[InputFile] = []
    passed_over: list[str] = []
    for path in paths:
        if path == STDIN or not Path(path).is_dir():
            read.append(InputFile(path))
            continue
        before = len(read)
        for file in files_in(str(Path(path))):
            if is_read(file, input_format):
                read.append(file)
            else:
                passed_over.append(file.path)
        if len(read) == before:
            endings = ", ".join(ENDINGS)
            raise CorpusError(f"the folder {path} has no files that can be read (endings: {endings}, also with .gz)")
    return Input(tuple(read), tuple(passed_over), input_format, fields)


def read_abstracts(paths: Iterable[str], input_format: str = AUTO, fields: Fields = DEFAULT_FIELDS) -> Iterator[Record]:
    """Read the records of files and folders one by one, in order.

    Parameters
    ----------
    paths
        Files, folders (read recursively, by name), or ``-`` for the standard input.
    input_format
        A name of `FORMATS`, or ``auto``: by each file's ending or, where that says nothing, its first bytes.
    fields
        The fields that hold title, text and codes, where they are not the format's usual ones.

    Yields
    ------
    Record
        An `Abstract`, or an `Unreadable` in the place of a record that is broken.

    Raises
    ------
    UsageError
        A path does not exist.
    CorpusError
        A file can't be opened or lacks a column, its format needs a library that is not installed, or a folder has no
        files that can be read.
    """
    yield from find_input(paths, input_format, fields).records()

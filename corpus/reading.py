"""Reading what the user named: files in any format, folders, the standard input."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby, islice
from pathlib import Path

from .abstract import Abstract, Record, Unreadable
from .chunks import AT_ONCE, Chunk, records_of
from .errors import CorpusError, UsageError
from .fields import AS_USUAL, Fields
from .files import Files, chunks_of, chunks_of_one
from .folders import AUTO, InputFile, files_in, is_read
from .formats import ENDINGS, FORMATS, format_by_ending
from .limits import too_long_code
from .streams import STDIN
from .without_abstracts import WithoutAbstracts


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
    fields: Fields = AS_USUAL

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
                while some := tuple(islice(files, AT_ONCE)):
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


def look_through(paths: Iterable[str], input_format: str = AUTO, fields: Fields = AS_USUAL) -> Input:
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


def read_abstracts(paths: Iterable[str], input_format: str = AUTO, fields: Fields = AS_USUAL) -> Iterator[Record]:
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
    yield from look_through(paths, input_format, fields).records()


@dataclass
class Unusable:
    """Records that can't be learned from or measured on: broken ones, and those without text or codes.

    Parameters
    ----------
    count
        How many there are.
    first
        What is wrong with the first, and where.
    without_abstracts
        The files of records in which none has an abstract.
    """

    count: int = 0
    first: str = ""
    without_abstracts: WithoutAbstracts = field(default_factory=WithoutAbstracts)

    def add(self, reason: str) -> None:
        """Count one more."""
        self.first = self.first or reason
        self.count += 1

    def check(self) -> None:
        """Raise a `CorpusError` that names the first, if there are any."""
        if self.count:
            others = f" (and {self.count - 1} more such records)" if self.count > 1 else ""
            raise CorpusError(self.first + others)


def _said_of_codes(fields: Fields) -> str:
    return f"(field {fields.codes!r})" if fields.codes else "(field 'codes'); --codes-field names another field"


def labelled_abstracts(paths: Iterable[str], input_format: str = AUTO, fields: Fields = AS_USUAL) -> list[Abstract]:
    """Read a whole corpus to learn from or to measure on.

    Raises
    ------
    CorpusError
        A record is broken or has no codes, or there are no records; the message names the first place.
    """
    unusable = Unusable()
    abstracts = list(each_labelled(paths, input_format, fields, unusable=unusable))
    unusable.check()
    if not abstracts:
        raise CorpusError("the corpus has no abstracts")
    return abstracts


def each_labelled(
    paths: Iterable[str], input_format: str = AUTO, fields: Fields = AS_USUAL, *, unusable: Unusable
) -> Iterator[Abstract]:
    """Read the abstracts of a corpus one by one, and count the records that are no use."""
    for record in read_abstracts(paths, input_format, fields):
        if isinstance(record, Unreadable):
            unusable.add(str(record))
            continue
        unusable.without_abstracts.count(record.place.source, record.fields_seen)
        if record.is_empty:
            unusable.add(f"{record.place}: the abstract is empty")
        elif not record.codes:
            unusable.add(f"{record.place}: the abstract has no codes {_said_of_codes(fields)}")
        elif long := too_long_code(record.codes):
            unusable.add(f"{record.place}: {long}")
        else:
            yield record

"""Reading files, in any format, and the standard input."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from classmark.corpus.abstract import Abstract, Record, SourceLocation, Unreadable
from classmark.corpus.errors import ClassmarkError, CorpusError
from classmark.corpus.fields import DEFAULT_FIELDS, Fields, one_line, split_codes
from classmark.corpus.formats import FORMATS, format_by_content, format_by_ending, read_subjects
from classmark.corpus.formats.format import Format
from classmark.corpus.limits import lines_of
from classmark.corpus.streams import STDIN, open_input

from .chunks import Chunk, Ready, in_chunks, in_lines, records_of
from .discovery import AUTO, InputFile

_NOT_READ = {".html", ".htm", ".doc", ".docx", ".odt", ".rtf", ".xls", ".xlsx", ".ods"}

_TEXT, _MARKDOWN = "text", ".md"

Item = TypeVar("Item")


def read_file(name: str, input_format: str = AUTO, fields: Fields = DEFAULT_FIELDS) -> Iterator[Record]:
    """Read the records of one file, or of the standard input for ``-``, one by one; see `chunks_of`."""
    return records_of(chunks_of(name, input_format, fields))


def chunks_of(name: str, input_format: str, fields: Fields) -> Iterator[Chunk]:
    """Read the records of one file, some at a time; where a line is a record, it is read by who wants the records.

    A file that breaks off, such as a gzip file cut short, ends with an `Unreadable` that says so.

    Raises
    ------
    CorpusError
        The file can't be opened or lacks a column, or its format needs a library that is not installed.
    """
    source = source_of(name)
    damage: list[Exception] = []
    count = 0
    with open_input(name) as (head, stream):
        known = format_of(name, head, input_format)
        if known.by_lines:
            chunks: Iterator[Chunk] = in_lines(_undamaged(lines_of(stream), damage), source, known, fields)
        else:
            chunks = in_chunks(_undamaged(known.read(stream, source, fields), damage))
        for chunk in chunks:
            if len(chunk):  # which empty lines are not
                count += len(chunk)
                yield chunk
    if damage:
        reason = f"the file is damaged after {count} records, the rest can't be read ({damage[0]})"
        yield Ready([Unreadable(source, SourceLocation(source), reason)])
    elif count == 0:
        yield Ready([Unreadable(source, SourceLocation(source), "the file has no records")])


@dataclass(frozen=True)
class Files:
    """Files of a folder that are a record each."""

    files: tuple[InputFile, ...]
    input_format: str
    fields: Fields

    def __len__(self) -> int:
        return len(self.files)

    @property
    def size(self) -> int:
        """Nothing, as they are read one by one."""
        return 0

    def read(self) -> Iterator[Record]:
        """Read the files."""
        for file in self.files:
            yield from records_of(chunks_of_one(file, self.input_format, self.fields))


def chunks_of_one(file: InputFile, input_format: str, fields: Fields) -> Iterator[Chunk]:
    """Read one of several files, without letting it stop the others; see `chunks_of`."""
    try:
        for chunk in chunks_of(file.path, input_format, fields):
            yield Ready([_in_folder(record, file) for record in chunk.read()]) if isinstance(chunk, Ready) else chunk
    except CorpusError as error:
        yield _not_read(file, str(error))
    except ClassmarkError:
        raise
    except Exception as error:  # whatever a library makes of one file, the others can be read
        yield _not_read(file, f"it can't be read ({one_line(str(error)) or type(error).__name__})")


def _not_read(file: InputFile, reason: str) -> Ready:
    source = source_of(file.path)
    return Ready([_in_folder(Unreadable(source, SourceLocation(source), reason), file)])


def _in_folder(record: Record, file: InputFile) -> Record:
    """Name a record that is a whole file in a folder by its path in it, and give it its codes.

    They are in a file beside it, as Annif has it, else its subfolder's name.
    """
    if not (file.within and record.location.is_whole_file and record.id == record.location.source):
        return record
    if not isinstance(record, Abstract):
        return replace(record, id=file.within)
    if not file.subjects:
        folder = file.within.rpartition("/")[0].rpartition("/")[2]
        return replace(record, id=file.within, codes=split_codes(folder) or ())
    try:
        return replace(record, id=file.within, codes=read_subjects(file.subjects))
    except (OSError, ValueError) as error:
        reason = f"{Path(file.subjects).name}, beside it, can't be read: {error}"
        return Unreadable(file.within, record.location, reason)


def source_of(name: str) -> str:
    """Return what a file is called in messages."""
    return "stdin" if name == STDIN else name


def _undamaged(items: Iterable[Item], damage: list[Exception]) -> Iterator[Item]:
    """Pass on what can be read, and put the error aside that ends it, if one does."""
    try:
        yield from items
    except (OSError, EOFError, zlib.error) as error:
        damage.append(error)


def format_of(name: str, head: bytes, input_format: str) -> Format:
    """Return the format of a stream: the one that was asked for, else by its ending or, for a text, by its content.

    Raises
    ------
    CorpusError
        It is of a kind that is not read.
    """
    if input_format != AUTO:
        return FORMATS[input_format]
    ending = "" if name == STDIN else os.path.splitext(name.lower().removesuffix(".gz"))[1]  # noqa: PTH122
    known = format_by_ending(name) if ending else None
    if known and (known.name != _TEXT or ending == _MARKDOWN):
        return known
    if ending in _NOT_READ:
        raise CorpusError(f"{name}: files ending in {ending} are not read; convert it, or name an --input-format")
    try:
        return format_by_content(head) or FORMATS[_TEXT]
    except ValueError as error:
        raise CorpusError(f"{source_of(name)} looks like {error} (--input-format text reads it as one text)") from None

"""Read one file, in any format, or the standard input."""

from __future__ import annotations

import io
import os
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from classmark.corpus.abstract import Abstract, Record, SourceLocation, Unreadable
from classmark.corpus.errors import ClassmarkError, CorpusError
from classmark.corpus.fields import Fields, one_line, split_codes
from classmark.corpus.formats import FORMATS, format_by_content, format_by_ending, read_subjects
from classmark.corpus.formats.format import Format
from classmark.corpus.limits import lines_of
from classmark.corpus.messages import count_of
from classmark.corpus.streams import STDIN, open_input

from .chunks import Chunk, RecordChunk, in_chunks, in_items, in_lines, records_of
from .discovery import AUTO, InputFile, source_of

_NOT_READ = {".html", ".htm", ".doc", ".docx", ".odt", ".rtf", ".xls", ".ods"}

_INSTEAD = {".xls": ".xlsx or CSV", ".ods": ".xlsx or CSV", ".doc": "text", ".docx": "text", ".odt": "text"}
"""What programs can save such files as."""

_DAMAGE = (OSError, EOFError, zlib.error)
_TEXT, _MARKDOWN = "text", ".md"

Item = TypeVar("Item")


def chunks_of(file: InputFile, input_format: str, fields: Fields) -> Iterator[Chunk]:
    """Yield the records of one file in chunks; lines that are records are parsed only when their chunk is read.

    A file that breaks off, such as a gzip file cut short, ends with an `Unreadable` that says so.

    Raises
    ------
    CorpusError
        The file can't be opened or lacks a column, or its format needs a library that is not installed.
    """
    source = file.source
    damage: list[Exception] = []
    count = 0
    with open_input(file.path, file.name, fields.encoding) as (head, stream):
        known = format_of(file.path, head, input_format, file.name)
        if known.by_lines:
            chunks: Iterator[Chunk] = in_lines(_until_damage(lines_of(stream), damage), source, known, fields)
        elif known.splitter is not None:
            chunks = _in_items(stream, source, known, fields, damage)
        else:
            chunks = in_chunks(_until_damage(known.read(stream, source, fields), damage))
        for chunk in chunks:
            if len(chunk):  # blank lines are no records
                count += len(chunk)
                yield chunk
    if damage:
        reason = f"the file is damaged after {count_of(count, 'record')}, the rest can't be read ({damage[0]})"
        yield RecordChunk([Unreadable(source, SourceLocation(source), reason)])
    elif count == 0:
        yield RecordChunk([Unreadable(source, SourceLocation(source), "the file has no records")])


def _in_items(
    stream: io.BufferedReader, source: str, known: Format, fields: Fields, damage: list[Exception]
) -> Iterator[Chunk]:
    """Yield records in chunks that are cut out, but not read; see `_until_damage`."""
    try:
        common, items = known.split(stream, source, fields)
    except _DAMAGE as error:
        damage.append(error)
    else:
        yield from in_items((common, _until_damage(items, damage)), source, known, fields)


class FileChunk(Struct, frozen=True):
    """Files of a folder that hold one record each."""

    files: tuple[InputFile, ...]
    input_format: str
    fields: Fields

    def __len__(self) -> int:
        return len(self.files)

    @property
    def size(self) -> int:
        """Always 0, as the files are read one by one."""
        return 0

    def read(self) -> Iterator[Record]:
        """Read the files."""
        from .quick_text import quick_text  # noqa: PLC0415  # a pipe needs none

        for file in self.files:
            if self.input_format == AUTO and (record := quick_text(file, self.fields)):
                yield _in_folder(record, file)
            else:
                yield from records_of(chunks_of_one(file, self.input_format, self.fields))


def chunks_of_one(file: InputFile, input_format: str, fields: Fields) -> Iterator[Chunk]:
    """Yield the records of one of several files; an error is reported as a record, and does not stop the others."""
    try:
        for chunk in chunks_of(file, input_format, fields):
            if isinstance(chunk, RecordChunk):
                yield RecordChunk([_in_folder(record, file) for record in chunk.read()])
            else:
                yield chunk
    except CorpusError as error:
        yield _unreadable(file, _without_name(str(error), file.source))
    except ClassmarkError:
        raise
    except Exception as error:  # a library may raise anything about one file, and the others can still be read
        yield _unreadable(file, f"it can't be read ({one_line(str(error)) or type(error).__name__})")


def _without_name(reason: str, name: str) -> str:
    """Return a reason without the name of the file at its beginning, as the record that has the reason is named, too.

    >>> _without_name("a.csv is empty", "a.csv"), _without_name("a.csv:1: no column 'text'", "a.csv")
    ('is empty', "line 1: no column 'text'")
    """
    rest = reason.removeprefix(name)
    if not name or rest == reason or not rest.startswith((":", " ")):
        return reason
    return rest.removeprefix(":").lstrip() if not rest[1:2].isdigit() else f"line {rest[1:]}"


def _unreadable(file: InputFile, reason: str) -> RecordChunk:
    return RecordChunk([_in_folder(Unreadable(file.source, SourceLocation(file.source), reason), file)])


def _in_folder(record: Record, file: InputFile) -> Record:
    """Name a record that is a whole file by its path in the folder, and give it its codes.

    The codes are in a file beside it, as Annif has it; without one, the subfolder's name is the code.
    """
    if not (file.within and record.location.is_whole_file and record.id == record.location.source):
        return record
    if not isinstance(record, Abstract):
        return replace(record, id=file.within)
    if not file.subjects:
        folder = file.within.rpartition("/")[0].rpartition("/")[2]
        return _renamed(record, file, split_codes(folder) or ())
    try:
        return _renamed(record, file, read_subjects(file.subjects))
    except (OSError, ValueError) as error:
        reason = f"{Path(file.subjects).name}, beside it, can't be read: {error}"
        return Unreadable(file.within, record.location, reason)


def _renamed(record: Abstract, file: InputFile, codes: tuple[str, ...]) -> Abstract:
    return Abstract(file.within, record.title, record.text, codes, record.location, record.raw, record.fields_seen)


def _until_damage(items: Iterable[Item], damage: list[Exception]) -> Iterator[Item]:
    """Yield the items up to an error of a damaged file, and add that error to ``damage``."""
    try:
        yield from items
    except _DAMAGE as error:
        damage.append(error)


def format_of(path: str, head: bytes, input_format: str, name: str = "") -> Format:
    """Return the format of a stream: as asked for, else by its ending or, for a text, by its content.

    Parameters
    ----------
    path
        Of the file, ``-`` for the standard input.
    head
        Its first bytes.
    name
        What messages call the file; empty for its path.

    Raises
    ------
    CorpusError
        The file is of a kind that is not read.
    """
    if input_format != AUTO:
        return FORMATS[input_format]
    source = name or source_of(path)
    ending = "" if path == STDIN else os.path.splitext(path.lower().removesuffix(".gz"))[1]  # noqa: PTH122
    known = format_by_ending(path) if ending else None
    if known and (known.name != _TEXT or ending == _MARKDOWN):
        return known
    if ending in _NOT_READ:
        how = f"save it as {_INSTEAD[ending]}" if ending in _INSTEAD else "convert it"
        raise CorpusError(f"{source}: files ending in {ending} are not read; {how}, or name an --input-format")
    try:
        return format_by_content(head) or FORMATS[_TEXT]
    except ValueError as error:
        raise CorpusError(f"{source} looks like {error} (--input-format text reads it as one text)") from None

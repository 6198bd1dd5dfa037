"""Reading what the user named: files in any format, folders, the standard input."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from .abstract import Abstract, Place, Record, Unreadable
from .errors import CorpusError, UsageError
from .fields import AS_USUAL, Fields
from .folders import AUTO, in_folder, readable_files, unread_files
from .formats import FORMATS, Format, format_by_content, format_by_ending
from .streams import STDIN, open_input

_NOT_READ = {".html", ".htm", ".doc", ".docx", ".odt", ".rtf", ".xls", ".xlsx", ".ods"}


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
        A file can't be opened or lacks a column, or its format needs a library that is not installed.
    """
    paths = list(paths)
    _check_there(paths)
    for path in paths:
        if _is_folder(path):
            for file in readable_files(Path(path), input_format):
                for record in _read_one_of_several(str(file), input_format, fields):
                    yield in_folder(record, file, Path(path))
        elif len(paths) > 1:
            yield from _read_one_of_several(path, input_format, fields)
        else:
            yield from read_file(path, input_format, fields)


def input_files(paths: Iterable[str], input_format: str = AUTO) -> list[str]:
    """Return the files that `read_abstracts` reads, those in folders by name.

    Raises
    ------
    UsageError
        A path does not exist.
    """
    paths = list(paths)
    _check_there(paths)
    files = (readable_files(Path(path), input_format) if _is_folder(path) else [path] for path in paths)
    return [str(file) for of_path in files for file in of_path]


def passed_over(paths: Iterable[str], input_format: str = AUTO) -> list[str]:
    """Return the files in folders that `read_abstracts` does not read, since their endings say nothing to it."""
    return [str(file) for path in paths if _is_folder(path) for file in unread_files(Path(path), input_format)]


@dataclass
class Unusable:
    """Records that can't be learned from or measured on: broken ones, and those without text or codes.

    Parameters
    ----------
    count
        How many there are.
    first
        What is wrong with the first, and where.
    """

    count: int = 0
    first: str = ""

    def add(self, reason: str) -> None:
        """Count one more."""
        self.first = self.first or reason
        self.count += 1

    def check(self) -> None:
        """Raise a `CorpusError` that names the first, if there are any."""
        if self.count:
            others = f" (and {self.count - 1} more such records)" if self.count > 1 else ""
            raise CorpusError(self.first + others)


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
        elif record.is_empty:
            unusable.add(f"{record.place}: the abstract is empty")
        elif not record.codes:
            unusable.add(f"{record.place}: the abstract has no codes (field {fields.codes or 'codes'!r})")
        else:
            yield replace(record, raw=None)  # which would fill the memory


def read_file(name: str, input_format: str = AUTO, fields: Fields = AS_USUAL) -> Iterator[Record]:
    """Read the records of one file, or of the standard input for ``-``.

    A file that breaks off, such as a gzip file cut short, ends with an `Unreadable` that says so.
    """
    source = "stdin" if name == STDIN else name
    count = 0
    with open_input(name) as (head, stream):
        try:
            for record in _format(name, head, input_format).read(stream, source, fields):
                count += 1
                yield record
        except (OSError, EOFError, zlib.error) as error:
            reason = f"the file is damaged after {count} records, the rest can't be read ({error})"
            yield Unreadable(source, Place(source), reason)
            return
    if count == 0:
        yield Unreadable(source, Place(source), "the file has no records")


def _format(name: str, head: bytes, input_format: str) -> Format:
    if input_format != AUTO:
        return FORMATS[input_format]
    known = None if name == STDIN else format_by_ending(Path(name))
    ending = Path(name.lower().removesuffix(".gz")).suffix
    if ending in _NOT_READ and name != STDIN:
        raise CorpusError(f"{name}: files ending in {ending} are not read; convert it, or name an --input-format")
    return known or format_by_content(head) or FORMATS["text"]


def _check_there(paths: list[str]) -> None:
    missing = [path or "''" for path in paths if path != STDIN and not (path and Path(path).exists())]
    if missing:
        raise UsageError(f"there is no file or folder {', '.join(missing)}")


def _is_folder(path: str) -> bool:
    return path != STDIN and Path(path).is_dir()


def _read_one_of_several(path: str, input_format: str, fields: Fields) -> Iterator[Record]:
    """Read a file without letting it stop the others."""
    try:
        yield from read_file(path, input_format, fields)
    except CorpusError as error:
        source = "stdin" if path == STDIN else path
        yield Unreadable(source, Place(source), str(error))

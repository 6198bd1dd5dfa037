"""Reading what the user named: files in any format, folders, the standard input."""

from __future__ import annotations

import io
import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from .abstract import Abstract, Place, Record, Unreadable
from .errors import CorpusError, UsageError
from .fields import split_codes
from .jsonl import read_jsonl
from .streams import STDIN, open_input
from .tables import read_csv, read_tsv
from .texts import read_lines, read_text

Reader = Callable[[io.BufferedReader, str], Iterator[Record]]

AUTO = "auto"
READERS: dict[str, Reader] = {
    "text": read_text,
    "lines": read_lines,
    "jsonl": read_jsonl,
    "csv": read_csv,
    "tsv": read_tsv,
}
_NOT_READ = {".json", ".xml", ".pdf", ".html", ".htm", ".doc", ".docx", ".odt", ".rtf", ".xls", ".xlsx", ".ods"}
_ENDINGS = {
    ".txt": "text",
    ".text": "text",
    ".md": "text",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
}


def read_abstracts(paths: Iterable[str], input_format: str = AUTO) -> Iterator[Record]:
    """Read the records of files and folders one by one, in order.

    Parameters
    ----------
    paths
        Files, folders (read recursively, by name), or ``-`` for the standard input.
    input_format
        A name of `READERS`, or ``auto``: by each file's ending, and plain text where that says nothing.

    Yields
    ------
    Record
        An `Abstract`, or an `Unreadable` in the place of a record that is broken.

    Raises
    ------
    UsageError
        A path does not exist.
    CorpusError
        A file can't be opened or lacks a column.
    """
    paths = list(paths)
    missing = [path or "''" for path in paths if path != STDIN and not (path and Path(path).exists())]
    if missing:
        raise UsageError(f"there is no file or folder {', '.join(missing)}")
    for path in paths:
        if path != STDIN and Path(path).is_dir():
            yield from _read_folder(Path(path), input_format)
        elif len(paths) > 1:
            yield from _read_one_of_several(path, input_format)
        else:
            yield from read_file(path, input_format)


def passed_over(paths: Iterable[str], input_format: str = AUTO) -> list[str]:
    """Return the files in folders that `read_abstracts` does not read, since their endings say nothing to it."""
    folders = [Path(path) for path in paths if path != STDIN and Path(path).is_dir()]
    files = [path for folder in folders for path in sorted(_files(folder))]
    return [str(path) for path in files if input_format == AUTO and not _format_of(path)]


def labelled_abstracts(paths: Iterable[str], input_format: str = AUTO) -> list[Abstract]:
    """Read a whole corpus to learn from or to measure on.

    Raises
    ------
    CorpusError
        A record is broken or has no codes, or there are no records; the message names the first place.
    """
    abstracts, broken = [], []
    for record in read_abstracts(paths, input_format):
        if isinstance(record, Unreadable):
            broken.append(str(record))
        elif record.is_empty:
            broken.append(f"{record.place}: the abstract is empty")
        elif not record.codes:
            broken.append(f"{record.place}: the abstract has no codes (field 'codes')")
        else:
            abstracts.append(record)
    if broken:
        others = f" (and {len(broken) - 1} more such records)" if len(broken) > 1 else ""
        raise CorpusError(broken[0] + others)
    if not abstracts:
        raise CorpusError("the corpus has no abstracts")
    return abstracts


def read_file(name: str, input_format: str = AUTO) -> Iterator[Record]:
    """Read the records of one file, or of the standard input for ``-``.

    A file that breaks off, such as a gzip file cut short, ends with an `Unreadable` that says so.
    """
    source = "stdin" if name == STDIN else name
    count = 0
    with open_input(name) as (head, stream):
        try:
            for record in _reader(name, head, input_format)(stream, source):
                count += 1
                yield record
        except (OSError, EOFError, zlib.error) as error:
            reason = f"the file is damaged after {count} records, the rest can't be read ({error})"
            yield Unreadable(source, Place(source), reason)
            return
    if count == 0:
        yield Unreadable(source, Place(source), "the file has no records")


def _reader(name: str, head: bytes, input_format: str) -> Reader:
    if input_format != AUTO:
        return READERS[input_format]
    if name == STDIN:
        return read_jsonl if head.split()[:1] == [b"{"] or head.lstrip().startswith(b'{"') else read_text
    ending = Path(name.lower().removesuffix(".gz")).suffix
    if ending in _NOT_READ:
        raise CorpusError(f"{name}: files ending in {ending} are not read; convert it, or name an --input-format")
    return READERS[_format_of(Path(name)) or "text"]


def _format_of(path: Path) -> str | None:
    return _ENDINGS.get(Path(path.name.lower().removesuffix(".gz")).suffix)


def _read_folder(folder: Path, input_format: str) -> Iterator[Record]:
    paths = sorted(_files(folder))
    readable = [path for path in paths if input_format != AUTO or _format_of(path)]
    if not readable:
        endings = ", ".join(_ENDINGS)
        raise CorpusError(f"the folder {folder} has no files that can be read (endings: {endings}, also with .gz)")
    for path in readable:
        for record in _read_one_of_several(str(path), input_format):
            yield _in_folder(record, path.relative_to(folder))


def _read_one_of_several(path: str, input_format: str) -> Iterator[Record]:
    """Read a file without letting it stop the others."""
    try:
        yield from read_file(path, input_format)
    except CorpusError as error:
        source = "stdin" if path == STDIN else path
        yield Unreadable(source, Place(source), str(error))


def _files(folder: Path) -> Iterator[Path]:
    for where, names, files in os.walk(folder):
        names[:] = [name for name in names if not name.startswith(".")]
        paths = (Path(where, name) for name in files if not name.startswith("."))
        yield from (path for path in paths if path.is_file())  # a pipe among them would be waited for


def _in_folder(record: Record, path: Path) -> Record:
    """Name a text file by its path in the folder, and give it its subfolder's name as codes."""
    if record.id != record.place.source:
        return record
    record = replace(record, id=path.as_posix())
    if isinstance(record, Abstract) and path.parent.name:
        return replace(record, codes=split_codes(path.parent.name) or ())
    return record

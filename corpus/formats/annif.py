"""Read and write Annif's corpora: lines of text with subject URIs, or folders of texts with subject files.

Source: https://github.com/NatLibFi/Annif/wiki/Corpus-formats
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from classmark.corpus.abstract import Abstract, Record, SourceLocation, Unreadable
from classmark.corpus.fields import Fields, one_line, unique_codes
from classmark.corpus.limits import MAX_RECORD_BYTES, lines_of
from classmark.corpus.streams import HEAD

from .plain_text import decode

_NOT_IN_ADDRESSES = re.compile(r"[\s<>]")
_SUBJECTS = re.compile(rb"[^\t]*\t\s*<[^<>\t]+>")


def is_annif(line: bytes) -> bool:
    """Return whether a line is a text, a tab and the URIs of subjects."""
    return _SUBJECTS.match(line) is not None


def read_annif(stream: io.BufferedReader, source: str, _fields: Fields) -> Iterator[Record]:
    """Read a short-text corpus: per line a text, a tab and ``<uri>``s, which are the codes."""
    yield from read_annif_lines(lines_of(stream), source)


def read_annif_lines(lines: Iterable[bytes], source: str) -> Iterator[Record]:
    """Read the lines of a short-text corpus; skip empty lines."""
    for number, line in enumerate(lines, 1):
        location = SourceLocation(source, number)
        try:
            text, tab, subjects = decode(line).partition("\t")
        except ValueError as error:
            yield Unreadable(str(location), location, str(error))
            continue
        if tab:
            yield Abstract(
                str(location), "", text.strip(), unique_codes(_plain(uri) for uri in subjects.split()), location
            )
        elif text.strip():
            yield Unreadable(str(location), location, "no tab between the text and its subjects")


def write_annif(abstracts: Iterable[Abstract], out: IO[bytes]) -> None:
    """Write one line per abstract: title and text, a tab, and the codes in angle brackets."""
    for abstract in abstracts:
        codes = " ".join(f"<{_NOT_IN_ADDRESSES.sub('_', code)}>" for code in abstract.codes)
        line = f"{one_line(f'{abstract.title} {abstract.text}')}\t{codes}\n"
        out.write(line.encode(errors="backslashreplace"))


def is_subjects(path: str) -> bool:
    """Return whether a file beside a text, ``.key`` or ``.tsv``, holds the subjects of the text.

    An empty file says that the text has none. A TSV file may also be an unrelated table.
    """
    if path.lower().endswith(".key"):
        return True
    try:
        with Path(path).open("rb") as stream:
            start = stream.read(HEAD).removeprefix(b"\xef\xbb\xbf").lstrip()
            return not start or start.startswith(b"<")
    except OSError:  # reading it raises the error
        return False


def read_subjects(path: str) -> tuple[str, ...]:
    """Read a file of subjects, one per line: a label, or ``<uri>``, a tab and a label. Prefer the URIs.

    Raises
    ------
    ValueError
        If it is not UTF-8.
    """
    with Path(path).open("rb") as stream:
        lines = decode(stream.read(MAX_RECORD_BYTES + 1)).lstrip("\ufeff").splitlines()
    return unique_codes(_plain(line.partition("\t")[0].strip()) for line in lines)


def _plain(uri: str) -> str:
    return uri[1:-1] if uri.startswith("<") and uri.endswith(">") else uri

"""Read plain text: one abstract per file, or one abstract per line."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator

from classmark.corpus.abstract import Abstract, Record, SourceLocation, Unreadable
from classmark.corpus.encodings import guess_encoding
from classmark.corpus.fields import Fields
from classmark.corpus.limits import MAX_RECORD_BYTES, too_long

_GUESSED_BY = 10_000
"""Bytes on either side by which an encoding is guessed."""

_TITLE = re.compile(r"\s*(?:#{1,6}[ \t]+)?(?P<title>\S[^\n]{0,249})\n[ \t]*\n(?P<text>.*\S.*)", re.DOTALL)


def read_text(stream: io.BufferedReader, source: str, _fields: Fields) -> Iterator[Record]:
    """Read a whole file as one abstract.

    A short first line with an empty line below it is the title; a Markdown heading mark is removed.
    """
    try:
        yield abstract_of(decode(stream.read(MAX_RECORD_BYTES + 1)), source)
    except ValueError as error:
        yield Unreadable(source, SourceLocation(source), str(error))


def abstract_of(text: str, source: str) -> Abstract:
    """Return the abstract in a text, see `read_text`."""
    text = text.replace("\r\n", "\n")
    match = _TITLE.fullmatch(text)
    title, text = (match["title"].strip(), match["text"]) if match else ("", text)
    return Abstract(source, title, text, location=SourceLocation(source))


def read_lines(lines: Iterable[bytes], source: str, _fields: Fields, first: int = 1) -> Iterator[Record]:
    """Read each line as one abstract, including empty lines, so that output lines match input lines."""
    for number, line in enumerate(lines, first):
        location = SourceLocation(source, number)
        try:
            yield Abstract(str(location), "", decode(line).strip(), location=location)
        except ValueError as error:
            yield Unreadable(str(location), location, str(error))


def decode(data: bytes, max_bytes: int = MAX_RECORD_BYTES) -> str:
    """Decode UTF-8, up to a number of bytes.

    Raises
    ------
    ValueError
        If it is too long for a record, or not UTF-8; the message says where, and what to do.
    """
    if len(data) > max_bytes:
        raise ValueError(too_long(max_bytes))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        where = f"not UTF-8 (byte 0x{data[error.start]:02X} at position {error.start + 1})"
        guess = guess_encoding(data[max(error.start - _GUESSED_BY, 0) : error.start + _GUESSED_BY])
        what = f"probably {guess}: try --encoding {guess}" if guess else "name its encoding with --encoding"
        raise ValueError(f"{where}, {what}") from None

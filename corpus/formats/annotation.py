"""The types that annotators take and return: annotators copy a file and add codes to its records."""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable, Iterator, Sequence
from typing import IO

from msgspec import Struct, field

from classmark.corpus.abstract import Record, SourceLocation
from classmark.corpus.encodings import FileEncoding
from classmark.corpus.errors import CorpusError
from classmark.corpus.fields import DEFAULT_FIELDS, Fields


class Annotation(Struct, frozen=True):
    """A code to add to a record.

    Parameters
    ----------
    name
        The name of the code in its scheme.
    score
        From 0 to 1, to be written into records that can say that a program assigned the code; None leaves it out.
    """

    code: str
    name: str
    score: float | None = None


class AnnotationFailure(Struct, frozen=True):
    """A record that is copied unchanged because its codes could not be added, and the reason."""

    location: SourceLocation
    reason: str

    def __str__(self) -> str:
        return f"{self.location}: {self.reason}; the record is written unchanged"


def _decoder() -> Callable[[bytes], str]:
    return codecs.getincrementaldecoder("utf-8")("surrogateescape").decode


class AnnotatedOutput(Struct):
    """The output that annotators write one or more files to.

    Parameters
    ----------
    out
        The binary stream behind it.
    fields
        The fields that were read from the input.
    encoding
        That of the first file, which the output has, too.
    head
        What the annotator of the first file stored for the files that follow, such as column names; None at first.
    """

    out: IO[bytes]
    fields: Fields = DEFAULT_FIELDS
    encoding: FileEncoding = field(default_factory=FileEncoding)
    head: object = None
    _last: bytes = b"\n"
    _decode: Callable[[bytes], str] = field(default_factory=_decoder)

    @property
    def field(self) -> str | None:
        """The field that the user named for codes; None leaves the choice to the format."""
        return self.fields.codes

    def begin(self, encoding: FileEncoding, *, is_first: bool) -> None:
        """Begin a file.

        Raises
        ------
        ValueError
            It is in another encoding than the first one.
        """
        if is_first:
            self.encoding = encoding
            self.out.write(encoding.mark)
        elif encoding.name != self.encoding.name:
            raise ValueError("in another encoding than the files before it; use --keep on it separately")

    def write(self, data: bytes) -> None:
        """Write bytes, which must be UTF-8 in text formats.

        Raises
        ------
        CorpusError
            The encoding of the output lacks a letter of a code.
        """
        self.out.write(self._encoded(data) if self.encoding.name else data)
        self._last = data[-1:] or self._last

    def _encoded(self, data: bytes) -> bytes:
        text = self._decode(data)
        try:
            return text.encode(self.encoding.name, "surrogateescape")
        except UnicodeEncodeError as error:
            lacking = text[error.start]
            raise CorpusError(
                f"{self.encoding.name} has no {lacking!r}, which is in a code; convert the file to UTF-8 for --keep"
            ) from None

    def begin_line(self) -> None:
        """Write a line end unless the output is at the start of a line."""
        if self._last != b"\n":
            self.write(b"\n")


AnnotatedRecord = tuple[Record, Sequence[Annotation]]
"""A record and the codes to add to it."""

Annotator = Callable[[io.BufferedReader, Iterator[AnnotatedRecord], AnnotatedOutput], Iterator[AnnotationFailure]]
"""Copies a file and adds codes to its records; all other bytes stay as they are.

The arguments are the file, opened again and without its byte-order mark, its records in file order with the codes to
add, and the output. Yields the records that are copied unchanged because their codes could not be added.
"""

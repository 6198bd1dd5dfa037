"""Define abstracts, and records that could not be read as abstracts."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from .limits import VALUE_SIZE, size_of


class SourceLocation(Struct, frozen=True):
    """Location of a record in its source.

    Parameters
    ----------
    source
        The file as the user named it; ``stdin`` for the standard input.
    line
        The line on which the record starts, from 1; None if the file is the record or has no lines.
    record
        The number of the record, from 1, in formats without lines, such as MARC and XML.

    Examples
    --------
    >>> str(SourceLocation("articles.jsonl", 3))
    'articles.jsonl:3'
    >>> str(SourceLocation("articles.mrc", record=3))
    'articles.mrc, record 3'
    """

    source: str
    line: int | None = None
    record: int | None = None

    def __str__(self) -> str:
        if self.record is not None:
            return f"{self.source}, record {self.record}"
        return self.source if self.line is None else f"{self.source}:{self.line}"

    @property
    def is_whole_file(self) -> bool:
        """True if the file is the record."""
        return self.line is None and self.record is None


class Raw(Struct, frozen=True):
    """Data that a format keeps of a record, to add codes to it in a copy of its file.

    Parameters
    ----------
    data
        What the format needs to find the record again; None if its location and codes suffice.
    number
        The number of the record among all records of its file, if its location counts only some.
    """

    data: Any = None  # a type of the format
    number: int = 0


class Abstract(Struct, frozen=True):
    """A record: an abstract with its title and given codes.

    Parameters
    ----------
    id
        The id of the record or, if it has none, its location.
    title, text
        Either may be empty.
    codes
        As in the file; empty if it has none.
    location
        Location of the record, for messages.
    raw
        What its format keeps of it; None if `Fields` do not ask for it, or codes cannot be added to it.
    fields_seen
        The names of the fields of the record if none of them was read as its text; else empty.
    """

    id: str
    title: str
    text: str
    codes: tuple[str, ...] = ()
    location: SourceLocation = SourceLocation("memory")
    raw: Raw | None = None
    fields_seen: str = ""

    def __eq__(self, other: object) -> bool:
        """Return whether id, title, text and codes are the same; where they were read does not matter."""
        return isinstance(other, Abstract) and self._content == other._content

    def __hash__(self) -> int:
        """Return a hash of the same."""
        return hash(self._content)

    @property
    def _content(self) -> tuple[str, str, str, tuple[str, ...]]:
        return self.id, self.title, self.text, self.codes

    @property
    def size(self) -> int:
        """Approximate size in memory in bytes, including the raw record if it is kept."""
        own = len(self.id) + len(self.title) + len(self.text)
        of_codes = VALUE_SIZE * (1 + len(self.codes)) + sum(map(len, self.codes)) if self.codes else 0
        return own + of_codes + (size_of(self.raw.data) if self.raw else 0)

    @property
    def is_empty(self) -> bool:
        """True if there is neither title nor text to classify."""
        return not (self.title.strip() or self.text.strip())


class Unreadable(Struct, frozen=True):
    """A record that could not be read as an abstract, with the reason as shown to the user."""

    id: str
    location: SourceLocation
    reason: str

    @property
    def size(self) -> int:
        """Approximate size in memory in bytes."""
        return len(self.id) + len(self.reason)

    def __str__(self) -> str:
        return f"{self.location}: {self.reason}"


Record = Abstract | Unreadable

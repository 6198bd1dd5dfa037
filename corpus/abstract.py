"""What is read from files: abstracts, and the records that could not be read as one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .limits import size_of


@dataclass(frozen=True, slots=True)
class SourceLocation:
    """Where a record stands.

    Parameters
    ----------
    source
        The file as the user named it; ``stdin`` for the standard input.
    line
        The line that the record starts at, from 1; None where the file is the record or has no lines.
    record
        The record's number, from 1, where lines say nothing, as in MARC or XML.

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
        """Whether the file is the record."""
        return self.line is None and self.record is None


@dataclass(frozen=True, slots=True)
class Raw:
    """What a format remembers of a record, so that codes can be added to it in a copy of its file.

    Parameters
    ----------
    data
        What the format needs to find the record again, and what it has; None where its place and codes will do.
    number
        The record's, among all of its file, where its place counts only some.
    """

    data: Any = None  # the format's own
    number: int = 0


@dataclass(frozen=True, slots=True)
class Abstract:
    """A record: an abstract, its title, and the codes that somebody gave it.

    Parameters
    ----------
    id
        The record's own id or, where it has none, its place.
    title, text
        Either may be empty.
    codes
        As the file has them; empty where it has none.
    location
        Where the record stands, for messages.
    raw
        What its format remembers of it; None where `Fields` don't ask for it, or codes can't be added to it.
    fields_seen
        The names of the record's fields where none of them was read as its text; empty otherwise.
    """

    id: str
    title: str
    text: str
    codes: tuple[str, ...] = ()
    location: SourceLocation = field(default=SourceLocation("memory"), compare=False)
    raw: Raw | None = field(default=None, compare=False, repr=False)
    fields_seen: str = field(default="", compare=False, repr=False)

    @property
    def size(self) -> int:
        """About how many bytes it takes in memory, what its file had included if that is kept."""
        own = len(self.id) + len(self.title) + len(self.text)
        return own + (size_of(self.codes) if self.codes else 0) + (size_of(self.raw.data) if self.raw else 0)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to classify, neither title nor text."""
        return not (self.title.strip() or self.text.strip())


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that could not be read as an abstract, with the reason as the user will see it."""

    id: str
    location: SourceLocation
    reason: str

    @property
    def size(self) -> int:
        """About how many bytes it takes in memory."""
        return len(self.id) + len(self.reason)

    def __str__(self) -> str:
        return f"{self.location}: {self.reason}"


Record = Abstract | Unreadable

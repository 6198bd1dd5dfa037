"""What is read from files: abstracts, and the records that could not be read as one."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands.

    Parameters
    ----------
    source
        The file as the user named it; ``stdin`` for the standard input.
    line
        The line that the record starts at, from 1; None where the file is the record.

    Examples
    --------
    >>> str(Place("articles.jsonl", 3))
    'articles.jsonl:3'
    """

    source: str
    line: int | None = None

    def __str__(self) -> str:
        return self.source if self.line is None else f"{self.source}:{self.line}"


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
    place
        Where the record stands, for messages.
    """

    id: str
    title: str
    text: str
    codes: tuple[str, ...] = ()
    place: Place = field(default=Place("memory"), compare=False)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to classify, neither title nor text."""
        return not (self.title.strip() or self.text.strip())


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that could not be read as an abstract, with the reason as the user will see it."""

    id: str
    place: Place
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


Record = Abstract | Unreadable

"""Read exports of tagged lines: a field is a line that begins with a tag, and the lines without a tag below it.

What tags look like, and which of them hold what, is told by a `TaggedFormat`; each such format is a module of its own.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import chain, pairwise

from msgspec import Struct

from classmark.corpus.abstract import Abstract, Record, SourceLocation, Unreadable
from classmark.corpus.fields import Fields, list_names, one_line, unique_codes
from classmark.corpus.limits import MAX_RECORD_BYTES, line_parts

from .plain_text import decode

MARK = rb"(?:\xef\xbb\xbf)?"
"""A byte-order mark, which joined files have in their middle."""

_MOST_NAMES = 100


class TaggedFormat(Struct, frozen=True):
    """A format of tagged lines.

    Parameters
    ----------
    line
        Matches the start of a tagged line, up to its value; the tag is the first group. It is compiled with
        ``re.MULTILINE``.
    first
        The tag that begins a record. Without it, a record begins at a tagged line below an empty one.
    titles, texts, ids
        Tags, of which the first that has a value counts.
    codes
        Tags, all of which count.
    end
        The tag that ends a record; empty if the next one ends it.
    outside
        Tags of lines outside records.
    last
        The last tag of every record of a whole file, by which a file that breaks off is known; empty if none is.
    codes_in
        Returns the codes in the value of a tag.
    id_in
        Returns the id in the value of a tag; empty if it holds another kind of id.
    """

    line: re.Pattern[bytes]
    first: str
    titles: tuple[str, ...]
    texts: tuple[str, ...]
    codes: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    end: str = ""
    outside: frozenset[str] = frozenset()
    last: str = ""
    codes_in: Callable[[str, str], Iterable[str]] = lambda _tag, value: [value]
    id_in: Callable[[str, str], str] = lambda _tag, value: value


class TaggedField(Struct, frozen=True):
    """A field of a record: its tag, and where its value starts and ends, line ends included."""

    tag: str
    line_start: int
    start: int
    end: int


class _Splitter:
    """Tells at which lines records begin."""

    def __init__(self, known: TaggedFormat) -> None:
        self._known = known
        self._content = {*known.titles, *known.texts}
        self._is_open = self._has_first = self._has_content = self._is_apart = False

    def starts(self, line: bytes) -> bool:
        """Take the next line, and return whether a record begins with it."""
        match = self._known.line.match(line)
        if not match:
            self._is_apart = not line.strip()
            return False
        tag = match[1].decode()
        starts = tag not in self._known.outside and self._is_new(tag)
        self._is_apart = False
        self._is_open = (self._is_open or starts) and tag != self._known.end
        self._has_first = (self._has_first and not starts) or tag == self._known.first
        self._has_content = (self._has_content and not starts) or tag in self._content
        return starts

    def _is_new(self, tag: str) -> bool:
        if not self._is_open:
            return True
        if tag == self._known.first:
            return self._has_first or self._has_content or self._is_apart
        return self._is_apart and self._has_content


def records_of(stream: io.BufferedReader, known: TaggedFormat) -> Iterator[tuple[int, bytes]]:
    """Split a file before its records.

    Yields
    ------
    The line number of a record, or 0 for bytes outside records, such as the rest of one that is too long; and the bytes
    up to the next record.
    """
    splitter = _Splitter(known)
    start, number, pending = 0, 0, bytearray()
    for part, begins in line_parts(stream):
        number += begins
        if begins and splitter.starts(part):
            yield start, bytes(pending)
            pending.clear()
            start = number
        pending += part
        if len(pending) > MAX_RECORD_BYTES:
            yield start, bytes(pending)
            pending.clear()
            start = 0
    yield start, bytes(pending)


def tagged_fields(data: bytes, known: TaggedFormat) -> Iterator[TaggedField]:
    """Yield the fields of a record, up to the end that its format has."""
    for match, following in pairwise(chain(known.line.finditer(data), [None])):
        assert match
        tag = match[1].decode()
        yield TaggedField(tag, match.start(), match.end(), following.start() if following else len(data))
        if tag == known.end:
            return


def read_tagged(stream: io.BufferedReader, source: str, fields: Fields, known: TaggedFormat) -> Iterator[Record]:
    """Read the records of a file one by one."""
    has_last = False
    for start, data in records_of(stream, known):
        if not start:
            continue
        location = SourceLocation(source, start)
        try:
            record, tags = _record(data, location, fields, known)
        except ValueError as error:
            yield Unreadable(str(location), location, str(error))
            continue
        if has_last and known.last not in tags and not data.endswith(b"\n"):
            yield Unreadable(record.id, location, f"the file breaks off in this record, before {known.last}")
        else:
            yield record
        has_last = has_last or known.last in tags


def _record(
    data: bytes, location: SourceLocation, fields: Fields, known: TaggedFormat
) -> tuple[Abstract, Collection[str]]:
    """Read a record; return it with its tags.

    Raises
    ------
    ValueError
        If it is too long, not UTF-8, or has no end.
    """
    decode(data)
    titles, texts = tags_named(fields.title, known.titles), tags_named(fields.text, known.texts)
    codes, ids = tags_named(fields.codes, known.codes), tags_named(fields.id, known.ids)
    values = _values(data, known, {*titles, *texts, *codes, *ids})
    if known.end and known.end not in values:
        raise ValueError(f"the record has no end, a line {known.end!r}")
    found = [code for tag in codes for value in values.get(tag, []) for code in known.codes_in(tag, value)]
    given = (known.id_in(tag, one_line(value)) for tag in ids for value in values.get(tag, []))
    identifier = next(filter(None, given), str(location))
    title, text = _first(values, titles), _first(values, texts)
    without_text = "" if text else list_names(values)
    abstract = Abstract(identifier, title, text, unique_codes(found), location, fields.raw(), without_text)
    return abstract, values.keys()


def _values(data: bytes, known: TaggedFormat, wanted: Collection[str]) -> dict[str, list[str]]:
    """Return the values of the tags that are wanted, and the names of others."""
    values: dict[str, list[str]] = {}
    for field in tagged_fields(data, known):
        if field.tag in wanted:
            values.setdefault(field.tag, []).append(data[field.start : field.end].decode().strip())
        elif len(values) < _MOST_NAMES or field.tag in {known.end, known.last}:
            values.setdefault(field.tag, [])
    return values


def tags_named(name: str | None, usual: tuple[str, ...]) -> tuple[str, ...]:
    """Return the tag that the user named, or the usual ones."""
    return (name.strip().lstrip("%=").upper(),) if name else usual


def _first(values: dict[str, list[str]], tags: Iterable[str]) -> str:
    """Return the value of the first of some tags that has one, with repetitions joined."""
    return next((text for tag in tags if (text := one_line(" ".join(values.get(tag, []))))), "")

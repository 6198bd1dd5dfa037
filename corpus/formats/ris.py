"""Read and write RIS, the format of reference managers, with rispy.

Source of the tags: https://en.wikipedia.org/wiki/RIS_(file_format), after the specification by Research Information
Systems of 2001.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import IO, Any, TypeVar

from classmark.corpus.abstract import Abstract, Record, SourceLocation, Unreadable
from classmark.corpus.fields import Fields, list_names, one_line, unique_codes
from classmark.corpus.lazy_imports import import_quietly
from classmark.corpus.limits import MAX_RECORD_BYTES, line_parts

from .plain_text import decode

TAG = re.compile(r"[A-Z][A-Z0-9]  -")
_MARK = rb"(?:\xef\xbb\xbf)?"
_START = re.compile(_MARK + rb"TY  -")
_INDENTED = re.compile(_MARK + rb"[ \t]*TY  -")
_ALONE = re.compile(rb"[ \t]+TY  - *[A-Z]{2,}\s*$")
_JOINED = re.compile(rb"([ \t]*ER  -[ \t]*)(?=" + _MARK + rb"TY  -)")
END = re.compile(rb"(?m)^([ \t]*)ER  -")
_END_OF_TEXT = re.compile(r"(?m)^[ \t]*ER  -")
_OTHER = re.compile(rb"(?m)^[ \t]*(?!ER)[A-Z][A-Z0-9]  -")
Text = TypeVar("Text", str, bytes)
_UNKNOWN = "UK"
"""Key under which rispy stores unknown tags; no tag may have this name."""

_TITLES, _TEXTS, KEYWORDS = ("TI", "T1", "CT", "BT"), ("AB", "N2"), "KW"


def read_ris(stream: io.BufferedReader, source: str, fields: Fields) -> Iterator[Record]:
    """Read references one by one: title from TI or T1, text from AB or N2, codes from KW."""
    yield from parse_ris(*split_ris(stream, source, fields), source, fields)


def split_ris(stream: io.BufferedReader, source: str, _fields: Fields) -> tuple[None, Iterator[tuple[int, bytes]]]:
    """Cut a file into references with the numbers of their lines."""
    import_quietly("rispy", "ris", source)
    return None, (item for item in references_of(stream) if item[0])


def parse_ris(_common: None, references: Iterable[tuple[int, bytes]], source: str, fields: Fields) -> Iterator[Record]:
    """Read references that `split_ris` returned."""
    import_quietly("rispy", "ris", source)
    for start, data in references:
        yield _record(data, SourceLocation(source, start), fields)


def references_of(stream: io.BufferedReader) -> Iterator[tuple[int, bytes]]:
    """Split a file before its references.

    Yields
    ------
    The line number of a reference, or 0 for bytes outside references, such as the rest of one that is too long; and
    the bytes up to the next one.
    """
    start, pending, is_open = 0, bytearray(), False
    for line, number in _lines(stream):
        if _starts(line, is_open=is_open):
            yield start, bytes(pending)
            pending.clear()
            start, is_open = number, True
        pending += line
        is_open = is_open and not (b"ER  -" in line and END.match(line))
        if len(pending) > MAX_RECORD_BYTES:
            yield start, bytes(pending)
            pending.clear()
            start = 0
    yield start, bytes(pending)


def _lines(stream: io.BufferedReader) -> Iterator[tuple[bytes, int]]:
    """Yield lines with their numbers; in joined files, a reference may begin on the line where another ends."""
    number = 0
    for part, begins in line_parts(stream):
        if begins:
            number += 1
        joined = _JOINED.match(part) if begins and b"ER  -" in part else None
        if joined:
            yield joined[0], number
        yield part[joined.end() :] if joined else part, number


def _starts(line: bytes, *, is_open: bool) -> bool:
    """Return whether a reference starts; inside another, an indented line may continue a text."""
    return b"TY  -" in line and bool(_START.match(line) or (_ALONE if is_open else _INDENTED).match(line))


def _record(data: bytes, location: SourceLocation, fields: Fields) -> Record:
    """Read the lines from the start of a reference to the start of the next."""
    try:
        text = decode(data).removeprefix("\ufeff")
    except ValueError as error:
        return Unreadable(str(location), location, str(error))
    end = END.search(data, _line_of(data, b"ER  -", b"\n"))
    if not end:
        return Unreadable(str(location), location, "the reference has no end, a line 'ER  - '")
    other = _OTHER.search(data, end.end())
    if other and END.search(data, other.end()):
        return Unreadable(str(location), location, "behind it is a reference without a beginning, a line 'TY  - '")
    try:
        tags = _tags(_plain_lines(text))
    except ValueError as error:
        return Unreadable(str(location), location, str(error))
    title = _first(tags, (fields.title,) if fields.title else _TITLES)
    text = _first(tags, (fields.text,) if fields.text else _TEXTS)
    codes = unique_codes(tags.get(fields.codes or KEYWORDS, []))
    identifier = _first(tags, (fields.id or "ID",)) or str(location)
    without_text = "" if text else list_names(tags)
    return Abstract(identifier, title, text, codes, location, fields.raw(), without_text)


def _line_of(data: Text, mark: Text, line_break: Text) -> int:
    """Return where the first line with a mark starts; the end if none has it."""
    at = data.find(mark)
    return len(data) if at < 0 else data.rfind(line_break, 0, at) + 1


def _plain_lines(text: str) -> list[str]:
    """Return the lines of a reference up to its end, without common indentation."""
    indent = text[: len(text) - len(text.lstrip(" \t"))]
    end = _END_OF_TEXT.search(text, _line_of(text, "ER  -", "\n"))
    lines = text[: end.end() if end else None].splitlines()
    return [line.removeprefix(indent) for line in lines] if indent else lines


def _tags(lines: list[str]) -> Mapping[str, list[str]]:
    """Return the values of each tag, as rispy reads them."""
    rispy, names = _rispy()
    parser = rispy.RisParser(mapping=names, list_tags=list(names), delimiter_tags_mapping={}, enforce_list_tags=False)
    [record] = parser.parse_lines(line for line in _unfolded(lines) if not line.startswith(_UNKNOWN))
    unknown = record.pop(_UNKNOWN, {})
    return {tag: value if isinstance(value, list) else [value] for tag, value in {**record, **unknown}.items()}


@cache
def _rispy() -> tuple[Any, Mapping[str, str]]:
    """Import rispy, and return it with a mapping that names each tag by itself."""
    rispy = import_quietly("rispy", "ris", "RIS")
    return rispy, {tag: tag for tag in rispy.config.TAG_KEY_MAPPING}


def _unfolded(lines: list[str]) -> Iterator[str]:
    """Join continuation lines with the line before; a keyword on its own line stays separate."""
    pending = list[str]()
    for line in lines:
        if TAG.match(line):
            if pending:
                yield " ".join(pending)
            pending = [line.rstrip()]
        elif line.strip() and pending and pending[0].startswith(KEYWORDS):
            yield " ".join(pending)
            pending = [f"{KEYWORDS}  - {line.strip()}"]
        elif line.strip() and pending:
            pending.append(line.strip())
    yield " ".join(pending)


def _first(tags: Mapping[str, list[str]], names: Iterable[str]) -> str:
    """Return the value of the first of some tags that occurs, with repetitions joined."""
    return next((text for name in names if (text := " ".join(tags.get(name, [])).strip())), "")


def write_ris(abstracts: Iterable[Abstract], out: IO[bytes]) -> None:
    """Write references of type JOUR with ID, TI, AB, and one KW per code."""
    rispy = import_quietly("rispy", "ris", "RIS")
    plain = type(
        "Plain", (rispy.RisWriter,), {"set_header": lambda *_number, **_named: ""}
    )  # no numbers before references
    for abstract in abstracts:
        out.write(rispy.dumps([_reference(abstract)], implementation=plain).encode(errors="backslashreplace"))


def _reference(abstract: Abstract) -> dict[str, Any]:
    fields = {"id": abstract.id, "title": abstract.title, "abstract": abstract.text}
    filled = {name: text for name, value in fields.items() if (text := one_line(value))}
    keywords = {"keywords": list(abstract.codes)} if abstract.codes else {}
    return {"type_of_reference": "JOUR"} | filled | keywords

"""RIS, the format of reference managers, read and written with rispy.

Source of the tags: https://en.wikipedia.org/wiki/RIS_(file_format), after the specification by Research Information
Systems of 2001.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

from classmark.corpus.abstract import Abstract, Place, Record, Unreadable
from classmark.corpus.errors import UsageError
from classmark.corpus.fields import Fields, once, one_line, seen
from classmark.corpus.limits import LONGEST, lines_of

from .format import Labelled, library
from .texts import decode

_TAG = re.compile(r"[A-Z][A-Z0-9]  -")
_START, _END = b"TY  -", b"ER  -"
_UNKNOWN = "UK"
"""Where rispy puts the tags that it does not know; a tag of this name would be in its way."""

_TITLES, _TEXTS, _KEYWORDS = ("TI", "T1", "CT", "BT"), ("AB", "N2"), "KW"


def read_ris(stream: io.BufferedReader, source: str, fields: Fields) -> Iterator[Record]:
    """Read references one by one; title from TI or T1, text from AB or N2, codes from KW."""
    library("rispy", "ris", source)
    start, held = 0, bytearray()
    for number, line in enumerate(lines_of(stream), 1):
        if line.startswith(_START):
            if start:
                yield _record(bytes(held), Place(source, start), fields)
                held.clear()
            start = number
        if len(held) <= LONGEST:  # one that goes on without end is named and not kept
            held += line
    if start:
        yield _record(bytes(held), Place(source, start), fields)


def _record(data: bytes, place: Place, fields: Fields) -> Record:
    """Read what stands from the start of a reference to the start of the next."""
    try:
        text = decode(data)
    except ValueError as error:
        return Unreadable(str(place), place, str(error))
    if b"\n" + _END not in data:
        return Unreadable(str(place), place, "the reference has no end, a line 'ER  - '")
    try:
        tags = _tags(text.splitlines())
    except ValueError as error:
        return Unreadable(str(place), place, str(error))
    title = _first(tags, (fields.title,) if fields.title else _TITLES)
    text = _first(tags, (fields.text,) if fields.text else _TEXTS)
    codes = once(tags.get(fields.codes or _KEYWORDS, []))
    identifier = _first(tags, ("ID",)) or str(place)
    without_text = "" if text else seen(tags)
    return Abstract(identifier, title, text, codes, place, fields.raw("ris", data), without_text)


def _tags(lines: list[str]) -> Mapping[str, list[str]]:
    """Return the values of each tag, as rispy reads them."""
    rispy = library("rispy", "ris", "RIS")
    names = {tag: tag for tag in rispy.config.TAG_KEY_MAPPING}
    parser = rispy.RisParser(mapping=names, list_tags=list(names), delimiter_tags_mapping={}, enforce_list_tags=False)
    [record] = parser.parse_lines(line for line in _unfolded(lines) if not line.startswith(_UNKNOWN))
    unknown = record.pop(_UNKNOWN, {})
    return {tag: value if isinstance(value, list) else [value] for tag, value in {**record, **unknown}.items()}


def _unfolded(lines: list[str]) -> Iterator[str]:
    """Join lines that go on with the one before; a keyword that stands on a line of its own stays one."""
    held = list[str]()
    for line in lines:
        if _TAG.match(line):
            yield from [" ".join(held)] * bool(held)
            held = [line.rstrip()]
        elif line.strip() and held and held[0].startswith(_KEYWORDS):
            yield " ".join(held)
            held = [f"{_KEYWORDS}  - {line.strip()}"]
        elif line.strip() and held:
            held.append(line.strip())
    yield " ".join(held)


def _first(tags: Mapping[str, list[str]], names: Iterable[str]) -> str:
    """Return what the first of some tags that is there holds, its repetitions joined."""
    return next((text for name in names if (text := " ".join(tags.get(name, [])).strip())), "")


def write_ris(abstracts: Iterable[Abstract], out: IO[bytes]) -> None:
    """Write references of the type JOUR with ID, TI, AB and a KW a code."""
    rispy = library("rispy", "ris", "RIS")
    plain = type(
        "Plain", (rispy.RisWriter,), {"set_header": lambda *_number, **_named: ""}
    )  # no numbers above references
    for abstract in abstracts:
        out.write(rispy.dumps([_reference(abstract)], implementation=plain).encode(errors="backslashreplace"))


def _reference(abstract: Abstract) -> dict[str, Any]:
    fields = {"id": abstract.id, "title": abstract.title, "abstract": abstract.text}
    filled = {name: text for name, value in fields.items() if (text := one_line(value))}
    keywords = {"keywords": list(abstract.codes)} if abstract.codes else {}
    return {"type_of_reference": "JOUR"} | filled | keywords


def keep_ris(labelled: Iterable[Labelled], out: IO[bytes]) -> None:
    """Write references byte for byte as they were, with a line KW for each code that has none yet, at their end."""
    for abstract, codes in labelled:
        assert abstract.raw
        tag = abstract.raw.codes_field or _KEYWORDS
        if not _TAG.fullmatch(f"{tag}  -"):
            raise UsageError(f"codes can't be added to {tag!r}; name a RIS tag, such as KW")
        data: bytes = abstract.raw.data
        end = data.rindex(b"\n" + _END) + 1
        line_end = "\r\n" if data[end - 2 : end] == b"\r\n" else "\n"
        new = (f"{tag}  - {one_line(code.code)}{line_end}" for code in codes if code.code not in abstract.codes)
        out.write(data[:end] + "".join(new).encode() + data[end:])

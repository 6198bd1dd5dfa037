"""Map the fields of MARC 21 records to abstracts and back, for binary files and XML.

Source: https://www.loc.gov/marc/bibliographic/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct

from classmark.corpus.abstract import Abstract, SourceLocation
from classmark.corpus.errors import UsageError
from classmark.corpus.fields import Fields, list_names, one_line, unique_codes
from classmark.corpus.scheme_csv import lcc
from classmark.corpus.version import VERSION

from .annotation import Annotation

LCC, OTHER = "lcc", "z"
"""Sources of a classification number in field 084, subfield 2: https://www.loc.gov/standards/sourcelist/classification.html."""

_PUNCTUATION = re.compile(r"\s*[/:;,=]\s*$")
_LETTERS = re.compile(r"\s*([A-Z]{1,3})(?=\s*\d|\s*$)")
_CLASSIFICATION = "084"
_FIELD_AND_SUBFIELD = re.compile(r"(?!00)[0-9]{3}[a-z0-9]?")


class MarcField(Struct, frozen=True):
    """A field: its tag, and its subfields as codes with values; a control field has one value without code."""

    tag: str
    subfields: tuple[tuple[str, str], ...]
    indicators: str = "  "

    def values(self, codes: str = "") -> Iterator[str]:
        """Yield the values of the subfields with some codes, or of all if none is named."""
        return (value for code, value in self.subfields if not codes or (code and code in codes))

    @property
    def source(self) -> str:
        """Source of a classification number or term."""
        return next(self.values("2"), "")


class ExistingCodes(NamedTuple):
    """Codes that a record has in the field for codes, and an unused link number.

    Link numbers: https://www.loc.gov/marc/bibliographic/ecbdcntf.html.
    """

    fields: tuple[MarcField, ...]
    next_link: int


def abstract_of(record: Sequence[MarcField], location: SourceLocation, fields: Fields) -> Abstract:
    """Read a record: 245 is the title, 520 the text; the codes are those of `codes_of`."""
    identifier = next(_values(record, fields.id or "001"), "").strip()
    title = one_line(" ".join(_values(record, fields.title or "245abnp")))
    text = one_line(" ".join(_values(record, fields.text or "520ab")))
    codes = unique_codes(_values(record, fields.codes)) if fields.codes else codes_of(record)
    without_text = "" if text else list_names(field.tag for field in record)
    raw = fields.raw(_existing_codes(record, fields)) if fields.with_raw else None
    return Abstract(identifier or str(location), _PUNCTUATION.sub("", title), text, codes, location, raw, without_text)


def _existing_codes(record: Sequence[MarcField], fields: Fields) -> ExistingCodes:
    tag = (fields.codes or _CLASSIFICATION)[:3]
    numbers = (re.match("[0-9]{1,9}", link) for field in record for link in field.values("8"))
    link = max((int(number[0]) for number in numbers if number), default=0)
    return ExistingCodes(tuple(field for field in record if field.tag == tag), link + 1)


def codes_of(record: Sequence[MarcField]) -> tuple[str, ...]:
    """Return the class letters of the LCC call numbers in 050 and 090, and LCC's classes in 084.

    Where there is none of these, all of 084 are the codes, from whatever classification they are.
    """
    letters = (_letters(value) for field in record if field.tag in {"050", "090"} for value in field.values("a"))
    others = [(field, value) for field in record if field.tag == _CLASSIFICATION for value in field.values("a")]
    of_lcc = unique_codes([*letters, *(value for field, value in others if field.source == LCC)])
    return of_lcc or unique_codes(value for _, value in others)


def is_marc(record: Abstract) -> bool:
    """Return whether a record was read from MARC, so that `codes_to_add` knows what it has."""
    return record.raw is not None and isinstance(record.raw.data, ExistingCodes)


def codes_to_add(record: Abstract, codes: Sequence[Annotation], field_name: str | None) -> list[MarcField]:
    """Return one field per code that the record lacks, and their provenance fields.

    They go to 084, with the source ``lcc`` for the codes of the built-in scheme and ``z`` (other) for
    others: 050 is not changed, as shelf marks are printed from it. A code with a score gets a field 883 that names the
    program and its confidence (https://www.loc.gov/marc/bibliographic/bd883.html).

    Raises
    ------
    UsageError
        If the field that was named for codes cannot hold them.
    """
    assert record.raw
    existing, field_name = record.raw.data, field_name or _CLASSIFICATION
    if not _FIELD_AND_SUBFIELD.fullmatch(field_name):
        raise UsageError(f"codes can't be added to {field_name!r}; name a MARC field and a subfield, such as 650a")
    tag, subfield = field_name[:3], field_name[3:4] or "a"
    added, link = list[MarcField](), existing.next_link
    for code in codes:
        coded = _coded(tag, subfield, code.code, is_lcc=lcc().name(code.code) == code.name)
        if any(set(coded.subfields) <= set(field.subfields) for field in (*existing.fields, *added)):
            continue
        if code.score is not None:
            linked = ("8", rf"{link}\p")
            provenance = (linked, ("a", f"classmark {VERSION}"), ("c", f"{code.score:.3f}"))
            added += [MarcField(tag, (linked, *coded.subfields)), MarcField("883", provenance, "0 ")]
            link += 1
        else:
            added.append(coded)
    return added


def fields_to_write(abstract: Abstract) -> list[MarcField]:
    """Return an abstract as fields 001, 084, 245 and 520; a long text takes several of the last."""
    is_lcc = all(map(lcc().resolve, abstract.codes))
    return [
        MarcField("001", (("", one_line(abstract.id)),)),
        *(_coded(_CLASSIFICATION, "a", code, is_lcc=is_lcc) for code in abstract.codes),
        *(MarcField("245", (("a", title),), "00") for title in [one_line(abstract.title)] if title),
        *(MarcField("520", (("a", part),)) for part in _split(one_line(abstract.text))),
    ]


def _coded(tag: str, subfield: str, code: str, *, is_lcc: bool) -> MarcField:
    source = (("2", LCC if is_lcc else OTHER),) if tag == _CLASSIFICATION else ()
    return MarcField(tag, ((subfield, one_line(code)), *source))


def _values(record: Sequence[MarcField], name: str) -> Iterator[str]:
    """Yield the values of a field such as ``520a``: a tag and codes of subfields."""
    return (value for field in record if field.tag == name[:3] for value in field.values(name[3:]))


def _letters(call_number: str) -> str:
    """Return the class letters of a call number; empty if it is not an LCC number.

    >>> _letters("HV6431 .A3"), _letters("MLCS 83/123"), _letters("IN PROCESS")
    ('HV', '', '')
    """
    match = _LETTERS.match(call_number)
    return match[1] if match and lcc().resolve(match[1]) else ""


def _split(text: str, max_length: int = 2_000) -> Iterator[str]:
    """Split a text between words, as a field of a binary record holds at most 9,999 bytes."""
    while len(text) > max_length:
        cut = text.rfind(" ", 0, max_length) if " " in text[:max_length] else max_length
        yield text[:cut]
        text = text[cut:].strip()
    if text:
        yield text

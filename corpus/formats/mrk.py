"""Read MarcEdit's mnemonic format (``.mrk``), which is MARC 21 as lines of text.

Source: https://www.loc.gov/marc/makrbrkr.html and MarcEdit's help, "Example of Mnemonic File Format".
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from classmark.corpus.abstract import Record, SourceLocation, Unreadable
from classmark.corpus.fields import Fields

from .marc_fields import MarcField, abstract_of
from .mnemonics import from_mnemonics
from .plain_text import decode
from .tagged_lines import MARK, TaggedFormat, records_of, tagged_fields

LEADER = "LDR"
MRK = TaggedFormat(
    line=re.compile(rb"^" + MARK + rb"=([0-9A-Z]{3})(?: {1,2}|(?=\r?$))", re.MULTILINE),
    first=LEADER,
    titles=("245",),
    texts=("520",),
)
BLANK = "\\"
"""Stands for a blank in indicators and fixed fields."""

_COMMENT = re.compile(r"(?m)^#.*\n?")
_MOST_SUBFIELDS = 200_000
_TOO_MANY = f"more than {_MOST_SUBFIELDS:,} fields and subfields, which no record has"
_FIRST_DATA_FIELD = "010"


def read_mrk(stream: io.BufferedReader, source: str, fields: Fields) -> Iterator[Record]:
    """Read records one by one, with the fields of MARC 21."""
    for start, data in records_of(stream, MRK):
        if start:
            yield _record(data, SourceLocation(source, start), fields)


def _record(data: bytes, location: SourceLocation, fields: Fields) -> Record:
    try:
        decode(data)
        if data.count(b"$") + data.count(b"\n=") > _MOST_SUBFIELDS:
            raise ValueError(_TOO_MANY)
    except ValueError as error:
        return Unreadable(str(location), location, str(error))
    record = [_field(found.tag, data[found.start : found.end].decode()) for found in tagged_fields(data, MRK)]
    return abstract_of(record, location, fields)


def _field(tag: str, value: str) -> MarcField:
    r"""Return a field of its line.

    >>> _field("245", r"1\$aPrices in {dollar}")
    MarcField(tag='245', subfields=(('a', 'Prices in $'),), indicators='1 ')
    """
    value = _COMMENT.sub("", value).rstrip().replace("\n", " ")
    if tag == LEADER or tag < _FIRST_DATA_FIELD:
        return MarcField(tag, (("", value.replace(BLANK, " ")),))
    indicators, *parts = value.split("$")
    subfields = tuple((part[0], from_mnemonics(part[1:])) for part in parts if part)
    return MarcField(tag, subfields, indicators.replace(BLANK, " "))

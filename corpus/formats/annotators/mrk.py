"""Add codes to MarcEdit's mnemonic format; all other bytes stay unchanged."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from classmark.corpus.abstract import Abstract
from classmark.corpus.formats.annotation import AnnotatedOutput, AnnotatedRecord, Annotation, AnnotationFailure
from classmark.corpus.formats.marc_fields import MarcField, codes_to_add
from classmark.corpus.formats.mnemonics import to_mnemonics
from classmark.corpus.formats.mrk import BLANK, LEADER, MRK
from classmark.corpus.formats.tagged_lines import tagged_fields

from .tagged_lines import annotate_records, with_lines

_CODING = 9
"""The position of the leader that tells the encoding."""


def annotate_mrk(
    stream: io.BufferedReader, records: Iterator[AnnotatedRecord], output: AnnotatedOutput
) -> Iterator[AnnotationFailure]:
    """Copy records and add one field per missing code."""

    def insert(data: bytes, record: Abstract, codes: Sequence[Annotation]) -> bytes:
        return _with_fields(data, codes_to_add(record, codes, output.field))

    return annotate_records(stream, records, output, MRK, insert)


def _with_fields(data: bytes, fields: Sequence[MarcField]) -> bytes:
    """Return a record with each field behind the last one whose tag is not greater.

    Raises
    ------
    ValueError
        If a code is not ASCII, and the record is one of MARC-8 in mnemonics.
    """
    for field in fields:
        line = _line(field).encode()
        if not line.isascii() and _is_marc_8(data):
            raise ValueError(f"the record is in MARC-8, which can't hold the code {field.subfields[0][1]!r}")
        present = list(tagged_fields(data, MRK))
        before = [one for one in present if one.tag == LEADER or one.tag <= field.tag] or present[:1]
        data = with_lines(data, [line], len(data[: before[-1].end].rstrip()))
    return data


def _line(field: MarcField) -> str:
    subfields = "".join(f"${code}{to_mnemonics(value)}" for code, value in field.subfields)
    return f"={field.tag}  {field.indicators.replace(' ', BLANK)}{subfields}"


def _is_marc_8(data: bytes) -> bool:
    first = next(tagged_fields(data, MRK))
    leader = data[first.start : first.end]
    return data.isascii() and first.tag == LEADER and leader[_CODING : _CODING + 1] != b"a"

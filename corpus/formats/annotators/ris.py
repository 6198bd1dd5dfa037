"""Add codes to RIS; all other bytes stay unchanged."""

from __future__ import annotations

import io
from collections.abc import Iterator

from classmark.corpus.abstract import Abstract
from classmark.corpus.errors import UsageError
from classmark.corpus.formats.annotation import AnnotatedOutput, AnnotatedRecord, AnnotationFailure
from classmark.corpus.formats.ris import END, KEYWORDS, TAG, references_of

from .byte_ranges import check_all_found


def annotate_ris(
    stream: io.BufferedReader, records: Iterator[AnnotatedRecord], output: AnnotatedOutput
) -> Iterator[AnnotationFailure]:
    """Copy references and add one KW line per missing code at the end of each."""
    tag = output.field or KEYWORDS
    if not TAG.fullmatch(f"{tag}  -"):
        raise UsageError(f"codes can't be added to {tag!r}; name a RIS tag, such as KW")
    output.begin_line()
    item = next(records, None)
    for start, data in references_of(stream):
        if start and item and item[0].location.line == start:
            output.write(_with_codes(data, item, tag))
            item = next(records, None)
        else:
            output.write(data)
    check_all_found(item)
    yield from ()


def _with_codes(data: bytes, item: AnnotatedRecord, tag: str) -> bytes:
    record, codes = item
    end = END.search(data)
    if not isinstance(record, Abstract) or not end:
        return data
    line_end = "\r\n" if data[end.start() - 2 : end.start()] == b"\r\n" else "\n"
    indent = end[1].decode()
    new = (f"{indent}{tag}  - {code.code}{line_end}" for code in codes if code.code not in record.codes)
    return data[: end.start()] + "".join(new).encode() + data[end.start() :]

"""Add codes to PubMed's, Web of Science's and EndNote's tagged lines; all other bytes stay unchanged."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence

from classmark.corpus.abstract import Abstract
from classmark.corpus.errors import UsageError
from classmark.corpus.formats import endnote, medline, web_of_science
from classmark.corpus.formats.annotation import AnnotatedOutput, AnnotatedRecord, Annotation, AnnotationFailure
from classmark.corpus.formats.tagged_lines import TaggedFormat, records_of, tagged_fields, tags_named

from .byte_ranges import check_all_found

Insert = Callable[[bytes, Abstract, Sequence[Annotation]], bytes]
"""Returns the bytes of a record with codes added; a `ValueError` says why they can't be."""


def annotate_medline(
    stream: io.BufferedReader, records: Iterator[AnnotatedRecord], output: AnnotatedOutput
) -> Iterator[AnnotationFailure]:
    """Copy citations and add one line OT per missing code at the end of each."""
    tag = _tag(output, medline.KEYWORDS, medline.MEDLINE, "{:<4}- ")
    return annotate_records(stream, records, output, medline.MEDLINE, _adding_lines(f"{tag:<4}- ", medline.MEDLINE))


def annotate_endnote(
    stream: io.BufferedReader, records: Iterator[AnnotatedRecord], output: AnnotatedOutput
) -> Iterator[AnnotationFailure]:
    """Copy references and add one line %K per missing code at the end of each."""
    tag = _tag(output, endnote.KEYWORDS, endnote.ENDNOTE, "%{} ")
    return annotate_records(stream, records, output, endnote.ENDNOTE, _adding_lines(f"%{tag} ", endnote.ENDNOTE))


def annotate_web_of_science(
    stream: io.BufferedReader, records: Iterator[AnnotatedRecord], output: AnnotatedOutput
) -> Iterator[AnnotationFailure]:
    """Copy records and append missing codes to the keywords of each, or add a line DE."""
    known = web_of_science.WEB_OF_SCIENCE
    tag = _tag(output, web_of_science.KEYWORDS, known, "{} ")

    def insert(data: bytes, record: Abstract, codes: Sequence[Annotation]) -> bytes:
        return _with_joined(data, tag, missing(record, codes, known))

    return annotate_records(stream, records, output, known, insert)


def _tag(output: AnnotatedOutput, usual: str, known: TaggedFormat, line: str) -> str:
    """Return the tag of the lines to add."""
    (tag,) = tags_named(output.field, (usual,))
    match = known.line.match(line.format(tag).encode())
    if not match or match[1] != tag.encode() or tag in {known.first, known.end, *known.outside}:
        raise UsageError(f"codes can't be added to {output.field!r}; name a tag of the format, such as {usual}")
    return tag


def annotate_records(
    stream: io.BufferedReader,
    records: Iterator[AnnotatedRecord],
    output: AnnotatedOutput,
    known: TaggedFormat,
    insert: Insert,
) -> Iterator[AnnotationFailure]:
    """Copy records and add codes to each; the last record of one file is kept apart from the first of the next."""
    output.begin_line()
    if output.head is not None:
        output.write(b"\n")
    output.head = known.first
    item = next(records, None)
    for start, data in records_of(stream, known):
        if not (start and item and item[0].location.line == start):
            output.write(data)
            continue
        record, codes = item
        try:
            output.write(insert(data, record, codes) if isinstance(record, Abstract) else data)
        except ValueError as error:
            output.write(data)
            yield AnnotationFailure(record.location, str(error))
        item = next(records, None)
    check_all_found(item)


def missing(record: Abstract, codes: Sequence[Annotation], known: TaggedFormat) -> list[str]:
    """Return the codes that a record lacks.

    Raises
    ------
    ValueError
        If the format would read a code as several.
    """
    new = [code.code for code in codes if code.code not in record.codes]
    joined = next((code for code in new if len(list(known.codes_in(known.codes[-1], code))) > 1), None)
    if joined:
        raise ValueError(f"the format would read the code {joined!r} as several")
    return new


def line_end(data: bytes) -> bytes:
    """Return the line end of a record."""
    return b"\r\n" if b"\r\n" in data[: data.find(b"\n") + 1] else b"\n"


def with_lines(data: bytes, lines: Sequence[bytes], end: int) -> bytes:
    """Return a record with lines inserted after its line that ends at or behind an offset."""
    if not lines:
        return data
    separator = line_end(data)
    place = data.find(b"\n", end) + 1
    if not place:
        return separator.join([data, *lines])
    return data[:place] + b"".join(line + separator for line in lines) + data[place:]


def _adding_lines(start: str, known: TaggedFormat) -> Insert:
    def insert(data: bytes, record: Abstract, codes: Sequence[Annotation]) -> bytes:
        lines = [f"{start}{code}".encode() for code in missing(record, codes, known)]
        return with_lines(data, lines, len(data.rstrip()))

    return insert


def _with_joined(data: bytes, tag: str, codes: Sequence[str]) -> bytes:
    """Return a record with codes appended to the last field of a tag, or in a new one before its end."""
    if not codes:
        return data
    new, last, present = "; ".join(codes).encode(), None, None
    for last in tagged_fields(data, web_of_science.WEB_OF_SCIENCE):
        present = last if last.tag == tag else present
    assert last  # the end of the record
    if not present:
        line = f"{tag} ".encode() + new + line_end(data)
        return data[: last.line_start] + line + data[last.line_start :]
    value = data[present.start : present.end].rstrip()
    place = present.start + len(value)
    separator = b"" if not value else b" " if value.endswith(b";") else b"; "
    return data[:place] + separator + new + data[place:]

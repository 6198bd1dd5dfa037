"""Add codes to JSON and JSON lines; all other bytes stay unchanged."""

from __future__ import annotations

import io
from collections.abc import Iterator

from classmark.corpus.abstract import Abstract
from classmark.corpus.errors import UsageError
from classmark.corpus.formats.annotation import AnnotatedOutput, AnnotatedRecord, AnnotationFailure
from classmark.corpus.formats.json_stream import texts_of

from .byte_ranges import by_lines, check_all_found
from .json_objects import with_codes


def annotate_json(
    stream: io.BufferedReader, records: Iterator[AnnotatedRecord], output: AnnotatedOutput
) -> Iterator[AnnotationFailure]:
    """Copy a document and add codes to its objects."""
    in_array = stream.peek(1).lstrip()[:1] == b"["
    if in_array and output.head is not None:
        raise UsageError(f"{next(records)[0].location}: a second array of JSON; use --keep on each file separately")
    output.head = in_array
    output.begin_line()
    number, item = 0, next(records, None)
    for text, is_value in texts_of(stream, in_array=in_array):
        if is_value:
            number += 1
        annotated = text
        if is_value and item and item[0].location.record == number:
            try:
                annotated = with_codes(text, item, output.fields)
            except ValueError as error:
                yield AnnotationFailure(item[0].location, str(error))
            item = next(records, None)
        output.write(annotated.encode("utf-8", "surrogateescape"))
    if item and isinstance(item[0], Abstract):
        check_all_found(item)


def annotate_jsonl(
    stream: io.BufferedReader, records: Iterator[AnnotatedRecord], output: AnnotatedOutput
) -> Iterator[AnnotationFailure]:
    """Copy lines and add codes to the list or string that holds them, or as a new list."""
    output.begin_line()
    for data, item in by_lines(stream, records):
        line, end, rest = data.partition(b"\n")
        try:
            annotated = with_codes(line.decode(), item, output.fields).encode() if item else line
            output.write(annotated + end + rest)
        except ValueError as error:
            output.write(data)
            if item and isinstance(item[0], Abstract):
                yield AnnotationFailure(item[0].location, str(error))

"""Pair the bytes of a file with its records, in order, so that unchanged bytes can be copied."""

from __future__ import annotations

import io
from collections.abc import Iterator

from classmark.corpus.errors import CorpusError
from classmark.corpus.formats.annotation import AnnotatedRecord
from classmark.corpus.limits import MAX_RECORD_BYTES, line_parts

FileRange = tuple[bytes, AnnotatedRecord | None]


def by_lines(stream: io.BufferedReader, records: Iterator[AnnotatedRecord]) -> Iterator[FileRange]:
    """Split a file before the lines at which its records begin.

    Yields
    ------
    Bytes, and the record that they start with; None before the first record, and for the rest of a record that is too
    long.

    Raises
    ------
    CorpusError
        If a line at which a record began is gone.
    """
    coming, current = next(records, None), None
    pending, number = bytearray(), 0
    for part, begins in line_parts(stream):
        if begins:
            number += 1
        if begins and coming and coming[0].location.line == number:
            yield bytes(pending), current
            pending.clear()
            coming, current = next(records, None), coming
        pending += part
        if len(pending) > MAX_RECORD_BYTES:
            yield bytes(pending), current
            pending.clear()
            current = None
    yield bytes(pending), current
    check_all_found(coming)


def check_all_found(coming: AnnotatedRecord | None) -> None:
    """Raise a `CorpusError` if a record that was read is not found again; errors of the whole file are no records."""
    if coming and not coming[0].location.is_whole_file:
        raise CorpusError(f"{coming[0].location}: not found again; the file was written to while it was read")

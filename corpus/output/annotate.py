"""Copy files, add codes to their records and change nothing else."""

from __future__ import annotations

import zlib
from collections.abc import Generator, Iterable, Iterator
from itertools import chain, groupby
from typing import IO

from msgspec.structs import replace

from classmark.corpus.abstract import Abstract, SourceLocation, Unreadable
from classmark.corpus.errors import UsageError
from classmark.corpus.fields import plain_code
from classmark.corpus.formats import FORMATS
from classmark.corpus.formats.annotation import AnnotatedOutput, AnnotatedRecord, AnnotationFailure
from classmark.corpus.input.discovery import source_of
from classmark.corpus.input.files import format_of
from classmark.corpus.input.read import Input
from classmark.corpus.streams import reopen


def annotate_files(found: Input, records: Iterable[AnnotatedRecord], out: IO[bytes]) -> Iterator[AnnotationFailure]:
    """Copy the files of an input, one after the other, and add codes to their records.

    Parameters
    ----------
    records
        All records of the input, in input order, each with the codes to add.

    Yields
    ------
    The records that are copied unchanged because their codes could not be added.

    Raises
    ------
    UsageError
        The format of a file does not allow codes to be added, or differs from the format of the first file.
    CorpusError
        A file has changed since its records were read.
    """
    if len(set(found.files)) < len(found.files):
        raise UsageError("a file is named twice, and --keep copies each once; name it once")
    output = AnnotatedOutput(out, found.fields)
    paths = {source_of(path): path for path in found.files}
    first_format = ""
    groups = groupby(records, key=lambda item: item[0].location.source)
    for source, group in groups:
        first = next(group)
        if len(paths) > 1 and isinstance(first[0], Unreadable) and first[0].location.is_whole_file:
            continue  # the file can't be read, which its record reports
        first_format = yield from annotate_file(
            paths[source], found.input_format, chain([first], group), output, first_format
        )


def annotate_file(
    path: str,
    input_format: str,
    records: Iterator[AnnotatedRecord],
    output: AnnotatedOutput,
    previous_format: str = "",
) -> Generator[AnnotationFailure, None, str]:
    """Copy one file and add codes to its records; see `annotate_files`.

    Parameters
    ----------
    previous_format
        The name of the format of the files before this one; empty for the first file.

    Returns
    -------
    The name of the file's format.
    """
    first = next(records)
    location = first[0].location
    with reopen(path, output.fields.encoding) as (head, stream, encoding):
        format_ = format_of(path, head, input_format)
        if previous_format and FORMATS[previous_format].annotate is not format_.annotate:
            raise UsageError(
                f"{location}: not in the format of the records before, {previous_format}; use --keep on it separately"
            )
        if format_.annotate is None:
            raise _not_annotatable(location)
        try:
            output.begin(encoding, is_first=not previous_format)
        except ValueError as error:
            raise UsageError(f"{location}: {error}") from None
        try:
            yield from format_.annotate(stream, _checked(chain([first], records)), output)
        except (EOFError, zlib.error):  # the file is damaged from here on, which its records report
            return format_.name
    return format_.name


def _checked(records: Iterable[AnnotatedRecord]) -> Iterator[AnnotatedRecord]:
    for record, codes in records:
        if isinstance(record, Abstract) and record.raw is None:
            raise _not_annotatable(record.location)
        yield record, [replace(code, code=plain_code(code.code)) for code in codes]


def _not_annotatable(location: SourceLocation) -> UsageError:
    known = ", ".join(format_.name for format_ in FORMATS.values() if format_.annotate)
    return UsageError(f"{location}: codes can't be added to a record of this format, only to: {known}")

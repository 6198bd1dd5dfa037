"""Copying files with codes added to their records, and nothing else changed."""

from __future__ import annotations

import zlib
from collections.abc import Generator, Iterable, Iterator
from dataclasses import replace
from itertools import chain, groupby
from typing import IO

from classmark.corpus.abstract import Abstract, SourceLocation, Unreadable
from classmark.corpus.errors import UsageError
from classmark.corpus.fields import plain_code
from classmark.corpus.formats import FORMATS
from classmark.corpus.formats.format import KeptOutput, Labelled, Unkept
from classmark.corpus.input.files import format_of, source_of
from classmark.corpus.input.read import Input
from classmark.corpus.streams import reopen


def keep_files(found: Input, labelled: Iterable[Labelled], out: IO[bytes]) -> Iterator[Unkept]:
    """Copy the files of an input, one after the other, with codes added to their records.

    Parameters
    ----------
    labelled
        All records of the input, in their order, each with the codes to add.

    Yields
    ------
    The records that could not have their codes added.

    Raises
    ------
    UsageError
        The format of a file can't have codes added, or is not that of the first.
    CorpusError
        A file is not what it was when its records were read.
    """
    if len(set(found.files)) < len(found.files):
        raise UsageError("a file is named twice, and --keep copies each once; name it once")
    kept = KeptOutput(out, found.fields)
    groups = groupby(labelled, key=lambda item: item[0].location.source)
    names = {source_of(name): name for name in found.files}
    first = ""
    for source, records in groups:
        begun = next(records)
        if len(names) > 1 and isinstance(begun[0], Unreadable) and begun[0].location.is_whole_file:
            continue  # a file that can't be read, which is said of it
        first = yield from keep_file(names[source], found.input_format, chain([begun], records), kept, first)


def keep_file(
    name: str, input_format: str, labelled: Iterator[Labelled], kept: KeptOutput, before: str = ""
) -> Generator[Unkept, None, str]:
    """Copy one file; see `keep_files`.

    Returns
    -------
    The name of its format, which those after it must have, too.
    """
    labelled = iter(labelled)
    begun = next(labelled)
    with reopen(name) as (head, stream, mark):
        known = format_of(name, head, input_format)
        if before and FORMATS[before].keep is not known.keep:
            raise UsageError(
                f"{begun[0].location}: not of the format of the records before it, {before}; keep it by itself"
            )
        if known.keep is None:
            raise _not_kept(begun[0].location)
        try:
            kept.begin(mark, is_first=not before)
        except ValueError as error:
            raise UsageError(f"{begun[0].location}: {error}") from None
        try:
            yield from known.keep(stream, _checked(chain([begun], labelled)), kept)
        except (EOFError, zlib.error):  # which was said of its records: it is damaged from here on
            return known.name
    return known.name


def _checked(labelled: Iterable[Labelled]) -> Iterator[Labelled]:
    for record, codes in labelled:
        if isinstance(record, Abstract) and record.raw is None:
            raise _not_kept(record.location)
        yield record, [replace(code, code=plain_code(code.code)) for code in codes]


def _not_kept(location: SourceLocation) -> UsageError:
    known = ", ".join(known.name for known in FORMATS.values() if known.keep)
    return UsageError(f"{location}: codes can't be added to a record of this format, only to: {known}")

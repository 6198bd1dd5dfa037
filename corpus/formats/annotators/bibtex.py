"""Add codes to BibTeX; all other bytes stay unchanged."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence

from classmark.corpus.abstract import Abstract
from classmark.corpus.formats.annotation import AnnotatedOutput, AnnotatedRecord, Annotation, AnnotationFailure
from classmark.corpus.formats.bibtex import KEYWORDS, MAX_FILE_BYTES, top_level
from classmark.corpus.formats.latex import to_latex

from .byte_ranges import check_all_found


def annotate_bibtex(
    stream: io.BufferedReader, records: Iterator[AnnotatedRecord], output: AnnotatedOutput
) -> Iterator[AnnotationFailure]:
    """Copy a file, including macros, comments and broken entries, and add codes to the keywords."""
    output.begin_line()
    text, end = stream.read(MAX_FILE_BYTES + 1).decode("utf-8", "surrogateescape"), 0
    for record, codes in records:
        new = [code for code in codes if isinstance(record, Abstract) and code.code not in record.codes]
        if not (new and isinstance(record, Abstract) and record.raw):
            continue
        start, length, value = record.raw.data
        entry = text[start : start + length]
        if not (entry.startswith("@") and value in entry):
            check_all_found((record, codes))
        output.write(text[end:start].encode("utf-8", "surrogateescape"))
        output.write(_with_keywords(entry, (output.field or KEYWORDS).lower(), value, new).encode())
        end = start + length
    output.write(text[end:].encode("utf-8", "surrogateescape"))
    while block := stream.read(1 << 16):
        output.write(block)
    yield from ()


def _with_keywords(entry: str, field: str, value: str, codes: Sequence[Annotation]) -> str:
    """Return an entry with codes appended to its keywords, or in a new last field."""
    separator = "; " if ";" in value else ", "
    new = separator.join(to_latex(code.code) for code in codes)
    end = _value_end(entry, field, value)
    if not end:
        line_end = "\r\n" if "\r\n" in entry else "\n"
        body, space = _without_space(entry[:-1])
        comma = "" if body.endswith(",") else ","
        return f"{body}{comma}{line_end}  {field} = {{{new}}}{space or line_end}{entry[-1]}"
    if value[:1] not in {"{", '"'} or "#" in value:
        return f"{entry[:end]} # {{{separator}{new}}}{entry[end:]}"
    body, space = _without_space(entry[: end - 1])
    return body + (separator if value[1:-1].strip() else "") + new + space + entry[end - 1 :]


def _without_space(text: str) -> tuple[str, str]:
    """Split a text into the text and its trailing white space."""
    body = text.rstrip()
    return body, text[len(body) :]


def _value_end(entry: str, field: str, value: str) -> int:
    """Return the end of the value of a field at the top level of an entry, or 0 if there is none."""
    body = re.search("[{(]", entry)
    if not value or not body:
        return 0
    name = re.compile(rf"(?i)[\s,]*{re.escape(field)}\s*=\s*(?={re.escape(value)})")
    for offset, character in top_level(entry, body.end()):
        found = name.match(entry, offset) if character == "," else None
        if found:
            return found.end() + len(value)
    return 0

"""Add codes to the keywords of a reference in EndNote's XML; all other bytes stay unchanged."""

from __future__ import annotations

import re
from collections.abc import Sequence

from classmark.corpus.abstract import Abstract
from classmark.corpus.errors import UsageError
from classmark.corpus.formats.annotation import AnnotatedOutput, Annotation
from classmark.corpus.formats.endnote import ENDNOTE
from classmark.corpus.formats.marcxml import escaped

from .tagged_lines import missing
from .xml_locations import KEYWORDS, RecordLocator, RecordSpan

_KEYWORD = "keyword"
_INDENT = re.compile(rb"<[^<>]*>(\s*)<")


def new_keywords(abstract: Abstract, codes: Sequence[Annotation], field: str | None) -> list[str]:
    """Return the codes that a reference lacks.

    Raises
    ------
    UsageError
        If the user named another field than the keywords.
    ValueError
        If a code would be read as several.
    """
    if field not in {None, _KEYWORD}:
        raise UsageError(f"codes can't be added to {field!r}; EndNote's XML has them in {_KEYWORD}")
    return missing(abstract, codes, ENDNOTE)


def add_keywords(locator: RecordLocator, record: RecordSpan, codes: Sequence[str], output: AnnotatedOutput) -> None:
    """Write a reference up to its keywords, and these with codes added."""
    elements = [
        f"<{record.prefix}{_KEYWORD}>{escaped(code)}</{record.prefix}{_KEYWORD}>".encode(
            locator.encoding, "xmlcharrefreplace"
        )
        for code in codes
    ]
    if not elements:
        return
    present = [child for child in record.children if child.tag == KEYWORDS]
    if present:
        output.write(locator.taken(present[-1].start))
        keywords = locator.taken(present[-1].end)
        end = keywords.rfind(b"</")
        if end > 0:
            output.write(_with_elements(keywords, end, elements))
            return
        output.write(keywords)
    else:
        output.write(locator.taken(record.children[-1].end))
    name = f"{record.prefix}{KEYWORDS}".encode()
    output.write(record.children[-1].space + b"<" + name + b">" + b"".join(elements) + b"</" + name + b">")


def _with_elements(keywords: bytes, end: int, elements: Sequence[bytes]) -> bytes:
    """Return the keywords with more of them, indented as the first."""
    indent = _INDENT.match(keywords)
    space = indent[1] if indent else b""
    place = len(keywords[:end].rstrip()) if space else end
    return keywords[:place] + b"".join(space + element for element in elements) + keywords[place:]

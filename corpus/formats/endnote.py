"""Read EndNote's tagged format (``.enw``), which is refer's with more tags.

Source of the tags: EndNote's manual, "Creating a Tagged EndNote Import File".
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from classmark.corpus.abstract import Record
from classmark.corpus.fields import Fields

from .tagged_lines import MARK, TaggedFormat, read_tagged

KEYWORDS = "K"
KEYWORD_END = re.compile(r"[;\r\n]")
"""Ends a keyword: EndNote writes one per line, and databases several in one."""

ENDNOTE = TaggedFormat(
    line=re.compile(rb"^" + MARK + rb"%([0-9A-Z!-/:-@\[-`{-~])(?:[ \t]+|(?=\r?$))", re.MULTILINE),
    first="0",
    titles=("T",),
    texts=("X",),
    codes=(KEYWORDS,),
    ids=("M", "F", "R"),
    codes_in=lambda _tag, value: KEYWORD_END.split(value),
)


def read_endnote(stream: io.BufferedReader, source: str, fields: Fields) -> Iterator[Record]:
    """Read references: %T is the title, %X the text, %M or %F the id; keywords (%K) are the codes."""
    return read_tagged(stream, source, fields, ENDNOTE)

"""Read the plain text format of Web of Science (``FN``, ``VR``, ``PT`` to ``ER``, ``EF``).

Source of the tags: https://images.webofknowledge.com/images/help/WOS/hs_wos_fieldtags.html
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from classmark.corpus.abstract import Record
from classmark.corpus.fields import CODE_SEPARATOR, Fields

from .tagged_lines import MARK, TaggedFormat, read_tagged

KEYWORDS = "DE"

WEB_OF_SCIENCE = TaggedFormat(
    line=re.compile(rb"^" + MARK + rb"([A-Z][A-Z0-9])(?: |(?=\r?$))", re.MULTILINE),
    first="PT",
    titles=("TI",),
    texts=("AB",),
    codes=(KEYWORDS,),
    ids=("UT", "DI"),
    end="ER",
    outside=frozenset(("FN", "VR", "EF")),
    codes_in=lambda _tag, value: value.split(CODE_SEPARATOR),
)


def read_web_of_science(stream: io.BufferedReader, source: str, fields: Fields) -> Iterator[Record]:
    """Read records: TI is the title, AB the text, UT the id; the authors' keywords (DE) are the codes."""
    return read_tagged(stream, source, fields, WEB_OF_SCIENCE)

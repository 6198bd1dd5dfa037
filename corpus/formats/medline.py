"""Read PubMed's text format, MEDLINE (``.nbib``).

Source of the tags: https://pubmed.ncbi.nlm.nih.gov/help/#pubmed-format
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from classmark.corpus.abstract import Record
from classmark.corpus.fields import Fields

from .tagged_lines import MARK, TaggedFormat, read_tagged

KEYWORDS = "OT"
"""The tag for terms from elsewhere than MeSH, and so for codes that are added."""

_MESH, _PMID = "MH", "PMID"
_DOI = "[doi]"


def _codes_in(tag: str, value: str) -> Iterator[str]:
    """Yield a term without the star of a main topic, and a MeSH heading without its qualifiers.

    >>> list(_codes_in("MH", "Soil/*chemistry")), list(_codes_in("OT", "*soil"))
    (['Soil'], ['soil'])
    """
    yield (value.partition("/")[0] if tag == _MESH else value).strip().lstrip("*")


def _id_in(tag: str, value: str) -> str:
    """Return a PMID, or else a DOI of those ids that name their kind."""
    if tag not in MEDLINE.ids or tag == _PMID:
        return value
    return value.removesuffix(_DOI).strip() if value.endswith(_DOI) else ""


MEDLINE = TaggedFormat(
    line=re.compile(rb"^" + MARK + rb"([A-Z][A-Z0-9]{1,3}) {0,2}-(?:[ \t]+|(?=\r?$))", re.MULTILINE),
    first=_PMID,
    titles=("TI", "BTI", "TT"),
    texts=("AB", "OAB"),
    codes=(_MESH, KEYWORDS),
    ids=(_PMID, "LID", "AID"),
    last="SO",
    codes_in=_codes_in,
    id_in=_id_in,
)


def read_medline(stream: io.BufferedReader, source: str, fields: Fields) -> Iterator[Record]:
    """Read citations: TI is the title, AB the text; MeSH headings (MH) and other terms (OT) are the codes."""
    return read_tagged(stream, source, fields, MEDLINE)

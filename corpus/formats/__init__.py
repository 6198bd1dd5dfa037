"""The formats of files that hold abstracts, a file each, and how they are told apart.

A format's library is imported when a file of it is read or written, never before.
"""

from __future__ import annotations

import re
from pathlib import Path

from .annif import ANNIF
from .bibtex import BIBTEX
from .doaj import DOAJ
from .format import Format, Labelled
from .json_arrays import JSON
from .jsonl import JSONL
from .marc import MARC
from .parquet import PARQUET
from .pdf import PDF
from .ris import RIS
from .tables import CSV, TSV
from .texts import LINES, TEXT
from .xml import MARCXML, XML

__all__ = ["ENDINGS", "FORMATS", "Format", "Labelled", "format_by_content", "format_by_ending"]

FORMATS = {
    known.name: known
    for known in (
        TEXT, LINES, JSONL, JSON, CSV, TSV, PARQUET, RIS, BIBTEX, MARC, MARCXML, XML, DOAJ, ANNIF, PDF
    )
}  # fmt: skip
"""The formats by their names."""

ENDINGS = {ending: known for known in FORMATS.values() for ending in known.endings}
"""The formats by the endings of their files."""

_STARTS = {
    "json": rb"\s*\[\s*(?:\{|\])",
    "jsonl": rb"\s*\{\s*(?:\"|$)",
    "xml": rb"\s*<(?:\?xml|!DOCTYPE|(?:\w+:)?(?:collection|record|OAI-PMH|ListRecords|article|Pubmed|dc)\b)",
    "ris": rb"\s*TY  - ",
    "bibtex": rb"\s*(?:%[^\n]*\s+)*@[A-Za-z]+\s*[{(]",
    "marc": rb"\d{5}[a-z][a-z ]{2}.[ a]22\d{5}",
    "parquet": rb"PAR1",
    "pdf": rb"%PDF-",
    "doaj": rb".{257}ustar",
}


def format_by_content(head: bytes) -> Format | None:
    """Return the format that the first bytes of a file belong to; None where they may be any text."""
    return next((FORMATS[name] for name, start in _STARTS.items() if re.match(start, head, re.DOTALL)), None)


def format_by_ending(path: Path) -> Format | None:
    """Return the format that a file's ending stands for, one behind ``.gz`` included; None where it says nothing."""
    return ENDINGS.get(Path(path.name.lower().removesuffix(".gz")).suffix)

"""List the formats of files, one module each, and recognise the format of a file.

The module of a format, and the library that it needs, are imported when the format is read or written, never before.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import IO

from classmark.corpus.lazy_imports import lazy_function

from .format import Format, Writer

__all__ = [
    "ENDINGS",
    "FORMATS",
    "Format",
    "Writer",
    "format_by_content",
    "format_by_ending",
    "is_subjects",
    "read_subjects",
    "write_rows",
]

_lazy = partial(lazy_function, __name__)
_XML = _lazy("xml:read_xml"), _lazy("marcxml:write_marcxml"), _lazy("annotators.marcxml:annotate_marcxml")
_KNOWN = (
    Format("text", _lazy("plain_text:read_text"), (".txt", ".text", ".md"), is_whole=True),
    Format("lines", _lazy("plain_text:read_lines"), by_lines=True, blank_lines=True),
    Format(
        "jsonl",
        _lazy("jsonl:read_jsonl"),
        (".jsonl", ".ndjson"),
        _lazy("jsonl:write_jsonl"),
        _lazy("jsonl:annotate_jsonl"),
        by_lines=True,
    ),
    Format(
        "json",
        _lazy("json_arrays:read_json"),
        (".json",),
        _lazy("json_arrays:write_json"),
        _lazy("json_arrays:annotate_json"),
    ),
    Format(
        "csv",
        _lazy("csv_tsv:read_csv"),
        (".csv",),
        _lazy("csv_tsv:write_csv"),
        _lazy("annotators.csv_tsv:annotate_csv"),
        "codes with a semicolon",
    ),
    Format(
        "tsv",
        _lazy("csv_tsv:read_tsv"),
        (".tsv", ".tab"),
        _lazy("csv_tsv:write_tsv"),
        _lazy("annotators.csv_tsv:annotate_tsv"),
        "line breaks, nor codes with a semicolon",
    ),
    Format("parquet", _lazy("parquet:read_parquet"), (".parquet",), _lazy("parquet:write_parquet")),
    Format("ris", _lazy("ris:read_ris"), (".ris",), _lazy("ris:write_ris"), _lazy("ris:annotate_ris"), "line breaks"),
    Format(
        "bibtex",
        _lazy("bibtex:read_bibtex"),
        (".bib", ".bibtex"),
        _lazy("bibtex:write_bibtex"),
        _lazy("bibtex:annotate_bibtex"),
        "line breaks, commas in codes, nor spaces in ids",
    ),
    Format(
        "marc",
        _lazy("marc:read_marc"),
        (".mrc", ".marc"),
        _lazy("marc:write_marc"),
        _lazy("marc:annotate_marc"),
        "line breaks",
    ),
    Format("marcxml", _XML[0], (".marcxml",), _XML[1], _XML[2], "line breaks"),
    Format("xml", _XML[0], (".xml",), _XML[1], _XML[2], "line breaks"),
    Format("doaj", _lazy("doaj:read_doaj"), (".tgz", ".tar")),
    Format(
        "annif",
        _lazy("annif:read_annif"),
        write=_lazy("annif:write_annif"),
        lacks="ids, titles apart from texts, nor spaces and angle brackets in codes",
    ),
    Format("pdf", _lazy("pdf:read_pdf"), (".pdf",), is_whole=True),
)

FORMATS = {known.name: known for known in _KNOWN}
"""Formats by name."""

ENDINGS = {ending: known for known in FORMATS.values() for ending in known.endings}
"""Formats by file name ending."""

write_rows: Callable[[Iterable[Mapping[str, object]], Mapping[str, str], IO[bytes]], None] = _lazy("parquet:write_rows")
is_subjects: Callable[[str], bool] = _lazy("annif:is_subjects")
read_subjects: Callable[[str], tuple[str, ...]] = _lazy("annif:read_subjects")
_name_by_content: Callable[[bytes], str | None] = _lazy("recognition:format_by_content")


def format_by_content(head: bytes) -> Format | None:
    """Return the format that the first bytes of a stream belong to, or None if they may be any text.

    Raises
    ------
    ValueError
        If the bytes look like a format that is not read; the message names it and says what to do.
    """
    name: str | None = _name_by_content(head)
    return FORMATS[name] if name else None


def format_by_ending(path: str | os.PathLike[str]) -> Format | None:
    """Return the format of a file name ending, ``.gz`` aside, or None if it says nothing."""
    return ENDINGS.get(os.path.splitext(os.fspath(path).lower().removesuffix(".gz"))[1])  # noqa: PTH122  # of 50,000

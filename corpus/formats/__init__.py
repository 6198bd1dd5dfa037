"""List the formats of files, one module each, and recognize the format of a file.

The module of a format, and the library that it needs, are imported when the format is read or written, never before.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import IO

from msgspec.structs import replace

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
_MARCXML = Format(
    "marcxml",
    reader=_lazy("xml:read_xml"),
    endings=(".marcxml",),
    write=_lazy("marcxml:write_marcxml"),
    annotate=_lazy("annotators.xml:annotate_xml"),
    lacks="line breaks",
)
_FORMATS = (
    Format("text", reader=_lazy("plain_text:read_text"), endings=(".txt", ".text", ".md"), is_whole=True),
    Format("lines", reader=_lazy("plain_text:read_lines"), by_lines=True, blank_lines=True),
    Format(
        "jsonl",
        reader=_lazy("jsonl:read_jsonl"),
        endings=(".jsonl", ".ndjson"),
        write=_lazy("jsonl:write_jsonl"),
        annotate=_lazy("annotators.json:annotate_jsonl"),
        by_lines=True,
    ),
    Format(
        "json",
        reader=_lazy("json_arrays:read_json"),
        endings=(".json",),
        write=_lazy("json_arrays:write_json"),
        annotate=_lazy("annotators.json:annotate_json"),
    ),
    Format(
        "csv",
        reader=_lazy("csv_tsv:read_csv"),
        endings=(".csv",),
        write=_lazy("csv_tsv:write_csv"),
        annotate=_lazy("annotators.csv_tsv:annotate_csv"),
        lacks="codes with a semicolon",
        splitter=_lazy("csv_tsv:split_csv"),
        parser=_lazy("csv_tsv:parse_csv"),
    ),
    Format(
        "tsv",
        reader=_lazy("csv_tsv:read_tsv"),
        endings=(".tsv", ".tab"),
        write=_lazy("csv_tsv:write_tsv"),
        annotate=_lazy("annotators.csv_tsv:annotate_tsv"),
        lacks="line breaks, nor codes with a semicolon",
    ),
    Format("xlsx", reader=_lazy("xlsx:read_xlsx"), endings=(".xlsx",)),
    Format(
        "parquet",
        reader=_lazy("parquet:read_parquet"),
        endings=(".parquet",),
        write=_lazy("parquet:write_parquet"),
    ),
    Format(
        "ris",
        reader=_lazy("ris:read_ris"),
        endings=(".ris",),
        write=_lazy("ris:write_ris"),
        annotate=_lazy("annotators.ris:annotate_ris"),
        lacks="line breaks",
        splitter=_lazy("ris:split_ris"),
        parser=_lazy("ris:parse_ris"),
    ),
    Format(
        "bibtex",
        reader=_lazy("bibtex:read_bibtex"),
        endings=(".bib", ".bibtex"),
        write=_lazy("bibtex:write_bibtex"),
        annotate=_lazy("annotators.bibtex:annotate_bibtex"),
        lacks="line breaks, commas in codes, nor spaces in ids",
    ),
    Format(
        "marc",
        reader=_lazy("marc:read_marc"),
        endings=(".mrc", ".marc"),
        write=_lazy("marc:write_marc"),
        annotate=_lazy("annotators.marc:annotate_marc"),
        lacks="line breaks",
        splitter=_lazy("marc:split_marc"),
        parser=_lazy("marc:parse_marc"),
    ),
    Format(
        "mrk",
        reader=_lazy("mrk:read_mrk"),
        endings=(".mrk", ".mrk8"),
        annotate=_lazy("annotators.mrk:annotate_mrk"),
    ),
    _MARCXML,
    replace(_MARCXML, name="xml", endings=(".xml", ".nxml")),
    Format(
        "medline",
        reader=_lazy("medline:read_medline"),
        endings=(".nbib",),
        annotate=_lazy("annotators.tagged_lines:annotate_medline"),
    ),
    Format(
        "wos",
        reader=_lazy("web_of_science:read_web_of_science"),
        endings=(".ciw",),
        annotate=_lazy("annotators.tagged_lines:annotate_web_of_science"),
    ),
    Format(
        "endnote",
        reader=_lazy("endnote:read_endnote"),
        endings=(".enw",),
        annotate=_lazy("annotators.tagged_lines:annotate_endnote"),
    ),
    Format("doaj", reader=_lazy("doaj:read_doaj"), endings=(".tgz", ".tar")),
    Format(
        "annif",
        reader=_lazy("annif:read_annif"),
        write=_lazy("annif:write_annif"),
        lacks="ids, titles apart from texts, nor spaces and angle brackets in codes",
    ),
    Format("pdf", reader=_lazy("pdf:read_pdf"), endings=(".pdf",), is_whole=True),
)

FORMATS = {format_.name: format_ for format_ in _FORMATS}
"""Formats by name."""

ENDINGS = {ending: format_ for format_ in FORMATS.values() for ending in format_.endings}
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

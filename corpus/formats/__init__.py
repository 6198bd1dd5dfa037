"""The formats of files that hold abstracts, a file each, and how they are told apart.

A format's module, and the library that it needs, is imported when the format is read or written, never before.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import IO

from .format import Addition, Format, Labelled, Writer, later

__all__ = [
    "ENDINGS",
    "FORMATS",
    "Addition",
    "Format",
    "Labelled",
    "Writer",
    "format_by_content",
    "format_by_ending",
    "is_subjects",
    "read_subjects",
    "write_rows",
]

_XML = later("xml:read_xml"), later("marcxml:write_marcxml"), later("xml_keeping:keep_marcxml")
_KNOWN = (
    Format("text", later("texts:read_text"), (".txt", ".text", ".md"), is_whole=True),
    Format("lines", later("texts:read_lines"), by_lines=True, blank_lines=True),
    Format(
        "jsonl",
        later("jsonl:read_jsonl"),
        (".jsonl", ".ndjson"),
        later("jsonl:write_jsonl"),
        later("jsonl:keep_jsonl"),
        by_lines=True,
    ),
    Format(
        "json",
        later("json_arrays:read_json"),
        (".json",),
        later("json_arrays:write_json"),
        later("json_arrays:keep_json"),
    ),
    Format(
        "csv",
        later("tables:read_csv"),
        (".csv",),
        later("tables:write_csv"),
        later("table_keeping:keep_csv"),
        "codes with a semicolon",
    ),
    Format(
        "tsv",
        later("tables:read_tsv"),
        (".tsv", ".tab"),
        later("tables:write_tsv"),
        later("table_keeping:keep_tsv"),
        "line breaks, nor codes with a semicolon",
    ),
    Format("parquet", later("parquet:read_parquet"), (".parquet",), later("parquet:write_parquet")),
    Format("ris", later("ris:read_ris"), (".ris",), later("ris:write_ris"), later("ris:keep_ris"), "line breaks"),
    Format(
        "bibtex",
        later("bibtex:read_bibtex"),
        (".bib", ".bibtex"),
        later("bibtex:write_bibtex"),
        later("bibtex:keep_bibtex"),
        "line breaks, commas in codes, nor spaces in ids",
    ),
    Format(
        "marc",
        later("marc:read_marc"),
        (".mrc", ".marc"),
        later("marc:write_marc"),
        later("marc:keep_marc"),
        "line breaks",
    ),
    Format("marcxml", _XML[0], (".marcxml",), _XML[1], _XML[2], "line breaks"),
    Format("xml", _XML[0], (".xml",), _XML[1], _XML[2], "line breaks"),
    Format("doaj", later("doaj:read_doaj"), (".tgz", ".tar")),
    Format(
        "annif",
        later("annif:read_annif"),
        write=later("annif:write_annif"),
        lacks="ids, titles apart from texts, nor spaces and angle brackets in codes",
    ),
    Format("pdf", later("pdf:read_pdf"), (".pdf",), is_whole=True),
)

FORMATS = {known.name: known for known in _KNOWN}
"""The formats by their names."""

ENDINGS = {ending: known for known in FORMATS.values() for ending in known.endings}
"""The formats by the endings of their files."""

write_rows: Callable[[Iterable[Mapping[str, object]], Mapping[str, str], IO[bytes]], None] = later("parquet:write_rows")
is_subjects: Callable[[str], bool] = later("annif:is_subjects")
read_subjects: Callable[[str], tuple[str, ...]] = later("annif:read_subjects")
_name_by_content: Callable[[bytes], str | None] = later("content:format_by_content")


def format_by_content(head: bytes) -> Format | None:
    """Return the format that the first bytes of a stream belong to; None where they may be any text.

    Raises
    ------
    ValueError
        They are of a kind that is not read; the message says what they look like, and what to do.
    """
    name: str | None = _name_by_content(head)
    return FORMATS[name] if name else None


def format_by_ending(path: str | os.PathLike[str]) -> Format | None:
    """Return the format that a file's ending stands for, one behind ``.gz`` included; None where it says nothing."""
    return ENDINGS.get(os.path.splitext(os.fspath(path).lower().removesuffix(".gz"))[1])  # noqa: PTH122  # of 50,000

"""Define the formats that options accept."""

from __future__ import annotations

from enum import StrEnum


class InputFormat(StrEnum):
    """Formats to read files in; ``auto`` decides by their endings and contents."""

    auto = "auto"
    text = "text"
    lines = "lines"
    jsonl = "jsonl"
    json = "json"
    csv = "csv"
    tsv = "tsv"
    xlsx = "xlsx"
    parquet = "parquet"
    ris = "ris"
    bibtex = "bibtex"
    marc = "marc"
    mrk = "mrk"
    marcxml = "marcxml"
    xml = "xml"
    medline = "medline"
    wos = "wos"
    endnote = "endnote"
    doaj = "doaj"
    annif = "annif"
    pdf = "pdf"


class RecordFormat(StrEnum):
    """Formats to write abstracts in."""

    jsonl = "jsonl"
    json = "json"
    csv = "csv"
    tsv = "tsv"
    parquet = "parquet"
    ris = "ris"
    bibtex = "bibtex"
    marc = "marc"
    marcxml = "marcxml"
    annif = "annif"


class OutputFormat(StrEnum):
    """Formats to write predictions in."""

    text = "text"
    jsonl = "jsonl"
    csv = "csv"
    tsv = "tsv"
    parquet = "parquet"


class ExplanationFormat(StrEnum):
    """Formats to write explanations in."""

    text = "text"
    jsonl = "jsonl"


class ReportFormat(StrEnum):
    """Formats to write figures in."""

    text = "text"
    json = "json"

"""Recognize the format of a stream by its first bytes, or the kind of file that must be converted first."""

from __future__ import annotations

import re
from functools import cache

from classmark.corpus.columns import column_name, separator_line

_INLINE = (
    rb"(?i:(?:jats|mml|m):|(?:p|div|span|b|i|em|strong|u|sub|sup|sc|br|hr|font|a|h[1-6]|[uo]l|li|dl|table|section|center|"
    rb"blockquote|sec|title|label|italic|bold|underline|list|abstract|summary|formula|math|inline-formula)\b)"
)
"""Elements that an abstract with markup may begin with."""

_ENTRY = (
    rb"@(?i:article|book|booklet|inbook|incollection|inproceedings|conference|manual|mastersthesis|misc|online|"
    + (rb"phdthesis|proceedings|techreport|report|thesis|unpublished)\s*[{(][^,\s{}]*,")
)

_STRING = rb'"(?:[^"\\]|\\.)*+"'
_VALUE = rb"(?:%s|[\w.+-]++|\[(?:[^\[\]{}\"]|%s)*+\]|\{(?:[^{}\"]|%s|\{(?:[^{}\"]|%s)*+\})*+\})" % ((_STRING,) * 4)
_RESPONSE = (
    rb"\{\s*+(?:%s\s*+:\s*+%s\s*+,\s*+)*?" % (_STRING, _VALUE)
    + rb"(?i:\"(?:results|items|data|docs|records|hits|works|articles|result|message|response|resultList)\")\s*+:\s*+"
    + rb"(?:\{|\[\s*+[\]{])"
)
"""An API's response in JSON, which may have any length in one line."""

_STARTS = {
    "html": rb"(?i:\s*(?:<\?xml[^>]*>\s*|<!--.{0,4096}?-->\s*)*<(?:!DOCTYPE\s+html|html|head|body)\b)",
    "json": rb"\s*(?:\[\s*(?:\{|\])|\{\s*\n|" + _RESPONSE + rb")",
    "jsonl": rb"\s*\{\s*(?:\"|$)",
    "xml": rb"\s*<(?:\?xml|!DOCTYPE|(?:\w+:)?(?:collection|record|OAI-PMH|ListRecords|article|Pubmed\w*|dc)\b)"
    rb"|\s*(?:<!--.{0,4096}?-->\s*)+(?:<[A-Za-z!?]|\Z)"
    rb"|\s*<(?!" + _INLINE + rb")[A-Za-z_][\w.:-]*(?:\s+[\w:.-]+\s*=[^<>]*)?>\s*(?:<|\Z)",
    "bibtex": rb"\s*(?:%[^\n]*\s+)*@[A-Za-z]+\s*[{(]",
    "marc": rb"\d{5}[a-z][a-z ]{2}.[ a]22\d{5}",
    "parquet": rb"PAR1",
    "pdf": rb"%PDF-",
    "medline": rb"\s*PMID- ?\d",
    "wos": rb"\s*(?:FN [^\n]*(?:Web of|ISI|Clarivate|Thomson)|FN [^\n]+\s+VR \d|PT [A-Z]\r?\n(?:[A-Z][A-Z0-9] |\Z))",
    "endnote": rb"\s*%(?:0 [A-Z]|[0A-Z] [^\n]+\n%[0-9A-Z@] |[AT] [^\n]+\n\Z)",
    "mrk": rb"\s*(?:=LDR(?:  | [\d\\ ]{5})|=00\d  [^\n]*\n(?:=\d{3}  |\Z))",
    "refworks": rb"\s*RT [A-Z][^\n]*\n(?:(?:SR|ID|A1|A2|T1|T2|AD|JF|YR|K1|AB|SN|UL|DO|LK) |\Z)",
    "listing": rb"\s*(?:_{20,}\s*)?(?:(?:Record|Document):? #?\d+(?: of \d+)?|<\s*\d+\s*>)\s*\n",
    "rtf": rb"\{\\rtf",
    "xlsx": rb"PK\x03\x04.{26}(?:\[Content_Types\]\.xml|_rels/|docProps/|xl/).*xl/",
    "office": rb"PK\x03\x04|\xd0\xcf\x11\xe0",
}
"""First bytes of streams, by format or refused kind of file."""

_REFUSED = {
    "html": "a web page (HTML); save its abstract as text, or get the records in another format",
    "refworks": "RefWorks' tagged format; export the references as RIS",
    "listing": "a list of records as databases print it; export the records as RIS",
    "rtf": "a document (RTF); save it as text",
    "office": "an Office file or a ZIP archive; save a spreadsheet as .xlsx or CSV, a document "
    "as text, and unpack an archive",
}
_TELLING_STARTS = (
    *(bytes([sign]) for sign in b"<{[@%=_0123456789\xd0"),
    *(b"PAR1", b"PK", b"PMID-", b"FN ", b"PT ", b"RT ", b"Record", b"Document"),
)
"""With what a match of `_STARTS` begins, after white space."""

_INSIDE = (
    ("medline", b"PMID", re.compile(rb"(?:(?!PMID)[A-Z][A-Z0-9]{1,3} {0,2}- [^\n]*+\n){1,20}+PMID- ?\d")),
    ("ris", b"TY  - ", re.compile(rb"(?:.*\n)?\s*TY  - ", re.DOTALL)),
    ("bibtex", b"{", re.compile(rb"(?:[^\n@]*+\n){1,6}+" + _ENTRY)),
    ("doaj", b"ustar", re.compile(rb".{257}ustar", re.DOTALL)),
    ("annif", b"\t", re.compile(rb"[^\t\n]++\t\s*<(?:https?|urn):[^<>\s]*>")),
)
"""Bytes that identify a format later in a stream, and bytes that must occur anywhere."""

_BINARY = "a binary file, as it has zero bytes; save it as text in UTF-8; --encoding utf-16-le may read text"
_TAG = re.compile(rb"[A-Z][A-Z0-9]{1,3} {0,2}- +\S")
_TELLING_TAG = re.compile(rb"(?:TI|T1|AU|FAU|A1|AB|PMID|DOI|JO|JF|SO|PY|DP) {0,2}- ")
_TAGGED = "references with tags, of a format that is not read; export them as RIS"

_CELL = re.compile(r"[\w .:#/()\[\]-]{1,60}")
_QUOTED_ROW = re.compile(rb'\s*"[^"\n]*"(?:([,;\t])"[^"\n]*")+\s*$')
_TABLE = (
    "a table with tabs, whose first line names no column that is known; name them in it (id, title, text, codes), or "
    "read it with --input-format tsv and --text-field"
)
_ROWS = 3
_TEXT_COLUMNS = """
title text abstract abstract_note ti ab description titel zusammenfassung titre résumé título titulo resumen resumo
titolo riassunto dc.title dc.description.abstract
"""
_OTHER_COLUMNS = """
id codes key doi url year publication_year author authors keywords subject subjects language journal publication_title
item_type document_id subject_uris pmid isbn issn date de ut pt au so eid source source_title author_keywords code
category class label collection dc.subject dc.date.issued autor autoren jahr schlagwörter
auteur auteurs année autores año
"""
_TELLING = frozenset(map(column_name, _TEXT_COLUMNS.split()))
_KNOWN = _TELLING.union(map(column_name, _OTHER_COLUMNS.split()))


def format_by_content(head: bytes) -> str | None:
    """Return the name of the format of the first bytes of a stream, or None if they may be any text.

    Raises
    ------
    ValueError
        If they are neither text nor a format that is read; the message names it and says what to do.
    """
    start = _start().match(head) if head.lstrip().startswith(_TELLING_STARTS) else None
    if start and start.lastgroup in _REFUSED:
        raise ValueError(_REFUSED[start.lastgroup])
    if start:
        return start.lastgroup
    found = next((name for name, mark, pattern in _INSIDE if mark in head and pattern.match(head)), None)
    found = found or _table_format(head)
    if not found:
        _refuse_records(head)
    return found


@cache
def _start() -> re.Pattern[bytes]:
    """Compile the pattern of first bytes, which takes some milliseconds, when it is needed; few texts need it."""
    return re.compile(b"|".join(b"(?P<%s>%s)" % (name.encode(), how) for name, how in _STARTS.items()), re.DOTALL)


def _refuse_records(head: bytes) -> None:
    if b"\0" in head:
        raise ValueError(_BINARY)
    if b"\t" not in head and b"- " not in head:
        return
    lines = [line for line in head.splitlines()[:10] if line.strip()]
    if sum(map(bool, map(_TAG.match, lines))) >= _ROWS and any(map(_TELLING_TAG.match, lines)):
        raise ValueError(_TAGGED)
    tabs = {line.count(b"\t") for line in lines[:_ROWS]}
    if len(lines) >= _ROWS and len(tabs) == 1 and min(tabs) > 1:
        raise ValueError(_TABLE)


def _table_format(head: bytes) -> str | None:
    """Return ``csv`` or ``tsv`` if the first line names columns of records, else None."""
    head = head.lstrip()
    line = head[len(separator_line(head)) :].partition(b"\n")[0].rstrip()
    quoted = _QUOTED_ROW.match(line) if line.startswith(b'"') else None
    delimiter = quoted[1] if quoted else max((b"\t", b",", b";"), key=line.count)
    if not quoted and not _names_columns(line.decode("utf-8", "replace"), delimiter.decode()):
        return None
    return "tsv" if delimiter == b"\t" else "csv"


def _names_columns(line: str, delimiter: str) -> bool:
    """Return whether a line looks like a table header rather than prose with the same words."""
    if delimiter not in line:
        return False
    cells = [cell.strip().strip('"') for cell in line.split(delimiter)]
    if not all(map(_CELL.fullmatch, filter(None, cells))):
        return False
    names = [column_name(cell.partition("[")[0]) for cell in cells]
    known = sum(name in _KNOWN for name in names)
    is_tight = f"{delimiter} " not in line
    return known > 1 and not _TELLING.isdisjoint(names) and (is_tight or known == len(cells) > 2)

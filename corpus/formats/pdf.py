"""PDF: the abstract on the first pages, with pypdf (ISO 32000)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from classmark.corpus.abstract import Abstract, Place, Record, Unreadable
from classmark.corpus.fields import Fields, one_line
from classmark.corpus.streams import seekable

from .format import library

_PAGES = 3
_MOST = 3_000
_LARGEST = 100_000_000
_START = 1_024
"""In so many bytes at the beginning the mark of a PDF must be; the library would look for one all through the file."""

_LONGEST_PAGE = 5_000_000
_MOST_OPERATORS = 200_000
_HEADINGS = (
    "abstract|summary|synopsis|zusammenfassung|kurzfassung|abstrakt|résumé|resumen|resumo|riassunto|sommario|"
    "samenvatting|sammanfattning|sammendrag|resumé|tiivistelmä|streszczenie|аннотация|摘要"
)
_NEXT = (
    "key ?words?|index terms|schlüsselwörter|schlagwörter|mots[- ]clés|palabras clave|palavras-chave|parole chiave|"
    "introduction|einleitung|introducción|introdução|introduzione|jel|contents|acknowledge?ments?"
)
_HEADING = re.compile(rf"^[ \t\d.]*(?:{_HEADINGS})\b[ \t]*[.:—–-]?[ \t]*", re.IGNORECASE | re.MULTILINE)
_END = re.compile(rf"^[ \t]*(?:(?:1|I)\.?[ \t]+)?(?:{_NEXT})\b", re.IGNORECASE | re.MULTILINE)
_HYPHEN = re.compile(r"(?<=[^\W\d_])-\n(?=[^\W\d_A-Z])")
_NO_TITLE = re.compile(
    r"\s*(?:untitled|microsoft word|powerpoint|\S+\.(?:docx?|tex|dvi|pdf|indd|rtf))\b.*", re.IGNORECASE
)


def read_pdf(stream: io.BufferedReader, source: str, _fields: Fields) -> Iterator[Record]:
    """Read a file as one abstract.

    The title is that of the metadata, else the first line; the text is what follows a heading such as 'Abstract' on
    the first three pages, up to the next heading, else the first page.
    """
    pypdf = library("pypdf", "pdf", source)
    place = Place(source)
    with seekable(stream, _LARGEST) as file:
        if b"%PDF-" not in file.read(_START):
            yield Unreadable(source, place, "not a PDF (it does not begin as one)")
            return
        try:
            document = pypdf.PdfReader(file)
            pages = [_text(page) for page in islice(document.pages, _PAGES)]
            title = str((document.metadata or {}).get("/Title") or "")
        except Exception as error:  # the library raises whatever a broken file makes it stumble over
            yield Unreadable(
                source, place, f"not a PDF that can be read ({one_line(str(error)) or type(error).__name__})"
            )
            return
    yield Abstract(source, *_parts(pages, title), place=place)


def _text(page: Any) -> str:
    """Return the text of a page; nothing where its content is longer than a text's, a picture's or an attack's."""
    contents = page.get_contents()
    if contents is None or len(contents.get_data()) > _LONGEST_PAGE:
        return ""
    return str(page.extract_text(visitor_operand_before=_Patience()) or "")


class _Patience:
    """Is told of each operator of a page, those of forms within forms among them, and ends what does not end."""

    def __init__(self) -> None:
        self._left = _MOST_OPERATORS

    def __call__(self, *_told: object) -> None:
        self._left -= 1
        if self._left < 0:
            raise ValueError("a page does not end")


def _parts(pages: list[str], title: str) -> tuple[str, str]:
    """Return title and text."""
    first = next((line.strip() for page in pages for line in page.splitlines() if line.strip()), "")
    whole = "\n".join(pages)
    heading = _HEADING.search(whole)
    text = whole[heading.end() :] if heading else next(iter(pages), "")
    end = _END.search(text) if heading else None
    text = text[: end.start()] if end and text[: end.start()].strip() else text
    return (first if _NO_TITLE.fullmatch(title) or not title.strip() else one_line(title)), _prose(text)


def _prose(text: str) -> str:
    """Join lines, and words that were broken at their ends; keep no more than an abstract may have."""
    joined = one_line(_HYPHEN.sub("", text))
    return joined if len(joined) <= _MOST else joined[:_MOST].rpartition(" ")[0]

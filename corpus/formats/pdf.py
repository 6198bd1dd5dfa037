"""Read the abstract on the first pages of a PDF file (ISO 32000) with pypdf."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from time import monotonic
from typing import IO, Any

from classmark.corpus.abstract import Abstract, Record, SourceLocation, Unreadable
from classmark.corpus.boilerplate import HEADINGS
from classmark.corpus.errors import TooLongError
from classmark.corpus.fields import Fields, one_line
from classmark.corpus.lazy_imports import import_quietly
from classmark.corpus.limits import Budget
from classmark.corpus.line_breaks import join_broken_words
from classmark.corpus.streams import seekable

_PAGES = 3
_MOST = 3_000
_LARGEST = 100_000_000
_START = 1_024
"""Bytes at the start that must contain the PDF signature; pypdf would search the whole file."""

_LONGEST_PAGE = 5_000_000
"""Maximum size in bytes of a page with its forms, and of any other unpacked object."""

_MOST_OPERATORS = 200_000
_MOST_READINGS = 5_000_000
_LEAST = 1_000
"""Minimum number of bytes that each use of a form counts."""

_SECONDS = 60
_LONGEST_TITLE = 1_000
_UNPACKED = ("array_based_stream", "brotli", "lzw", "run_length", "zlib")
_NEXT = (
    "key ?words?|index terms|schlüsselwörter|schlagwörter|mots[- ]clés|palabras clave|palavras-chave|parole chiave|"
    "introduction|einleitung|introducción|introdução|introduzione|jel|contents|acknowledge?ments?"
)
_HEADING = re.compile(rf"^[ \t\d.]*(?:{HEADINGS})\b[ \t]*[.:—–-]?[ \t]*", re.IGNORECASE | re.MULTILINE)
_END = re.compile(rf"^[ \t]*(?:(?:1|I)\.?[ \t]+)?(?:{_NEXT})\b", re.IGNORECASE | re.MULTILINE)
_NO_TITLE = re.compile(
    r"\s*(?:untitled|microsoft word|powerpoint|\S+\.(?:docx?|tex|dvi|pdf|indd|rtf))\b.*", re.IGNORECASE
)


def read_pdf(stream: io.BufferedReader, source: str, _fields: Fields) -> Iterator[Record]:
    """Read a file as one abstract.

    The title is that of the metadata, else the first line. The text is what follows a heading such as 'Abstract' on the
    first three pages, up to the next heading, else the first page.
    """
    pypdf = import_quietly("pypdf", "pdf", source)
    location = SourceLocation(source)
    with seekable(stream, _LARGEST) as file:
        if b"%PDF-" not in file.read(_START):
            yield Unreadable(source, location, "not a PDF (it does not begin as one)")
            return
        try:
            with pypdf.apply_configuration(**{f"{kind}_maximum_output_length": _LONGEST_PAGE for kind in _UNPACKED}):
                pages, title = _read(pypdf, file)
        except Exception as error:  # pypdf raises any exception on broken files
            yield Unreadable(
                source, location, f"not a PDF that can be read ({one_line(str(error)) or type(error).__name__})"
            )
            return
    yield Abstract(source, *_parts(pages, title), location=location)


def _read(pypdf: Any, file: IO[bytes]) -> tuple[list[str], str]:
    """Return the texts of the first pages, and the title in the metadata."""
    patience = _Patience()
    counted = _Counted(file)

    class Reader(pypdf.PdfReader):  # type: ignore[misc]  # the library's own
        def get_object(self, indirect_reference: Any) -> Any:
            patience.look()
            counted.budget.renew()
            return super().get_object(indirect_reference)

    document = Reader(counted)
    pages = [_text(pypdf, page, patience) for page in islice(document.pages, _PAGES)]
    return pages, str((document.metadata or {}).get("/Title") or "")[:_LONGEST_TITLE]


def _text(pypdf: Any, page: Any, patience: _Patience) -> str:
    """Return the text of a page; empty if its content is too long for text, such as a drawing or an attack."""
    try:
        contents = page.get_contents()
        if contents is None or len(contents.get_data()) > _LONGEST_PAGE:
            return ""
    except pypdf.errors.LimitReachedError:
        return ""
    patience.operators.renew()
    page.extract_xform_text = partial(_form_text, page.extract_xform_text, Budget(_LONGEST_PAGE), patience)
    return str(page.extract_text(visitor_operand_before=patience) or "")


def _form_text(
    extract: Callable[..., str], budget: Budget, patience: _Patience, form: Any, *others: Any, **more: Any
) -> str:
    """Return the text of a form on a page; pypdf leaves out forms that raise an exception."""
    patience.look()
    budget.spend(_LEAST)
    try:
        length = len(form.get_data())
    except Exception:  # whatever is wrong with the form
        length = _LONGEST_PAGE
    budget.spend(length)
    return extract(form, *others, **more)


class _Counted:
    """A file that limits the number of reads per object: pypdf reads mostly single bytes."""

    def __init__(self, file: IO[bytes]) -> None:
        self.budget = Budget(_MOST_READINGS, "an object does not end")
        self._file = file
        self._read = file.read
        self.seek, self.tell = file.seek, file.tell

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def read(self, size: int = -1) -> bytes:
        """Read up to this number of bytes."""
        self.budget.spend(1)
        return self._read(size)


class _Patience:
    """Called for each operator of a page and of nested forms; stops pages that take too long."""

    def __init__(self) -> None:
        self.operators = Budget(_MOST_OPERATORS, "a page does not end")
        self._end = monotonic() + _SECONDS

    def __call__(self, *_arguments: object) -> None:
        self.operators.spend(1)
        self.look()

    def look(self) -> None:
        """Raise if time is up."""
        if monotonic() > self._end:
            raise TooLongError(f"it takes more than {_SECONDS} s to read")


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
    """Join lines and broken words, up to the maximum length of an abstract."""
    joined = one_line(join_broken_words(text))
    return joined if len(joined) <= _MOST else joined[:_MOST].rpartition(" ")[0]

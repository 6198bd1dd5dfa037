"""Read arXiv's XML: the feed of its API (https://info.arxiv.org/help/api), and its own metadata in OAI-PMH."""

from __future__ import annotations

from typing import Any

from classmark.corpus.abstract import Abstract, Record, SourceLocation, Unreadable
from classmark.corpus.fields import Fields, unique_codes

from .xml_text import first_text, outermost, texts

_ERRORS = "arxiv.org/api/errors"


def read_feed_entry(entry: Any, location: SourceLocation, fields: Fields) -> Record:
    """Read an entry of an Atom feed: title, summary, the terms of its categories as codes."""
    identifier = first_text(entry, fields.id or "id") or str(location)
    text = first_text(entry, fields.text or "summary")
    if _ERRORS in first_text(entry, "id"):
        return Unreadable(identifier, location, f"it is an API's error, not a record: {text[:200]!r}")
    terms = texts(entry, fields.codes) if fields.codes else [found.get("term", "") for found in _categories(entry)]
    return Abstract(identifier, first_text(entry, fields.title or "title"), text, unique_codes(terms), location)


def _categories(entry: Any) -> list[Any]:
    return list(outermost(entry, "category"))


def read_arxiv_metadata(metadata: Any, location: SourceLocation, fields: Fields) -> Record:
    """Read the formats ``arXiv`` and ``arXivRaw``: title, abstract, and categories, joined by blanks, as codes."""
    codes = texts(metadata, fields.codes) if fields.codes else first_text(metadata, "categories").split()
    title = first_text(metadata, fields.title or "title")
    text = first_text(metadata, fields.text or "abstract")
    identifier = first_text(metadata, fields.id or "id") or str(location)
    return Abstract(identifier, title, text, unique_codes(codes), location)

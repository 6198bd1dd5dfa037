"""Read Dublin Core as delivered by OAI-PMH (https://www.openarchives.org/OAI/openarchivesprotocol.html)."""

from __future__ import annotations

from typing import Any

from classmark.corpus.abstract import Abstract, Record, SourceLocation
from classmark.corpus.fields import Fields, unique_codes
from classmark.corpus.languages import in_language

from .xml_text import first_text, language_tag, local, outermost, text_of, texts


def read_dublin_core(record: Any, location: SourceLocation, fields: Fields) -> Record | None:
    """Read a record, with or without its envelope: title, abstract or the longest description, subjects as codes.

    Title and description are those in the record's language. Repositories use further descriptions for notes, so the
    longest one is the abstract.
    """
    header = next(record.iter("{*}header"), None)
    if local(record) == "record" and header is None and next(record.iter("{*}title", "{*}description"), None) is None:
        return None
    titles = _tagged(record, fields.title or "title")
    language = first_text(record, "language") or next((tag for _, tag in titles), "")
    title = next(iter(in_language(titles, language)), "")
    text = first_text(record, fields.text) if fields.text else _description(record, language)
    codes = texts(record, fields.codes or "subject")
    identifier = first_text(record, fields.id or "identifier") or str(location)
    return Abstract(identifier, title, text, unique_codes(codes), location)


def _description(record: Any, language: str) -> str:
    """Return the longest abstract (of DCMI Metadata Terms) or else description, in a language if there are several."""
    found = _tagged(record, "abstract") or _tagged(record, "description")
    return max(in_language(found, language), key=len, default="")


def _tagged(record: Any, name: str) -> list[tuple[str, str]]:
    """Return the texts of all elements of a name that are not empty, each with the tag of its language."""
    return [(text, language_tag(found)) for found in outermost(record, name) if (text := text_of(found))]

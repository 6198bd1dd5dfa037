"""Read Dublin Core as delivered by OAI-PMH (https://www.openarchives.org/OAI/openarchivesprotocol.html)."""

from __future__ import annotations

from typing import Any

from classmark.corpus.abstract import Abstract, Record, SourceLocation
from classmark.corpus.fields import Fields, unique_codes

from .xml_text import first_text, local, texts


def read_dublin_core(record: Any, location: SourceLocation, fields: Fields) -> Record | None:
    """Read a record, with or without its envelope: title, the longest description, subjects as codes.

    Repositories use further descriptions for notes, so the longest one is the abstract. A deleted record is skipped.
    """
    header = next(record.iter("{*}header"), None)
    if header is not None and header.get("status") == "deleted":
        return None
    if local(record) == "record" and header is None and next(record.iter("{*}title", "{*}description"), None) is None:
        return None
    title = first_text(record, fields.title or "title")
    text = first_text(record, fields.text) if fields.text else max(texts(record, "description"), key=len, default="")
    codes = texts(record, fields.codes or "subject")
    identifier = first_text(record, fields.id or "identifier") or str(location)
    return Abstract(identifier, title, text, unique_codes(codes), location)

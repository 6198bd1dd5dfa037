"""Read CSL-JSON, which Zotero and DOI resolvers export (https://docs.citationstyles.org)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .values import first_text, texts_in

_MARKS = {"DOI", "issued", "container-title", "keyword", "citation-key", "author", "URL", "page", "volume"}


def read_csl(item: Mapping[str, Any]) -> dict[str, object] | None:
    """Read an item: title, abstract, and its keywords, joined by semicolons or commas, as codes."""
    if not isinstance(item.get("type"), str) or len(_MARKS & item.keys()) < 1 or "text" in item:
        return None
    subject = texts_in(item.get("subject"))
    return {
        "id": item.get("id") or first_text(item.get("DOI")),
        "title": first_text(item.get("title")),
        "abstract": first_text(item.get("abstract")),
        "codes": [code for text in texts_in(item.get("keyword")) for code in split_keywords(text)] or subject,
    }


def split_keywords(text: str) -> list[str]:
    """Return keywords that one string joins by semicolons or, without any, by commas.

    >>> split_keywords("soil, wheat"), split_keywords("soil; wheat, dry")
    (['soil', 'wheat'], ['soil', 'wheat, dry'])
    """
    parts = text.split(";" if ";" in text else ",")
    return [part.strip() for part in parts if part.strip()]

"""Read items of Zotero's API and of Better BibTeX's JSON (https://www.zotero.org/support/dev/web_api/v3/basics)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .values import dictionaries_in, first_text, texts_in


def read_zotero(item: Mapping[str, Any]) -> dict[str, object] | None:
    """Read an item: its title, its abstract note, and its tags as codes."""
    if "itemType" not in item:
        return None
    return {
        "id": first_text(item.get("key"), item.get("itemKey")),
        "title": first_text(item.get("title")),
        "abstract": first_text(item.get("abstractNote")),
        "codes": [text for tag in dictionaries_in(item.get("tags")) for text in texts_in(tag.get("tag"))],
    }

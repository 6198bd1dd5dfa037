"""Read works of Crossref's API (https://api.crossref.org/swagger-ui/index.html)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .values import first_text, texts_in


def read_crossref(work: Mapping[str, Any]) -> dict[str, object] | None:
    """Read a work: the first of its titles, its abstract, which is JATS, and its subjects as codes."""
    is_work = isinstance(work.get("title"), list) or ("DOI" in work and "title" not in work)
    if not is_work or "text" in work:
        return None
    return {
        "id": first_text(work.get("DOI")),
        "title": first_text(work.get("title")),
        "abstract": first_text(work.get("abstract")),
        "codes": texts_in(work.get("subject")),
    }

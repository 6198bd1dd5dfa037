"""Read articles of the Directory of Open Access Journals, from its dump or its API.

An article has its title, abstract and subjects under ``bibjson``, a subject being ``{"scheme": "LCC", "code":
"U1-900", "term": …}`` (https://doaj.org/docs/public-data-dump/).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .values import dictionaries_in

DOAJ_SCHEME = "LCC"


def read_doaj_article(article: Mapping[str, Any]) -> dict[str, object] | None:
    """Read title and abstract of an article, and its classes of the Library of Congress as codes."""
    bibjson = article.get("bibjson")
    if not isinstance(bibjson, Mapping):
        return None
    subjects = bibjson.get("subject")
    listed = dictionaries_in(subjects) if isinstance(subjects, list) else []
    known = {
        "title": bibjson.get("title") or "",
        "abstract": bibjson.get("abstract") or "",
        "codes": [subject.get("code") for subject in listed if subject.get("scheme") == DOAJ_SCHEME],
    }
    return {name: value for name, value in known.items() if name not in article}

"""Read DOIs of DataCite's API and data file (https://support.datacite.org/docs/api)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from classmark.corpus.languages import in_language, language_of

from .values import dictionaries_in, first_text, texts_in


def read_datacite(doi: Mapping[str, Any]) -> dict[str, object] | None:
    """Read a DOI: its main title, the description that is an abstract in its language, and its subjects as codes."""
    found = doi.get("attributes")
    attributes = found if isinstance(found, Mapping) else doi
    titles = _listed(attributes, "titles")
    if not (titles or (isinstance(found, Mapping) and "doi" in found)):
        return None
    main = [title for title in titles if not title.get("titleType")] or titles
    language = language_of(attributes.get("language")) or next((title.get("lang") for title in main), "")
    texts = _texts_in(main, "title", language)
    return {
        "id": first_text(attributes.get("doi"), doi.get("id")),
        "title": next(iter(texts), ""),
        "abstract": _abstract(_listed(attributes, "descriptions"), language),
        "codes": [
            text for held in dictionaries_in(attributes.get("subjects")) for text in texts_in(held.get("subject"))
        ],
    }


def _listed(attributes: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    return dictionaries_in(attributes.get(name))


def _abstract(descriptions: list[Mapping[str, Any]], language: object) -> str:
    """Return the abstract in a language, else a description whose type is not said."""
    for kind in ("Abstract", None):
        typed = [held for held in descriptions if held.get("descriptionType") == kind]
        if texts := _texts_in(typed, "description", language):
            return texts[0]
    return ""


def _texts_in(held: list[Mapping[str, Any]], name: str, language: object) -> list[str]:
    tagged = ((first_text(item.get(name)), item.get("lang")) for item in held)
    return in_language([(text, tag) for text, tag in tagged if text], language)

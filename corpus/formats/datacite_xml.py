"""Read DataCite's XML (https://schema.datacite.org), and OpenAIRE's, which has the same elements."""

from __future__ import annotations

from typing import Any

from classmark.corpus.abstract import Abstract, Record, SourceLocation
from classmark.corpus.fields import Fields, unique_codes
from classmark.corpus.languages import in_language, language_of

from .xml_text import first_text, language_tag, outermost, text_of, texts


def read_resource(resource: Any, location: SourceLocation, fields: Fields) -> Record:
    """Read a resource: its main title, the description that is an abstract in its language, its subjects as codes."""
    titles = _inside(resource, "titles", "title")
    main = [title for title in titles if not title.get("titleType")] or titles
    language = first_text(resource, "language") or next(map(language_tag, main), "")
    title = first_text(resource, fields.title) if fields.title else next(iter(_texts_in(main, language)), "")
    text = first_text(resource, fields.text) if fields.text else _abstract(resource, language)
    subjects = map(text_of, _inside(resource, "subjects", "subject"))
    codes = unique_codes(texts(resource, fields.codes) if fields.codes else subjects)
    identifier = first_text(resource, fields.id or "identifier") or str(location)
    return Abstract(identifier, title, text, codes, location)


def _inside(resource: Any, group: str, name: str) -> list[Any]:
    """Return the elements of a group, which others of their name do not belong to, such as titles of related items."""
    grouped = resource.find(f"{{*}}{group}")
    return list(outermost(resource if grouped is None else grouped, name))


def _abstract(resource: Any, language: str) -> str:
    """Return the abstract in a language, else the longest description whose type is not said."""
    found = _inside(resource, "descriptions", "description")
    for kind in ("Abstract", None):
        described = _texts_in([element for element in found if element.get("descriptionType") == kind], language)
        if described:
            return max(described, key=len) if kind is None else described[0]
    return ""


def _texts_in(elements: list[Any], language: str) -> list[str]:
    tagged = ((text_of(element), language_tag(element)) for element in elements)
    return in_language([(text, tag) for text, tag in tagged if text], language_of(language))

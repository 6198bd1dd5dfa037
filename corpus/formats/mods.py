"""Read MODS, the Metadata Object Description Schema (https://www.loc.gov/standards/mods/)."""

from __future__ import annotations

from typing import Any

from classmark.corpus.abstract import Abstract, Record, SourceLocation
from classmark.corpus.fields import Fields, unique_codes
from classmark.corpus.languages import in_language

from .xml_text import first_text, language_tag, local, text_of, texts


def read_mods(mods: Any, location: SourceLocation, fields: Fields) -> Record:
    """Read a resource, without those related to it: title, abstract in its language, topics of subjects as codes."""
    subjects = _children(mods, "subject")
    codes = (
        texts(mods, fields.codes) if fields.codes else [text for found in subjects for text in texts(found, "topic")]
    )
    text = first_text(mods, fields.text) if fields.text else _abstract(mods)
    title = first_text(mods, fields.title) if fields.title else _title(mods)
    identifier = first_text(mods, fields.id) if fields.id else _id(mods)
    return Abstract(identifier or str(location), title, text, unique_codes(codes), location)


def _children(mods: Any, name: str) -> list[Any]:
    return [child for child in mods if local(child) == name]


def _id(mods: Any) -> str:
    return next((text for found in _children(mods, "identifier") if (text := text_of(found))), "")


def _title(mods: Any) -> str:
    """Return the title without a type, its article before it and its subtitle after it."""
    found = _children(mods, "titleInfo")
    main = next((title for title in found if not title.get("type")), found[0] if found else None)
    if main is None:
        return ""
    title = " ".join(filter(None, (first_text(main, "nonSort"), first_text(main, "title"))))
    return ": ".join(filter(None, (title, first_text(main, "subTitle"))))


def _abstract(mods: Any) -> str:
    """Return the abstract in the main language among those without a type, else among all."""
    found = [abstract for abstract in _children(mods, "abstract") if text_of(abstract)]
    untyped = [abstract for abstract in found if not abstract.get("type")]
    language = next((text_of(term) for held in _children(mods, "language") for term in held), "")
    tagged = [(text_of(abstract), language_tag(abstract)) for abstract in untyped or found]
    return next(iter(in_language(tagged, language)), "")

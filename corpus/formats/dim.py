"""Read DSpace's intermediate metadata (https://wiki.lyrasis.org/display/DSPACE/DSpaceIntermediateMetadata)."""

from __future__ import annotations

from typing import Any

from classmark.corpus.abstract import Abstract, Record, SourceLocation
from classmark.corpus.fields import Fields, unique_codes
from classmark.corpus.languages import in_language

from .xml_text import language_tag, outermost, text_of

_ABSTRACT, _DESCRIPTION = "description.abstract", "description"
_IDENTIFIERS = "identifier.uri", "identifier.doi", "identifier"


def read_dim(dim: Any, location: SourceLocation, fields: Fields) -> Record:
    """Read fields of Dublin Core: title, description.abstract in the item's language, subjects as codes.

    A field is named as DSpace does, such as ``dc.subject.lcc`` or, without its schema, ``subject.lcc``.
    """
    held = [(_name(field), text_of(field), language_tag(field)) for field in outermost(dim, "field")]
    language = next((text for name, text, _ in held if name.startswith("language")), "")

    def named(name: str) -> list[str]:
        wanted = name.removeprefix("dc.")
        return in_language([(text, tag) for key, text, tag in held if key == wanted and text], language)

    subjects = [text for name, text, _ in held if _is_subject(name, fields)]
    texts = named(fields.text) if fields.text else named(_ABSTRACT) or sorted(named(_DESCRIPTION), key=len)[-1:]
    ids = (fields.id.removeprefix("dc."),) if fields.id else _IDENTIFIERS
    identifiers = [text for name, text, _ in held if name in ids]
    title = next(iter(named(fields.title or "title")), "")
    return Abstract(
        next(iter(identifiers), str(location)), title, next(iter(texts), ""), unique_codes(subjects), location
    )


def _is_subject(name: str, fields: Fields) -> bool:
    if fields.codes:
        return name == fields.codes.removeprefix("dc.")
    return name == "subject" or name.startswith("subject.")


def _name(field: Any) -> str:
    """Return a field's name; that of a field of Dublin Core without its schema."""
    schema = field.get("mdschema") or "dc"
    parts = ("" if schema == "dc" else schema, field.get("element"), field.get("qualifier"))
    return ".".join(part for part in parts if part and part != "none")

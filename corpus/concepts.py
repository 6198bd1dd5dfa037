"""Turn the concepts of a vocabulary, which are named by URIs, into the codes of a scheme."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, field

from .errors import SchemeError
from .fields import one_line
from .limits import too_long_code
from .scheme import Code


class Concept(Struct):
    """A concept of a vocabulary.

    Parameters
    ----------
    labels
        Preferred labels by language tag, which is empty if unknown.
    notation
        Its code in the vocabulary, such as ``42.42``; empty if it has none.
    parents
        URIs of the broader concepts.
    terms
        Other labels and notes, to train on.
    """

    uri: str
    labels: dict[str, str] = field(default_factory=dict)
    notation: str = ""
    parents: set[str] = field(default_factory=set)
    terms: list[str] = field(default_factory=list)


def codes_of(concepts: Sequence[Concept]) -> tuple[Code, ...]:
    """Return a code per concept: the notations if all concepts have one and they are distinct, else the URIs.

    The parent is the first broader concept, in the order of URIs, that the vocabulary has.

    Raises
    ------
    SchemeError
        There is no concept, or a code is too long.
    """
    if not concepts:
        raise SchemeError("the scheme has no concepts")
    notations = {concept.notation for concept in concepts}
    use_notations = "" not in notations and len(notations) == len(concepts)
    code_of = {concept.uri: concept.notation if use_notations else concept.uri for concept in concepts}
    if long := too_long_code(code_of.values()):
        raise SchemeError(long)
    return tuple(_code(concept, code_of) for concept in concepts)


def _code(concept: Concept, code_of: Mapping[str, str]) -> Code:
    code = code_of[concept.uri]
    parent = min(concept.parents & code_of.keys(), default=None)
    scope = "; ".join(one_line(term) for term in sorted(set(concept.terms)))
    name = one_line(preferred_label(concept.labels)) or code
    return Code(code, name, None if parent is None else code_of[parent], (scope,) if scope else ())


def preferred_label(labels: Mapping[str, str]) -> str:
    """Return the label in English, else without language, else of the first language tag; empty without labels.

    >>> preferred_label({"de": "Boden", "en-GB": "Soil"})
    'Soil'
    """
    tags: Iterable[str] = sorted(labels, key=lambda tag: (_rank(tag), tag))
    return next((labels[tag] for tag in tags), "")


def _rank(tag: str) -> int:
    language = tag.lower()
    return 0 if language == "en" else 1 if language.startswith("en-") else 2 if not tag else 3

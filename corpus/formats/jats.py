"""Read JATS, the Journal Article Tag Suite (ANSI/NISO Z39.96, https://jats.nlm.nih.gov)."""

from __future__ import annotations

from typing import Any

from classmark.corpus.abstract import Abstract, Record, SourceLocation
from classmark.corpus.fields import Fields, unique_codes
from classmark.corpus.languages import in_language

from .xml_text import first_text, language_tag, local, outermost, text_of, texts

_NO_TEXT = {"tex-math", "fn", "xref", "label", "graphic", "object-id", "alt-text", "table"}
"""Elements that are no prose: LaTeX copies of MathML formulas, and cross-references."""

_NOT_THE_ABSTRACT = {"graphical", "toc", "teaser", "key-points", "highlights", "editor", "plain-language-summary"}
_BLOCKS = {"p", "title", "list", "disp-formula", "verse-group", "disp-quote"}


def read_article(article: Any, location: SourceLocation, fields: Fields) -> Record:
    """Read an article's front matter: article-title, abstract, and the subjects of its subj-groups as codes.

    The headings of a structured abstract stay before their sections.
    """
    front = next(article.iter("{*}article-meta", "{*}front-stub", "{*}front"), article)
    title = first_text(front, fields.title or "article-title", _NO_TEXT)
    text = first_text(article, fields.text, _NO_TEXT) if fields.text else _abstract(front, language_tag(article))
    codes = texts(article, fields.codes) if fields.codes else texts(front, "subject")
    identifier = first_text(article, fields.id) if fields.id else _id(front)
    return Abstract(identifier or str(location), title, text, unique_codes(codes), location)


def _id(front: Any) -> str:
    ids = {found.get("pub-id-type"): text_of(found) for found in outermost(front, "article-id")}
    known = [ids[kind] for kind in ("doi", "pmid", "pmc", "pmcid") if kind in ids]
    return next(iter([*known, *ids.values()]), "")


def _abstract(front: Any, language: str) -> str:
    """Return the abstract without a type, else those typed as prose, else the first.

    Of abstracts in several languages, it is the one in that of the article or, if it names none, of the first abstract.
    """
    found = list(outermost(front, "abstract"))
    untyped = [abstract for abstract in found if not abstract.get("abstract-type")]
    prose = [abstract for abstract in found if abstract.get("abstract-type") not in _NOT_THE_ABSTRACT]
    tagged = [(abstract, language_tag(abstract)) for abstract in untyped or prose or found[:1]]
    language = language or next((tag for _, tag in tagged), "")
    return " ".join(" ".join(_blocks(abstract)) for abstract in in_language(tagged, language))


def _blocks(element: Any) -> list[str]:
    """Return the paragraphs of an abstract and of its sections at any depth."""
    if not any(isinstance(child.tag, str) and local(child) in {*_BLOCKS, "sec"} for child in element):
        return [text_of(element, _NO_TEXT)]
    blocks: list[str] = []
    for child in element:
        name = local(child)
        if name == "title":
            heading = text_of(child, _NO_TEXT).rstrip(":")
            blocks += [f"{heading}:"] if heading and local(element) == "sec" else []
        elif name and name not in _NO_TEXT:
            blocks += _blocks(child) if name == "sec" else [text_of(child, _NO_TEXT)]
    return blocks

"""Read PubMed XML (https://www.nlm.nih.gov/bsd/licensee/elements_descriptions.html)."""

from __future__ import annotations

from typing import Any

from classmark.corpus.abstract import Abstract, Record, SourceLocation
from classmark.corpus.fields import Fields, unique_codes

from .xml_text import first_text, outermost, text_of, texts

_ABSTRACTS = "Abstract", "OtherAbstract"
"""Elements that hold the abstract; the second, if there is no first, in another language or by someone else."""


def read_citation(article: Any, location: SourceLocation, fields: Fields) -> Record:
    """Read a citation: ArticleTitle or BookTitle, AbstractText with its labels, MeSH descriptors as codes."""
    identifier = first_text(article, fields.id or "PMID") or str(location)
    titles = (fields.title,) if fields.title else ("ArticleTitle", "BookTitle")
    title = next(filter(None, (first_text(article, name) for name in titles)), "")
    text = first_text(article, fields.text) if fields.text else _abstract(article)
    return Abstract(identifier, title, text, unique_codes(texts(article, fields.codes or "DescriptorName")), location)


def _abstract(article: Any) -> str:
    abstract = next((found for name in _ABSTRACTS for found in article.iter(f"{{*}}{name}")), None)
    return "" if abstract is None else " ".join(map(_section, outermost(abstract, "AbstractText")))


def _section(section: Any) -> str:
    label = section.get("Label")
    return f"{label}: {text_of(section)}" if label and label != "UNLABELLED" else text_of(section)

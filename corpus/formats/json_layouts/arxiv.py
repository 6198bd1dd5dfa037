"""Read arXiv's snapshot of metadata as JSON lines (https://www.kaggle.com/datasets/Cornell-University/arxiv)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from classmark.corpus.fields import one_line

from .values import texts_in


def read_arxiv(article: Mapping[str, Any]) -> dict[str, object] | None:
    """Read an article: title and abstract in one line each, and its categories, joined by blanks, as codes."""
    title, abstract, categories = article.get("title"), article.get("abstract"), article.get("categories")
    if not (isinstance(title, str) and isinstance(abstract, str) and "versions" in article and "submitter" in article):
        return None
    codes = [code for text in texts_in(categories) for code in text.split()]
    return {"title": one_line(title), "abstract": one_line(abstract), "codes": codes}

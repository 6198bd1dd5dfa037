"""The text of XML elements."""

from __future__ import annotations

import html
from collections.abc import Collection
from typing import Any

from classmark.corpus.fields import one_line


def local(element: Any) -> str:
    """Return an element's name without its namespace; empty for what is no element, such as an entity."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def text_of(element: Any, without: Collection[str] = ()) -> str:
    """Return the text of an element in one line, markup dropped.

    Parameters
    ----------
    without
        The names of elements that are left out with all that is in them.
    """
    return one_line("".join(_pieces(element, without)))


def first_text(element: Any, name: str, without: Collection[str] = ()) -> str:
    """Return the text of the first element of a name that has any."""
    return next((text for found in element.iter(f"{{*}}{name}") if (text := text_of(found, without))), "")


def texts(element: Any, name: str) -> list[str]:
    """Return the texts of all elements of a name."""
    return [text_of(found) for found in element.iter(f"{{*}}{name}")]


def _pieces(element: Any, without: Collection[str]) -> list[str]:
    pieces = [element.text or ""]
    for child in element:
        if not isinstance(child.tag, str):
            pieces.append(html.unescape(child.text or ""))  # an entity that a DTD elsewhere declares, such as &eacute;
        elif local(child) not in without:
            pieces += _pieces(child, without)
        pieces.append(child.tail or "")
    return pieces

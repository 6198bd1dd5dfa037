"""The text of XML elements."""

from __future__ import annotations

import html
from collections.abc import Collection, Iterator
from typing import Any

from classmark.corpus.fields import one_line

_APART = {
    "break",
    "br",
    "p",
    "list",
    "list-item",
    "disp-quote",
    "disp-formula",
    "sec",
    "title",
    "li",
    "ul",
    "ol",
    "div",
}
"""Elements that stand apart from what is around them, so that words before and after are not one word."""


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
    pieces: list[str] = []
    _add_pieces(pieces, element, without)
    return one_line("".join(pieces))


def outermost(element: Any, name: str) -> Iterator[Any]:
    """Give the elements of a name, but not those within another of that name, whose text holds theirs."""
    last = None
    for found in element.iter(f"{{*}}{name}"):
        if last is None or all(above is not last for above in found.iterancestors()):
            last = found
            yield found


def first_text(element: Any, name: str, without: Collection[str] = ()) -> str:
    """Return the text of the first element of a name that has any."""
    return next((text for found in outermost(element, name) if (text := text_of(found, without))), "")


def texts(element: Any, name: str) -> list[str]:
    """Return the texts of all elements of a name."""
    return [text_of(found) for found in outermost(element, name)]


def _add_pieces(pieces: list[str], element: Any, without: Collection[str]) -> None:
    pieces.append(element.text or "")
    for child in element:
        if not isinstance(child.tag, str):
            pieces.append(html.unescape(child.text or ""))  # an entity that a DTD elsewhere declares, such as &eacute;
        elif local(child) not in without:
            around = [" "] if local(child) in _APART else []
            pieces += around
            _add_pieces(pieces, child, without)
            pieces += around
        pieces.append(child.tail or "")

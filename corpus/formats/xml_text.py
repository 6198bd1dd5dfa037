"""Extract the text of XML elements."""

from __future__ import annotations

import html
from collections.abc import Collection, Iterator
from typing import Any

from classmark.corpus.fields import one_line
from classmark.corpus.line_breaks import join_broken_words

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_NAMES = """
blockquote br break dd def def-item def-list disp-formula disp-quote div dl dt h1 h2 h3 h4 h5 h6 hr item li line list
list-item ol p para row sec section simpara table tbody td term th thead title tr ul verse-group verse-line
"""
_APART = frozenset(_NAMES.split())
"""Elements that separate the words before and after them."""


def local(element: Any) -> str:
    """Return the name of an element without its namespace; empty for other nodes, such as entities."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def forget(element: Any) -> None:
    """Drop an element, its preceding siblings and those of its ancestors."""
    element.clear()
    while (parent := element.getparent()) is not None:
        while element.getprevious() is not None:
            del parent[0]
        element = parent


def text_of(element: Any, without: Collection[str] = ()) -> str:
    """Return the text of an element in one line, markup dropped.

    Parameters
    ----------
    without
        Names of elements to leave out with their content.
    """
    pieces: list[str] = []
    _add_pieces(pieces, element, without)
    return one_line(join_broken_words("".join(pieces)))


def language_tag(element: Any) -> str:
    """Return the tag of the language that an element says its text is in; empty if it does not say so."""
    return element.get(_XML_LANG) or element.get("lang") or ""


def outermost(element: Any, name: str) -> Iterator[Any]:
    """Yield the outermost elements of a name."""
    last = None
    for found in element.iter(f"{{*}}{name}"):
        if last is None or all(above is not last for above in found.iterancestors()):
            last = found
            yield found


def first_text(element: Any, name: str, without: Collection[str] = ()) -> str:
    """Return the text of the first element of a name that has text."""
    return next((text for found in outermost(element, name) if (text := text_of(found, without))), "")


def texts(element: Any, name: str) -> list[str]:
    """Return the texts of all elements of a name."""
    return [text_of(found) for found in outermost(element, name)]


def _add_pieces(pieces: list[str], element: Any, without: Collection[str]) -> None:
    pieces.append(element.text or "")
    for child in element:
        if not isinstance(child.tag, str):
            pieces.append(html.unescape(child.text or ""))  # an entity declared in an external DTD, such as &eacute;
        elif local(child) not in without:
            around = [" "] if local(child) in _APART else []
            pieces += around
            _add_pieces(pieces, child, without)
            pieces += around
        pieces.append(child.tail or "")

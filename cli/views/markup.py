"""Escape and shorten text for rich; import this only for a terminal."""

# ruff: noqa: TID253

from __future__ import annotations

from rich.markup import escape
from rich.text import Text

from classmark.cli.console import printable

_SHORTEST_ID = 12


def safe_markup(text: str) -> str:
    r"""Return a text that rich shows as it is: neither control characters nor markup have an effect.

    >>> safe_markup("[red]a\tb")
    '\\[red]a\\tb'
    """
    return escape(printable(text))


def shortened(text: str, width: int) -> str:
    """Return a text that ends in "…" if it is wider than a width.

    >>> shortened("Bibliography", 9)
    'Bibliogr…'
    """
    short = Text(text)
    short.truncate(max(width, 1), overflow="ellipsis")
    return short.plain


def without_middle(text: str, most: int) -> str:
    """Return a text with "…" in its middle if it is longer than a number of characters.

    Ids and URIs begin alike, and often differ at their ends only.

    >>> without_middle("http://example.org/10037-0", 12)
    'http…10037-0'
    """
    if len(text) <= most:
        return text
    start = most // 3
    return f"{text[:start]}…{text[start + 1 - most :]}"


def label_of(id: str, title: str, width: int) -> Text:  # noqa: A002
    """Return one line that people recognize an abstract by: its id and its title, shortened to a width.

    Of a long id there is too little left to be of use beside a title. Alone, it is shortened in its middle.

    >>> label_of("W1", "On the Wars of Others", 14).plain, label_of("oai:example.org:10/24601", "", 14).plain
    ('W1 On the War…', 'oai:…:10/24601')
    """
    id, title = printable(id), " ".join(printable(title).split())  # noqa: A001
    if not title:
        return Text(without_middle(id, width), "bold")
    is_short = len(id) <= max(width // 3, _SHORTEST_ID)
    label = Text.assemble((f"{id} ", "bold") if is_short else "", title)
    label.truncate(width, overflow="ellipsis")
    return label

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


def label_of(id: str, title: str, width: int) -> Text:  # noqa: A002
    """Return one line that people recognize an abstract by: its id and its title, shortened to a width.

    An id is shortened in its middle, as ids often differ at their ends alone.

    >>> label_of("W1", "On the Wars of Others", 14).plain, label_of("oai:example.org:10/24601", "", 14).plain
    ('W1 On the War…', 'oai:…:10/24601')
    """
    title = " ".join(printable(title).split())
    room = max(width // 2, _SHORTEST_ID) if title else width
    label = Text.assemble((_middle(printable(id), room), "bold"), f" {title}" if title else "")
    label.truncate(width, overflow="ellipsis")
    return label


def _middle(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    start = most // 3
    return f"{text[:start]}…{text[start + 1 - most :]}"

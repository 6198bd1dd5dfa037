"""Escape text for rich; import this only for a terminal."""

# ruff: noqa: TID253

from __future__ import annotations

from rich.markup import escape

from classmark.cli.console import printable


def safe_markup(text: str) -> str:
    r"""Return a text that rich shows as it is: neither control characters nor markup have an effect.

    >>> safe_markup("[red]a\tb")
    '\\[red]a\\tb'
    """
    return escape(printable(text))

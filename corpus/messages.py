"""Count things in messages, and shorten what they quote."""

from __future__ import annotations


def count_of(number: int, noun: str) -> str:
    """Return a number of things, with the plural of their name where there is not one.

    >>> count_of(1, "record"), count_of(2_000, "record")
    ('1 record', '2,000 records')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def shortened(text: str, most: int) -> str:
    """Return a text of limited length, with an ellipsis in the place of what is left out.

    >>> shortened("description", 7)
    'descri…'
    """
    return text if len(text) <= most else f"{text[: most - 1]}…"

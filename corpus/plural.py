"""Count things in messages."""

from __future__ import annotations


def count_of(number: int, noun: str) -> str:
    """Return a number of things, with the plural of their name where there is not one.

    >>> count_of(1, "record"), count_of(2_000, "record")
    ('1 record', '2,000 records')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"

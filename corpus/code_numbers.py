"""Recognize codes that are one number written with and without zeros, which spreadsheets drop."""

from __future__ import annotations

import re
from collections.abc import Iterable

_NUMBER = re.compile(r"0*(\d[\d.]*?)(?:\.0)?")

ADVICE = "spreadsheets drop the zeros of numbers, so format such columns as text"


def number_of(code: str) -> str:
    """Return a code without the zeros that spreadsheets drop or add; empty if it is no number.

    >>> number_of("020"), number_of("20.0"), number_of("020.5"), number_of("QA76")
    ('20', '20', '20.5', '')
    """
    match = _NUMBER.fullmatch(code) if code[:1].isdigit() and code.isascii() else None
    return match[1] if match else ""


def lost_zeros(codes: Iterable[str]) -> str:
    """Return a sentence about codes of a corpus that are one number; empty if there are none.

    >>> lost_zeros(["020", "20", "340"])
    "the codes '020' and '20' are one number; if they are one code, spreadsheets drop the zeros of numbers, so format \
such columns as text"
    """
    first: dict[str, str] = {}
    pairs = [(known, code) for code in dict.fromkeys(codes) if (known := _first(first, code)) != code]
    if not pairs:
        return ""
    others = f" (and {len(pairs) - 1:,} more such pairs)" if len(pairs) > 1 else ""
    known, code = pairs[0]
    return f"the codes {known!r} and {code!r} are one number{others}; if they are one code, {ADVICE}"


def _first(seen: dict[str, str], code: str) -> str:
    """Return the first code that was the same number."""
    number = number_of(code)
    return seen.setdefault(number, code) if number else code

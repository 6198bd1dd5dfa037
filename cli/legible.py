"""Texts of other people on a page: what can't be seen, or turns the text around it, is made visible."""

from __future__ import annotations

import re

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, but neither tabs nor line ends
    "\u202a-\u202e\u2066-\u2069"  # what overrides the direction of writing
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"  # what is no character; neither UTF-8 nor XML has it
)


def legible(text: str) -> str:
    r"""Escape the characters that no page may have; markup is escaped by what writes it.

    Examples
    --------
    >>> legible("war\x1b and\u202e peace\ud800")
    'war\\x1b and\\u202e peace\\ud800'
    """
    return _UNSEEN.sub(_escape, text)


def short(text: str, most: int) -> str:
    """Return a text in one line of at most so many characters, for a label.

    Examples
    --------
    >>> short("Bibliography. Library science", 13)
    'Bibliography…'
    """
    line = " ".join(legible(text).split())
    return line if len(line) <= most else line[: most - 1].rstrip(" .,;:") + "…"


def _escape(match: re.Match[str]) -> str:
    number = ord(match[0])
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"

"""Speak to the user on stderr, and escape what a terminal or a page would obey."""

from __future__ import annotations

import re
import sys
from contextlib import suppress


def say(message: str) -> None:
    """Tell the user something on stderr, without control characters that a terminal would obey.

    Where stderr is full, nobody hears it, and the work goes on.
    """
    with suppress(OSError):
        print(f"classmark: {printable(message)}", file=sys.stderr)  # noqa: T201


def printable(text: str) -> str:
    r"""Escape control characters, so that a field stays one field and a terminal is safe.

    >>> printable("a\tb\x1b[31m")
    'a\\tb\\x1b[31m'
    """
    return text.translate(_CONTROLS)


UNSEEN = (*range(127, 160), 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
"""Beside those of ASCII, the control characters, the ends of lines, and what turns the direction of writing."""

_CONTROLS = (
    {i: f"\\x{i:02x}" for i in range(32)}
    | {i: f"\\x{i:02x}" if i < 256 else f"\\u{i:04x}" for i in UNSEEN}
    | {9: "\\t", 10: "\\n", 13: "\\r"}
)


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

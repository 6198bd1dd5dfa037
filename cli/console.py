"""Print messages to stderr, and escape control characters for terminals and pages."""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from textwrap import fill


def say(message: str) -> None:
    """Print a message to stderr, with control characters escaped; on a terminal, break lines between words.

    If stderr is full, the message is lost and the work continues.
    """
    with suppress(OSError):
        print(_fitted(f"classmark: {printable(message)}"), file=sys.stderr)  # noqa: T201


def _fitted(line: str) -> str:
    """Break a long line for a terminal, which would break words and numbers; long words such as paths stay whole."""
    if sys.stderr is None or not sys.stderr.isatty():
        return line
    columns = os.environ.get("COLUMNS", "")
    width = int(columns) if columns.isdecimal() else os.get_terminal_size(sys.stderr.fileno()).columns
    if not 0 < width < len(line):
        return line
    return fill(line, width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


def printable(text: str) -> str:
    r"""Escape control characters, so that a field stays one field and a terminal obeys none of them.

    >>> printable("a\tb\x1b[31m")
    'a\\tb\\x1b[31m'
    """
    return text.translate(_CONTROLS)


UNSEEN = (*range(127, 160), 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
"""Control characters beyond ASCII, line separators, and characters that change the writing direction."""

_CONTROLS = (
    {i: f"\\x{i:02x}" for i in range(32)}
    | {i: f"\\x{i:02x}" if i < 256 else f"\\u{i:04x}" for i in UNSEEN}
    | {9: "\\t", 10: "\\n", 13: "\\r"}
)


_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters except tabs and line ends
    "\u202a-\u202e\u2066-\u2069"  # overrides of the writing direction
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"  # surrogates and noncharacters, invalid in UTF-8 or XML
)


def legible(text: str) -> str:
    r"""Escape the characters that are invalid in pages; the caller escapes markup.

    Examples
    --------
    >>> legible("war\x1b and\u202e peace\ud800")
    'war\\x1b and\\u202e peace\\ud800'
    """
    return _UNSEEN.sub(_escape, text)


def short(text: str, most: int) -> str:
    """Return a text as one line of limited length, for a label.

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

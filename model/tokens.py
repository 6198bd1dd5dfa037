"""The one definition of a word, for training and for predicting."""

from __future__ import annotations

import html
import re
import unicodedata

MARKUP = re.compile(r"</?[A-Za-z][^<>]*>")
"""HTML and JATS tags, which are left out."""

_OTHER_SEPARATOR = re.compile(r"[^\x00-\x7f\w]")
_HUGE = re.compile(r"&#[0-9]{1000,};?")
_MARKS = re.compile(r"([^\w\x00-\x7f]{30})[^\w\x00-\x7f]+")
"""More marks on one letter than any script has (30, as Unicode's stream-safe text has it: UAX 15); to put them in order
takes the square of their number."""

_LONG = 4_000
_LOWER = bytes(ord(chr(i).lower()) if i < 128 and chr(i).isalnum() else ord(" ") for i in range(256))
_SEPARATED = bytes(i if i > 127 or chr(i).isalnum() else ord(" ") for i in range(256))


def plain(text: str) -> bytes:
    """Return the words of a text in UTF-8, with one or more spaces between them.

    A word is a run of letters or digits, in one case and one Unicode form. HTML entities are resolved, HTML and
    JATS tags left out.

    >>> plain("<p>War &amp; peace: the 20th-century &quot;Cold War&quot;</p>").split()
    [b'war', b'peace', b'the', b'20th', b'century', b'cold', b'war']
    """
    if "&" in text:
        text = unescape(text)
    if "<" in text:
        text = MARKUP.sub(" ", text)
    if text.isascii():  # the same words as below, at a tenth of the time
        return text.encode().translate(_LOWER)
    if len(text) > _LONG:
        text = _MARKS.sub(r"\1 ", text)
    text = unicodedata.normalize("NFKC", text).casefold()
    return _OTHER_SEPARATOR.sub(" ", text).encode("utf-8", "replace").translate(_SEPARATED)


def unescape(text: str) -> str:
    """Resolve HTML entities; the number of a character that is too long to be read stands for an unknown one.

    >>> unescape("War &amp; peace")
    'War & peace'
    """
    return html.unescape(_HUGE.sub("\ufffd", text) if "&#" in text else text)


def words(text: str) -> list[str]:
    """Return the words of a text one by one."""
    return plain(text).decode().split()

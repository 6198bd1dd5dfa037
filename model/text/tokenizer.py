"""The one definition of a word, for training and for predicting."""

from __future__ import annotations

import html
import re
import unicodedata

MARKUP = re.compile(r"</?[A-Za-z][^<>]*>")
"""HTML and JATS tags, which are left out."""

_OTHER_SEPARATOR = re.compile(r"[^\x00-\x7f\w]")
_HUGE = re.compile(r"&#[0-9]{1000,};?")
COMBINING_MARK = r"(?:[^\w\x00-\x7f]|[\uff9e\uff9f])"
"""What may be a mark on the letter before it, in compatibility form, too: nearly all of them are no letters."""

_MARKS = re.compile(rf"({COMBINING_MARK}{{30}}){COMBINING_MARK}+")
"""More marks on one letter than any script has (30, as Unicode's stream-safe text has it: UAX 15); to put them in order
takes the square of their number."""

LONG = 4_000
"""Longer texts are normalized in stretches of so many characters, so that memory and time are bounded."""

GROWTH = 3
"""How many times as long normalization may make a stretch: more than any text that says something."""

BOUNDARY = r"[^\W\u1160-\u11ff\u3130-\u318f\u3200-\u33ff\ua960-\ua97f\ud7b0-\ud7ff\uff00-\uffef]|[\x00-\x7f]"
"""What is never normalized together with what is before it: ASCII, and letters but for those of Korean syllables."""

_STRETCH = re.compile(rf".{{1,{LONG}}}(?={BOUNDARY}|\Z)|.{{1,{LONG}}}", re.DOTALL)
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
    if len(text) > LONG:
        return b"".join(map(_folded, _STRETCH.findall(_MARKS.sub(r"\1 ", text))))
    return _folded(text)


def _folded(text: str) -> bytes:
    """Return the words of text without markup; where too many characters stand for several, they are left whole."""
    normal = unicodedata.normalize("NFKC", text)
    if len(normal) > GROWTH * LONG:
        normal = unicodedata.normalize("NFC", text)
    return _OTHER_SEPARATOR.sub(" ", normal.casefold()).encode("utf-8", "replace").translate(_SEPARATED)


def unescape(text: str) -> str:
    """Resolve HTML entities; the number of a character that is too long to be read stands for an unknown one.

    >>> unescape("War &amp; peace")
    'War & peace'
    """
    return html.unescape(_HUGE.sub("\ufffd", text) if "&#" in text else text)


def words(text: str) -> list[str]:
    """Return the words of a text one by one."""
    return plain(text).decode().split()

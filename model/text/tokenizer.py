"""Split texts into words, for training and predicting alike."""

from __future__ import annotations

import re
import unicodedata

MARKUP = re.compile(r"</?[A-Za-z][^<>]*>")
"""HTML and JATS tags, which are removed."""

UNSEEN = "\u00ad\u034f\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff"
"""Characters that are not seen, and mostly removed."""

INVISIBLE = re.compile(rf"[{UNSEEN.replace(chr(0x200B), '')}]|\u200b(?![\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff])")
"""Soft hyphens and characters without width inside words, which are removed. A space without width parts words in the
scripts of Thai, Lao, Burmese and Khmer."""

_OTHER_SEPARATOR = re.compile(r"[^\x00-\x7f\w]")
_HUGE = re.compile(r"&#[0-9]{1000,};?")
COMBINING_MARK = r"(?:[^\w\x00-\x7f]|[\uff9e\uff9f])"
"""Characters that may be marks on the preceding letter, also in compatibility form; nearly all are no letters."""

_MARKS = re.compile(rf"({COMBINING_MARK}{{30}}){COMBINING_MARK}+")
"""More marks on one letter than any script has: 30, the limit of Unicode's Stream-Safe Text Format (UAX 15). The time
to sort marks grows with the square of their number."""

LONG = 4_000
"""Longer texts are normalized in segments of up to this many characters, to bound memory and time."""

GROWTH = 3
"""How many times as long a segment may become by normalization; no meaningful text reaches this."""

BOUNDARY = r"[^\W\u1160-\u11ff\u3130-\u318f\u3200-\u33ff\ua960-\ua97f\ud7b0-\ud7ff\uff00-\uffef]|[\x00-\x7f]"
"""Characters that never combine with the preceding one: ASCII, and letters except those of Korean syllables."""

_SEGMENT = re.compile(rf".{{1,{LONG}}}(?={BOUNDARY}|\Z)|.{{1,{LONG}}}", re.DOTALL)
_LOWER = bytes(ord(chr(i).lower()) if i < 128 and chr(i).isalnum() else ord(" ") for i in range(256))
_SEPARATED = bytes(i if i > 127 or chr(i).isalnum() else ord(" ") for i in range(256))


def _in_latin(letter: str) -> int:
    """Return what a letter of ISO 8859-1 becomes by folding: a letter, a space, or `_OTHER`."""
    normal = unicodedata.normalize("NFKC", letter).casefold()
    if letter not in UNSEEN and not any(map(str.isalnum, normal)):
        return ord(" ")
    return ord(normal) if len(normal) == 1 and normal < "\u0100" and letter not in UNSEEN else _OTHER


_OTHER = 0
_PUNCTUATION = "\u2019\u2013\u201c\u201d\u201e\u2018\u2014\u2026\u2022\u2212\u2010\u2011\u2009\u201a\u203a\u2039"
_LATIN = _LOWER[:128] + bytes(_in_latin(chr(i)) for i in range(128, 256))


def plain(text: str) -> bytes:
    """Return the words of a text in UTF-8, with one or more spaces between them.

    A word is a sequence of letters or digits, case-folded and in Unicode form NFKC. HTML entities are resolved, HTML
    and JATS tags removed, soft hyphens and characters without width, too.

    >>> plain("<p>War &amp; peace: the 20th-century &quot;Cold War&quot;</p>").split()
    [b'war', b'peace', b'the', b'20th', b'century', b'cold', b'war']
    """
    return folded(without_markup(text))


def without_markup(text: str) -> str:
    """Return a text with HTML entities resolved and tags removed."""
    if "&" in text:
        text = unescape(text)
    return MARKUP.sub(" ", text) if "<" in text else text


def folded(text: str) -> bytes:
    """Return the words of a text without markup, as `plain` does."""
    if text.isascii():  # same result as below, in a tenth of the time
        return text.encode().translate(_LOWER)
    return latin_folded(text) or folded_slowly(text)


def latin_folded(text: str) -> bytes:
    """Return the words of a text in ISO 8859-1 as `folded` does, in a tenth of the time; nothing for other texts."""
    try:
        found = _without_punctuation(text.replace("ß", "ss")).encode("latin-1").translate(_LATIN)
    except UnicodeEncodeError:
        return b""
    return b"" if _OTHER in found else found.decode("latin-1").encode()


def _without_punctuation(text: str) -> str:
    """Return a text with spaces for the usual punctuation that ISO 8859-1 lacks."""
    for mark in _PUNCTUATION:
        if mark in text:
            text = text.replace(mark, " ")
    return text


def folded_slowly(text: str) -> bytes:
    """Return the words of a text as `folded` does, whatever its letters."""
    if any(character in text for character in UNSEEN):
        text = INVISIBLE.sub("", text)
    if len(text) > LONG:
        return b"".join(map(_segment_folded, _SEGMENT.findall(_MARKS.sub(r"\1 ", text))))
    return _segment_folded(text)


def _segment_folded(text: str) -> bytes:
    """Return the words of a text without markup; if NFKC expands it too much, use NFC instead."""
    normal = unicodedata.normalize("NFKC", text)
    if len(normal) > GROWTH * LONG:
        normal = unicodedata.normalize("NFC", text)
    return _OTHER_SEPARATOR.sub(" ", normal.casefold()).encode("utf-8", "replace").translate(_SEPARATED)


def unescape(text: str) -> str:
    """Resolve HTML entities; an overlong character number becomes U+FFFD.

    >>> unescape("War &amp; peace")
    'War & peace'
    """
    import html  # noqa: PLC0415  # slow to import, and most texts need none

    return html.unescape(_HUGE.sub("\ufffd", text) if "&#" in text else text)


def words(text: str) -> list[str]:
    """Return the words of a text."""
    return plain(text).decode().split()

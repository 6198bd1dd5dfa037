"""The one definition of a word, for training and for predicting."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable

NO_STEMS = "none"
_MARKUP = re.compile(r"</?[A-Za-z][^<>]*>")
_OTHER_SEPARATOR = re.compile(r"[^\x00-\x7f\w]")
_ASCII = str.maketrans({chr(i): chr(i).lower() if chr(i).isalnum() else " " for i in range(128)})
_BYTES = bytes(i if i > 127 or chr(i).isalnum() else ord(" ") for i in range(256))


def words(text: str) -> list[str]:
    """Cut a text into words: runs of letters or digits, in one case and one Unicode form.

    HTML entities are resolved, HTML and JATS tags left out.

    >>> words("<p>War &amp; peace: the 20th-century &quot;Cold War&quot;</p>")
    ['war', 'peace', 'the', '20th', 'century', 'cold', 'war']
    """
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _MARKUP.sub(" ", text)
    if text.isascii():  # the same words as below, at a third of the time
        return text.translate(_ASCII).split()
    text = unicodedata.normalize("NFKC", text).casefold()
    text = _OTHER_SEPARATOR.sub(" ", text)
    return text.encode("utf-8", "replace").translate(_BYTES).decode().split()


def languages() -> frozenset[str]:
    """Return the names that `stemmer` takes."""
    from Stemmer import algorithms  # noqa: PLC0415

    return frozenset(algorithms()) | {NO_STEMS}


def stemmer(language: str) -> Callable[[str], str]:
    """Return the function that reduces words of a language to their stems.

    M. F. Porter's Snowball stemmers, by their names, such as ``english``; ``none`` leaves words alone.

    >>> stemmer("english")("libraries"), stemmer("none")("libraries")
    ('librari', 'libraries')
    """
    if language == NO_STEMS:
        return str
    from Stemmer import Stemmer  # noqa: PLC0415  # a second stemmer in one process is rare

    stem: Callable[[str], str] = Stemmer(language).stemWord
    return stem

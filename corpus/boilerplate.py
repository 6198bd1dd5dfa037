"""Leave out what publishers' pages put around an abstract: its heading, its keywords, and copyright lines."""

from __future__ import annotations

import re
from functools import cache

HEADINGS = (
    "abstract|summary|synopsis|zusammenfassung|kurzfassung|abstrakt|résumé|resumen|resumo|riassunto|sommario|"
    "samenvatting|sammanfattning|sammendrag|resumé|tiivistelmä|streszczenie|аннотация|摘要"
)
"""Headings of abstracts, as a regular expression."""

_KEYWORDS = (
    "key[ -]?words?(?: and phrases)?|index terms|author keywords|schlüsselwörter|schlagwörter|mots[- ]clés|"
    "palabras clave|palavras[- ]chave|parole chiave|trefwoorden|słowa kluczowe|ключевые слова|关键词"
)
_AROUND = 600
"""Characters at the start and the end that are looked at; keywords and copyright lines are shorter."""

_MOST_LINES = 3
"""Lines to leave out at the end: keywords, copyright, and one more."""

_OPENERS = (
    "we|this|the|in|an?|our|background|objectives?|introduction|purpose|aims?|here|it|to|although|while|as|for|there|"
    "these|recent|context|motivation|methods?"
)
"""Words that abstracts begin with."""

_MARK = r"(?:\s*(?:#{1,6}[ \t]*|\*\*|__))?"
"""What makes a heading in Markdown."""

_HEADING = (
    rf"\s*+{_MARK}(?:"
    rf"(?:{HEADINGS})(?:\*\*|__)?[ \t]*(?:[:.—–|-]|\r?\n|(?<=[*_]))(?:\*\*|__)?"  # a heading of its own
    rf"|(?-i:Abstract|ABSTRACT)[ \t]+(?=(?:{_OPENERS})\b)"  # in one line with the text
    r"|(?-i:Abstract|ABSTRACT|Summary|SUMMARY)(?=(?-i:[A-Z][a-z])))\s*"  # or without a blank, as without its markup
)
_HEADING_ALONE = rf"[\s#*_]*(?:{HEADINGS})[\s#*_.:—–-]*"
_LONGEST_HEADING = 40
_SENTENCE_END = r"(?:\A|(?<=[.!?:;)\]>])|(?<=\n))\s*+"
_YEAR = r"(?:19|20)\d\d\b"
_SIGN = rf"(?:©|\(c\) ?(?=(?:copyright|the|{_YEAR}))|copyright ?(?:©|\(c\)|(?={_YEAR}|by\b)))"
_RESERVED = "all rights (?:are )?reserved"
_END = (
    rf"{_SENTENCE_END}(?:"
    rf"{_MARK}(?:{_KEYWORDS})(?:\*\*|__)?\s?[:—–\n][^\n]*(?:\n[^\n]+)*"
    rf"|{_SIGN}[^\n]*"
    rf"|(?:(?:{_YEAR}|published by|crown copyright|this article is protected)[^\n]{{0,150}})?{_RESERVED}[^\n]{{0,60}}"
    r")\s*\Z"
)
_COPYRIGHT_START = rf"\s*{_SIGN}[^\n]{{0,150}}?(?:\.\s*{_RESERVED})?(?:\.?\s*\n|\.\s)\s*(?=(?-i:[A-Z]))"
_SIGNS_OF_RIGHTS = ("copyright", "rights reserved", "rights are reserved")
_SIGNS_OF_KEYWORDS = ("keyword", "key word", "key-word", "index terms")
_FOREIGN_SIGNS = ("clés", "clave", "chave", "chiave", "wörter", "trefwoorden", "kluczowe", "слова", "关键词")
_MARKS = ":\n—–"
_LONGEST_SIGN = 8  # letters, and what may follow them before the mark
_SIGN_LETTERS = 3
_SIGN_ENDS = ("ord", "rds", "ses", "rms", "ter", "lés", "ave", "den", "owe", "ова", "键词")
"""The last letters of the words for keywords."""

_COPYRIGHT_FIRST = frozenset("©(cC")
_HEADING_FIRST = frozenset("#*_ſ\u212a").union(*(word[0] + word[0].upper() for word in HEADINGS.split("|")))
"""With which letter they begin, after white space."""


def without_boilerplate(text: str) -> str:
    """Return an abstract without heading, keywords and copyright lines; as it is if nothing would be left.

    >>> without_boilerplate("Abstract: Soil erodes. Keywords: soil; wind. © 2020 The Authors. All rights reserved.")
    'Soil erodes.'
    """
    inner = _without_end(_without_start(text))
    return inner if inner.strip() else text


def is_heading(title: str) -> bool:
    """Return whether a title is the heading of an abstract.

    >>> is_heading("Abstract:"), is_heading("Abstract algebra")
    (True, False)
    """
    if len(title) >= _LONGEST_HEADING or not (title[:1] in _HEADING_FIRST or title[:1].isspace()):
        return False
    return _pattern(_HEADING_ALONE).fullmatch(title) is not None


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    """Compile a pattern when it is first needed; a single abstract may need none."""
    return re.compile(pattern, re.IGNORECASE)


def _without_start(text: str) -> str:
    if text[:1] in _COPYRIGHT_FIRST or text[:1].isspace():
        line = _pattern(_COPYRIGHT_START).match(text[:_AROUND])
        text = text[line.end() :] if line else text
    if text[:1] in _HEADING_FIRST or text[:1].isspace():
        heading = _pattern(_HEADING).match(text[:_AROUND])
        text = text[heading.end() :] if heading else text
    return text


def _without_end(text: str) -> str:
    """Leave out the last lines as long as they are keywords or copyright."""
    for _ in range(_MOST_LINES if _may_have_lines(text[-_AROUND:]) else 0):
        line = _pattern(_END).search(text, max(0, len(text) - _AROUND))
        if not line:
            break
        text = text[: line.start()].rstrip()
    return text


def _may_have_lines(end: str) -> bool:
    """Return whether the end of a text has a part of what `_END` finds; single characters are found much faster."""
    if "©" in end or ("(" in end and ("(c) " in end or "(C) " in end)):
        return True
    tail = end.lower() if end.isascii() or "IGHT" in end else end
    if "ight" in tail and any(sign in tail.lower() for sign in _SIGNS_OF_RIGHTS):
        return True
    if ":" not in end and "\n" not in end and "—" not in end and "–" not in end:
        return False
    if end.isascii():
        return ("word" in tail or "index" in tail) and any(sign in tail for sign in _SIGNS_OF_KEYWORDS)
    return _may_name_keywords(end) and any(sign in end.lower() for sign in (*_SIGNS_OF_KEYWORDS, *_FOREIGN_SIGNS))


def _may_name_keywords(end: str) -> bool:
    """Return whether one of the marks that follow the word for keywords follows its last letters."""
    for mark in _MARKS:
        at = end.find(mark)
        while at >= 0:
            before = end[max(0, at - _LONGEST_SIGN) : at].rstrip().rstrip("*_")
            if before and before[-_SIGN_LETTERS:].casefold().endswith(_SIGN_ENDS):
                return True
            at = end.find(mark, at + 1)
    return False

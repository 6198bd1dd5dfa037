"""Join words that are broken at the ends of lines, as in text copied from a PDF."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, partial

_BREAK = re.compile(r"[-\u2010](?<=[^\W\d_].)[ \t]{0,9}\r?\n[ \t]{0,99}(?=[^\W\d_])")
_MOST = 10_000
"""Breaks that are looked at; no abstract has as many."""

_LONGEST = 40
"""Letters of a half that are looked at."""

_FIRST = re.compile(rf"([-\u2010]?)([^\W\d_]{{1,{_LONGEST}}})\Z")
_SECOND = re.compile(rf"([^\W\d_]{{1,{_LONGEST}}})([-\u2010]?)")
_ELSEWHERE = 20_000
"""Characters of a text that are searched for other places of a word."""

_MOST_PLACES = 100
"""Places of a word inside longer words that are looked at; no abstract has as many."""

_PREFIXES_WORDS = "co counter de dis fore im in inter mis out over re sub super trans un under up"
_PREFIXES = frozenset(_PREFIXES_WORDS.split())
"""First parts that are no words of their own: understanding, coefficient, independent."""

_BEFORE_WORDS = """
cross double five four half low non peer quasi self semi seven single three two user well wild
"""
_BEFORE = frozenset(_BEFORE_WORDS.split())
"""First parts that mostly keep their hyphen: self-esteem, well-known, non-linear."""

_AFTER_WORDS = """
access adjusted aided assisted associated aware based benefit building bound centered centred century class controlled
cost density dependent derived dimensional dose driven effective effectiveness efficient ended free frequency friendly
generation income independent induced intensive known level linear making mediated order oriented out party
performance pressure quality random related resistant resolution rich risk scale sectional sized solving specific
speed stage standing state step structured supervised temperature term throughput time treated world year
"""
_AFTER = frozenset(_AFTER_WORDS.split())
"""Second parts that mostly keep their hyphen: evidence-based, long-term, dose-dependent."""

_LINKS_WORDS = "and as at by for in of on or the to"
_LINKS = frozenset(_LINKS_WORDS.split())
"""Words inside compounds of three and more: state-of-the-art, point-to-point."""


def join_broken_words(text: str) -> str:
    r"""Join the halves of words that a hyphen and a line break part; compounds keep their hyphen, without the break.

    How the text writes the word elsewhere decides, else whether either half is usual in compounds. Only a half in lower
    case is joined: ``EU-`` and ``Members`` are two words.

    >>> join_broken_words("classifi-\ncation by evidence-\nbased rules")
    'classification by evidence-based rules'
    """
    if "\n" not in text or not _has_break(text):
        return text
    is_known = cache(partial(_has_word, text[:_ELSEWHERE].lower()))  # thousands of breaks may part the same word
    return _BREAK.sub(lambda match: "" if _is_in_a_word(match, is_known) else "-", text, count=_MOST)


def _has_break(text: str) -> bool:
    """Return whether a hyphen ends a line; written out, as each text is looked at."""
    return "-\n" in text or "-\r\n" in text or "- \n" in text or "\u2010\n" in text


def _is_in_a_word(match: re.Match[str], is_known: Callable[[str], bool]) -> bool:
    """Return whether a break parts a word that has no hyphen; ``is_known`` tells whether the text has a word."""
    text = match.string
    before = _FIRST.search(text, max(0, match.start() - _LONGEST - 1), match.start())
    after = _SECOND.match(text, match.end())
    if not before or not after or not after[1][0].islower():
        return False
    first, second = before[2].lower(), after[1].lower()
    is_compound = (before[1] and first in _LINKS) or (after[2] and second in _LINKS)
    if is_compound or len(first) == 1 or is_known(f"{first}-{second}"):
        return False
    if first in _PREFIXES or is_known(first + second):
        return True
    return first not in _BEFORE and second not in _AFTER


def _has_word(text: str, word: str) -> bool:
    """Return whether a text has a word, other than as a part of a longer word or compound."""
    at = -1
    for _ in range(_MOST_PLACES):
        at = text.find(word, at + 1)
        if at < 0:
            break
        end = at + len(word)
        if not (_ends_in_word(text[max(0, at - 2) : at]) or _ends_in_word(text[end : end + 2][::-1])):
            return True
    return False


def _ends_in_word(before: str) -> bool:
    """Return whether the two characters before a word belong to it: a letter, or a letter and a hyphen."""
    return _is_letter(before[-1:]) or (before[-1:] == "-" and _is_letter(before[:-1]))


def _is_letter(character: str) -> bool:
    return character.isalnum() and not character.isdecimal()

"""Trace the words of an abstract back to their spans, the characters that they were read from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from msgspec import Struct

from classmark.corpus.abstract import Abstract
from classmark.model.text.tokenizer import GROWTH, INVISIBLE, LONG, MARKUP, unescape

_CHARACTER = re.compile(
    r"&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)|.", re.DOTALL
)  # an entity as html.unescape finds them, or any character
_WORD = re.compile(r"[^\W_]+")
_MAX_SEGMENT = 30  # characters and marks; bounds the time for texts of marks only

Segment = tuple[str, int, int]
"""Characters, and their start and end offset."""


class Span(Struct, frozen=True):
    """A part of an abstract's title or text.

    Parameters
    ----------
    field
        ``title`` or ``text``.
    start, end
        Offsets into the field as read, with entities and tags, in Unicode code points from 0; ``end`` is exclusive.
    """

    field: str
    start: int
    end: int


class LocatedWords(Struct, frozen=True):
    """The words of an abstract, those of the title first, with their spans.

    Parameters
    ----------
    words, spans
        Of the same length.
    """

    abstract: Abstract
    words: list[str]
    spans: list[Span]

    def start_with(self, words: Sequence[str]) -> bool:
        """Return whether these are the first words. A title's are, unless a tag begins in it and ends in the text."""
        return self.words[: len(words)] == words

    def spans_between(self, first: int, last: int) -> list[Span]:
        """Return the span from one word to another; two spans if they are in the title and in the text."""
        start, end = self.spans[first], self.spans[last]
        if start.field == end.field:
            return [Span(start.field, start.start, end.end)]
        return [start, end]

    def read(self, span: Span) -> str:
        """Return the text of a span for display: in one line, with entities resolved and tags removed."""
        field = self.abstract.title if span.field == "title" else self.abstract.text
        return " ".join(MARKUP.sub(" ", unescape(field[span.start : span.end])).split())


def locate_words(abstract: Abstract) -> LocatedWords:
    """Find the words of an abstract and their spans."""
    found = word_spans(f"{abstract.title}\n{abstract.text}")
    border = len(abstract.title) + 1
    spans = [
        Span("title", start, end) if start < border else Span("text", start - border, end - border)
        for _, start, end in found
    ]
    return LocatedWords(abstract, [word for word, _, _ in found], spans)


def word_spans(text: str) -> list[tuple[str, int, int]]:
    """Return the words of a text as `tokenizer.words` does, each with its start and end offset.

    If one character stands for several words, as a fraction does, all have its offsets.

    >>> word_spans("War &amp; <i>St&uuml;rme</i>")
    [('war', 0, 3), ('stürme', 13, 24)]
    """
    plain, starts, ends = [], [], []
    room = GROWTH * max(LONG, len(text))
    for segment, start, end in _segments(text):
        letters = unicodedata.normalize("NFKC" if room > 0 else "NFC", segment).casefold()
        room -= len(letters)
        plain.append(letters)
        starts += [start] * len(letters)
        ends += [end] * len(letters)
    return [(match[0], starts[match.start()], ends[match.end() - 1]) for match in _WORD.finditer("".join(plain))]


def _segments(text: str) -> Iterator[Segment]:
    """Cut a text into segments that can be normalized one by one with the same result as the whole text."""
    segment, start, end = "", 0, 0
    for character, character_start, character_end in _characters(text):
        if segment and (len(segment) > _MAX_SEGMENT or not _joins(segment, character)):
            yield segment, start, end
            segment = ""
        if not segment:
            start = character_start
        segment, end = segment + character, character_end
    if segment:
        yield segment, start, end


def _joins(segment: str, character: str) -> bool:
    """Return whether a character is normalized together with the segment before it, as accents and jamo are."""
    if character.isascii() or (segment.isascii() and not segment.isalnum()):  # a mark makes no letter of these
        return False
    if unicodedata.combining(unicodedata.normalize("NFKD", character)[0]):
        return True
    apart = unicodedata.normalize("NFKC", segment) + unicodedata.normalize("NFKC", character)
    return unicodedata.normalize("NFKC", segment + character) != apart


def _characters(text: str) -> Iterator[Segment]:
    """Yield the characters of a text with their offsets, after resolving entities and blanking tags."""
    characters, starts, ends = [], [], []
    for match in _CHARACTER.finditer(text):
        resolved = unescape(match[0]) if match[0][0] == "&" else match[0]
        characters.append(resolved)
        starts += [match.start()] * len(resolved)  # an entity may stand for no character, or for two
        ends += [match.end()] * len(resolved)
    blanked = MARKUP.sub(lambda tag: " " * len(tag[0]), "".join(characters))
    hidden = {match.start() for match in INVISIBLE.finditer(blanked)}
    located = enumerate(zip(blanked, starts, ends, strict=True))
    return (character for number, character in located if number not in hidden)

"""Where the words of an abstract stand in it: the way back from words to the characters that they were read from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from classmark.corpus.abstract import Abstract
from classmark.model.text.tokenizer import GROWTH, LONG, MARKUP, unescape

_CHARACTER = re.compile(
    r"&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)|.", re.DOTALL
)  # an entity as html.unescape finds them, or any character
_WORD = re.compile(r"[^\W_]+")
_MOST_MARKS = 30

Character = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of an abstract.

    Parameters
    ----------
    field
        ``title`` or ``text``.
    start, end
        Its characters, ``field[start:end]``, in the field as read: with entities and tags, counted in Unicode code
        points from 0.
    """

    field: str
    start: int
    end: int


@dataclass(frozen=True)
class PlacedWords:
    """The words of an abstract, those of the title first, and where each stands.

    Parameters
    ----------
    words, spans
        Of the same length.
    """

    abstract: Abstract
    words: list[str]
    spans: list[Span]

    def start_with(self, words: Sequence[str]) -> bool:
        """Say whether these are the first words, as a title's are unless a tag goes from there into the text."""
        return self.words[: len(words)] == words

    def stretch(self, first: int, last: int) -> list[Span]:
        """Return the span from one word to another; two spans if the first is in the title and the last in the text."""
        start, end = self.spans[first], self.spans[last]
        if start.field == end.field:
            return [Span(start.field, start.start, end.end)]
        return [start, end]

    def read(self, span: Span) -> str:
        """Return what stands in a span, for people: entities resolved, tags left out, in one line."""
        field = self.abstract.title if span.field == "title" else self.abstract.text
        return " ".join(MARKUP.sub(" ", unescape(field[span.start : span.end])).split())


def place_words(abstract: Abstract) -> PlacedWords:
    """Find the words of an abstract and where they stand."""
    found = word_places(f"{abstract.title}\n{abstract.text}")
    border = len(abstract.title) + 1
    spans = [
        Span("title", start, end) if start < border else Span("text", start - border, end - border)
        for _, start, end in found
    ]
    return PlacedWords(abstract, [word for word, _, _ in found], spans)


def word_places(text: str) -> list[tuple[str, int, int]]:
    """Return the words of a text as `tokens.words` does, each with its start and its end in the text.

    A character that stands for several words, such as a fraction, is the place of each of them.

    >>> word_places("War &amp; <i>St&uuml;rme</i>")
    [('war', 0, 3), ('stürme', 13, 24)]
    """
    plain, starts, ends = [], [], []
    room = GROWTH * max(LONG, len(text))
    for piece, start, end in _pieces(text):
        letters = unicodedata.normalize("NFKC" if room > 0 else "NFC", piece).casefold()
        room -= len(letters)
        plain.append(letters)
        starts += [start] * len(letters)
        ends += [end] * len(letters)
    return [(match[0], starts[match.start()], ends[match.end() - 1]) for match in _WORD.finditer("".join(plain))]


def _pieces(text: str) -> Iterator[Character]:
    """Cut a text so that Unicode's normalization of the pieces, one by one, is that of the text."""
    piece, start, end = "", 0, 0
    for character, character_start, character_end in _characters(text):
        if piece and (len(piece) > _MOST_MARKS or not _joins(piece, character)):
            yield piece, start, end
            piece = ""
        start = start if piece else character_start
        piece, end = piece + character, character_end
    if piece:
        yield piece, start, end


def _joins(piece: str, character: str) -> bool:
    """Say whether a character is normalized together with what is before it: accents, Korean syllables."""
    if character.isascii() or (piece.isascii() and not piece.isalnum()):  # what a mark makes of these is no word either
        return False
    if unicodedata.combining(unicodedata.normalize("NFKD", character)[0]):
        return True
    apart = unicodedata.normalize("NFKC", piece) + unicodedata.normalize("NFKC", character)
    return unicodedata.normalize("NFKC", piece + character) != apart


def _characters(text: str) -> Iterator[Character]:
    """Yield the characters of a text, entities resolved and tags turned to spaces, with the places they come from."""
    characters, starts, ends = [], [], []
    for match in _CHARACTER.finditer(text):
        resolved = unescape(match[0]) if match[0][0] == "&" else match[0]
        characters.append(resolved)
        starts += [match.start()] * len(resolved)  # an entity may stand for none or two
        ends += [match.end()] * len(resolved)
    blanked = MARKUP.sub(lambda tag: " " * len(tag[0]), "".join(characters))
    return zip(blanked, starts, ends, strict=True)

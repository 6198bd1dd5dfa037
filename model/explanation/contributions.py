"""The terms of an abstract: which features it has in each part, where they stand, and what they contribute."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from classmark.model.scoring.scorer import Block, Scorer, Scores
from classmark.model.text.blocks import BLOCKS
from classmark.model.text.hash_table import ABSENT
from classmark.model.text.pair_keys import first_of, pair_keys, second_of
from classmark.model.text.tfidf import tfidf
from classmark.model.text.token_ids import STOP
from classmark.model.text.vocabulary import Vocabulary

from .spans import PlacedWords, Span

Words = tuple[str, ...]
Occurrence = tuple[int, int, int]


@dataclass(slots=True)
class FoundTerm:
    """A term of an abstract, gathered from the parts that it occurs in.

    Parameters
    ----------
    text
        As it stands in the abstract where it is found first.
    places
        Where it occurs; empty where its words can't be traced back to the abstract.
    parts
        By the names of `BLOCKS`, float64, shape (columns,): its contribution there to each column asked for.
    """

    text: str
    places: set[Span] = field(default_factory=set)
    parts: dict[str, Scores] = field(default_factory=dict)


def find_terms(scorer: Scorer, placed: PlacedWords, columns: Sequence[int]) -> list[FoundTerm]:
    """Find the terms of an abstract and what they contribute to the decision values of some columns.

    What is the same word or pair of words is one term, in whichever parts it occurs.
    """
    found: dict[Words, FoundTerm] = {}
    for name, block in scorer.blocks.items():
        plain = BLOCKS[name](placed.abstract)
        words = plain.decode().split()
        is_placed = placed.start_with(words)
        contributions = _contributions(block, plain, columns)
        for feature, first, last in locate(block.vocabulary, plain):
            places = placed.stretch(first, last) if is_placed else []
            text = " ".join(map(placed.read, places) if places else words[first : last + 1])
            term = found.setdefault(words_of(block.vocabulary, feature), FoundTerm(text))
            term.parts[name] = contributions[feature]
            term.places.update(places)
    return list(found.values())


def _contributions(block: Block, plain: bytes, columns: Sequence[int]) -> dict[int, Scores]:
    """Return the contributions of each feature; of the weights, only the features' own rows are read."""
    counts = block.vocabulary.count([plain])
    weights = np.take(block.weights, counts.features, axis=0)[:, list(columns)]
    values = tfidf(counts, block.idf).astype(np.float64)
    return dict(zip(counts.features.tolist(), values[:, np.newaxis] * weights, strict=True))


def locate(vocabulary: Vocabulary, text: bytes) -> Iterator[Occurrence]:
    """Yield each feature of a text as often as it occurs, and the numbers of its first and its last word.

    Between the two words of a pair stand only stop words.

    Parameters
    ----------
    text
        As `tokens.plain` gives it.
    """
    numbers, _ = vocabulary.numbers.of([text])
    known = np.flatnonzero(numbers >= 0)
    yield from zip(numbers[known].tolist(), known.tolist(), known.tolist(), strict=True)
    places = np.flatnonzero(numbers != STOP)
    are_known = numbers[places] >= 0
    together = are_known[:-1] & are_known[1:]
    firsts, lasts = places[:-1][together], places[1:][together]
    pairs = vocabulary.find_pairs(pair_keys(numbers[firsts], numbers[lasts]).view(np.uint64))
    found = pairs != ABSENT
    features = pairs[found] + len(vocabulary.words)
    yield from zip(features.tolist(), firsts[found].tolist(), lasts[found].tolist(), strict=True)


def words_of(vocabulary: Vocabulary, feature: int) -> Words:
    """Return the word that a feature is, or the two words of a pair."""
    words = vocabulary.words
    if feature < len(words):
        return (words[feature].decode(),)
    pair = int(vocabulary.pairs[feature - len(words)])
    return words[first_of(pair)].decode(), words[second_of(pair)].decode()

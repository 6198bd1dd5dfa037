"""Find the terms of an abstract: its features in each block, their spans, and their contributions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from msgspec import Struct, field

from classmark.model.scoring.scorer import Block, Scorer, Scores
from classmark.model.text.blocks import BLOCKS
from classmark.model.text.hash_table import ABSENT
from classmark.model.text.pair_keys import first_of, pair_keys, second_of
from classmark.model.text.tfidf import tfidf
from classmark.model.text.token_ids import STOP
from classmark.model.text.vocabulary import Vocabulary

from .spans import LocatedWords, Span

Words = tuple[str, ...]
Occurrence = tuple[int, int, int]


class FoundTerm(Struct):
    """A term of an abstract, merged over the blocks that it occurs in.

    Parameters
    ----------
    text
        As in the abstract, at its first occurrence.
    spans
        Its occurrences in the abstract; empty if its words cannot be traced back to it.
    by_block
        By the names of `BLOCKS`, float64, shape (columns,): its contribution to each requested column.
    """

    text: str
    spans: set[Span] = field(default_factory=set)
    by_block: dict[str, Scores] = field(default_factory=dict)


def find_terms(scorer: Scorer, located: LocatedWords, columns: Sequence[int]) -> list[FoundTerm]:
    """Find the terms of an abstract and their contributions to the decision values of some columns.

    A word or pair of words is one term, even if it occurs in several blocks.
    """
    found: dict[Words, FoundTerm] = {}
    for name, block in scorer.blocks.items():
        plain = BLOCKS[name](located.abstract)
        words = plain.decode().split()
        has_spans = located.start_with(words)
        contributions = _contributions(block, plain, columns)
        for feature, first, last in occurrences(block.vocabulary, plain):
            spans = located.spans_between(first, last) if has_spans else []
            text = " ".join(map(located.read, spans) if spans else words[first : last + 1])
            term = found.setdefault(words_of(block.vocabulary, feature), FoundTerm(text))
            term.by_block[name] = contributions[feature]
            term.spans.update(spans)
    return list(found.values())


def _contributions(block: Block, plain: bytes, columns: Sequence[int]) -> dict[int, Scores]:
    """Return the contributions of each feature, shape (columns,), without reading the other rows of the weights."""
    counts = block.vocabulary.count([plain])
    weights = block.weights.rows(counts.features, columns)
    values = tfidf(counts, block.idf).astype(np.float64)
    return dict(zip(counts.features.tolist(), values[:, np.newaxis] * weights, strict=True))


def occurrences(vocabulary: Vocabulary, text: bytes) -> Iterator[Occurrence]:
    """Yield each occurrence of a feature in a text: the feature, and the indices of its first and last word.

    A pair may have stop words between its two words.

    Parameters
    ----------
    text
        As `tokenizer.plain` returns it.
    """
    numbers, _ = vocabulary.ids([text])
    known = np.flatnonzero(numbers >= 0)
    yield from zip(numbers[known].tolist(), known.tolist(), known.tolist(), strict=True)
    positions = np.flatnonzero(numbers != STOP)
    is_known = numbers[positions] >= 0
    is_pair = is_known[:-1] & is_known[1:]
    firsts, lasts = positions[:-1][is_pair], positions[1:][is_pair]
    pairs = vocabulary.find_pairs(pair_keys(numbers[firsts], numbers[lasts]).view(np.uint64))
    found = pairs != ABSENT
    features = pairs[found] + len(vocabulary.words)
    yield from zip(features.tolist(), firsts[found].tolist(), lasts[found].tolist(), strict=True)


def words_of(vocabulary: Vocabulary, feature: int) -> Words:
    """Return the words of a feature: one, or two if it is a pair."""
    words = vocabulary.words
    if feature < len(words):
        return (words[feature].decode(),)
    pair = int(vocabulary.pairs[feature - len(words)])
    return words[first_of(pair)].decode(), words[second_of(pair)].decode()

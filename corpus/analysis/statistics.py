"""What a corpus consists of, in figures."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from classmark.corpus.abstract import Abstract

from .words import Richness, letter_words, richness

SAMPLE = 1_000
"""How many abstracts the richness of the language is measured on, as it falls with their number."""

MOST_PAIRED = 50
"""With more codes than this, the pairs of an abstract's codes say nothing, and are too many."""


@dataclass(frozen=True)
class CorpusStatistics:
    """A corpus in figures.

    Parameters
    ----------
    abstracts, with_several_codes
        How many there are, and how many of them have two codes or more.
    lengths
        Words an abstract: the shortest, the median, the longest.
    codes
        How many abstracts have each code, most first.
    pairs
        How many abstracts have both of two codes, most first; of the abstracts with at most `MOST_PAIRED` codes.
    without_pairs
        How many abstracts have more, so that their pairs are not counted: they would be the square of their codes.
    sample
        How many abstracts the richness is measured on.
    """

    abstracts: int
    with_several_codes: int
    lengths: tuple[int, int, int]
    codes: dict[str, int]
    pairs: dict[tuple[str, str], int]
    without_pairs: int
    sample: int
    richness: Richness


def corpus_statistics(abstracts: Sequence[Abstract]) -> CorpusStatistics:
    """Count what there is in a corpus of one abstract or more."""
    lengths = sorted(len(letter_words(abstract.text)) for abstract in abstracts)
    codes = Counter(code for abstract in abstracts for code in abstract.codes)
    paired = [abstract for abstract in abstracts if len(abstract.codes) <= MOST_PAIRED]
    pairs = Counter(pair for abstract in paired for pair in combinations(sorted(abstract.codes), 2))
    sample = random.Random(0).sample(abstracts, min(SAMPLE, len(abstracts)))  # noqa: S311  # no secret
    return CorpusStatistics(
        len(abstracts),
        sum(len(abstract.codes) > 1 for abstract in abstracts),
        (lengths[0], lengths[len(lengths) // 2], lengths[-1]),
        dict(codes.most_common()),
        dict(pairs.most_common()),
        len(abstracts) - len(paired),
        len(sample),
        richness([f"{abstract.title}\n{abstract.text}" for abstract in sample]),
    )

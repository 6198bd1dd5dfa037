"""Compute the statistics of a corpus."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from itertools import combinations

from msgspec import Struct

from classmark.corpus.abstract import Abstract

from .words import Richness, letter_words, richness

SAMPLE = 1_000
"""Number of abstracts to measure lexical richness on, which depends on this number."""

MOST_PAIRED = 50
"""Abstracts with more codes than this are left out of the pair counts."""


class CorpusStatistics(Struct, frozen=True):
    """Statistics of a corpus.

    Parameters
    ----------
    abstracts, with_several_codes
        Number of abstracts, and of those with two codes or more.
    lengths
        Words per abstract: minimum, median, maximum.
    codes
        Abstracts per code, most frequent first.
    pairs
        Abstracts per pair of codes, most frequent first, among abstracts with at most `MOST_PAIRED` codes.
    without_pairs
        Number of abstracts with more codes, whose pairs are not counted: they grow with the square of the codes.
    sample
        Number of abstracts that the richness is measured on.
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
    """Compute the statistics of a corpus of one abstract or more."""
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

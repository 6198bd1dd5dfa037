"""A census: which words there are and in how many texts, counted while texts pass by; and which become features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from .bigrams import neighbours, texts_with
from .counts import Counts, count_equal
from .packed_strings import PackedStrings
from .ragged import RaggedArray
from .token_ids import STOP, UNKNOWN, TokenIds
from .vocabulary import SHORTEST, Vocabulary

_MOST_WORDS = 5_000_000
"""When so many words are known, those that were seen once are forgotten."""

_COMMON = 0.2  # the share of the texts that a stop word is in, at least
_MIN_COMMON = 4  # and the number of texts: what five of 20 abstracts say whatever their codes tells nothing
_EVEN = 0.25  # what part of that share it keeps under each code, at least
_TABLE = 4_000_000  # words times codes that are looked at together


@dataclass(frozen=True)
class SelectedWords:
    """The words that are features.

    Parameters
    ----------
    numbers
        int64, shape (words of the census,): the number of each as a feature, `UNKNOWN` or `STOP`.
    """

    words: PackedStrings
    stops: tuple[str, ...]
    numbers: NDArray[np.int64]

    def renumber(self, words: RaggedArray) -> NDArray[np.int64]:
        """Return words by their numbers as features instead of those of the census; shape of the values."""
        numbers = words.values.astype(np.int64)
        is_word = numbers >= 0
        numbers[is_word] = self.numbers[numbers[is_word]]
        return numbers


class DocumentFrequencies:
    """The words of texts, numbered as they come, and in how many texts each is."""

    def __init__(self) -> None:
        self._number_of: dict[str, int] = {}
        self._next = 0
        self._in_texts = np.zeros(0, dtype=np.int64)
        self._reader = TokenIds(self._number)

    def read(self, texts: Sequence[bytes]) -> RaggedArray:
        """Return the numbers of the words of texts, as `tokens.plain` gives them."""
        if len(self._number_of) > _MOST_WORDS:
            self._forget()
        return RaggedArray.of(*self._reader.of(texts), len(texts))

    def count(self, texts: RaggedArray) -> None:
        """Count texts that were read."""
        counts = np.bincount(_count(texts).features, minlength=self._next)
        counts[: len(self._in_texts)] += self._in_texts
        self._in_texts = counts

    def select(
        self, sample: RaggedArray, gold: NDArray[np.bool_], least: int, most: int | None = None
    ) -> SelectedWords:
        """Choose the words that are features.

        Parameters
        ----------
        sample
            Some of the texts, to tell stop words by.
        gold
            Shape (texts of the sample, codes).
        least
            In how many texts a word must be, at least.
        most
            How many there may be, if not any number; where there are more, they must be in more texts.
        """
        is_stop = self._are_stops(sample, gold)
        counts = np.where(is_stop, 0, self._counted())
        kept = counts >= (least if most is None else fewest(np.bincount(counts), least, most))
        words = sorted((word.encode(), number) for word, number in self._number_of.items() if kept[number])
        stops = sorted(word for word, number in self._number_of.items() if is_stop[number])
        numbers = np.where(is_stop, STOP, UNKNOWN)
        numbers[[number for _, number in words]] = np.arange(len(words))
        return SelectedWords(PackedStrings.of(word for word, _ in words), tuple(stops), numbers)

    def document_frequency(self, settled: SelectedWords) -> NDArray[np.int64]:
        """Return in how many texts each word is that is a feature."""
        found = np.zeros(len(settled.words), dtype=np.int64)
        is_feature = settled.numbers >= 0
        found[settled.numbers[is_feature]] = self._counted()[is_feature]
        return found

    def _counted(self) -> NDArray[np.int64]:
        return np.pad(self._in_texts, (0, self._next - len(self._in_texts)))

    def _number(self, word: str) -> int:
        if len(word) < SHORTEST:
            return STOP
        number = self._number_of.setdefault(word, self._next)
        self._next += number == self._next
        return number

    def _are_stops(self, sample: RaggedArray, gold: NDArray[np.bool_]) -> NDArray[np.bool_]:
        counts = _count(sample)
        return _are_stops(counts, np.bincount(counts.features, minlength=self._next), gold)

    def _forget(self) -> None:
        counts = self._counted()
        self._number_of = {word: number for word, number in self._number_of.items() if counts[number] > 1}
        self._reader = TokenIds(self._number)


def learn_vocabulary(texts: Sequence[bytes], gold: NDArray[np.bool_], min_texts: tuple[int, int]) -> Vocabulary:
    """Find the words and word pairs that occur often enough.

    Words that are common, whatever the code, become stop words: in any language these are the articles,
    prepositions and auxiliaries, and what every abstract says.

    Parameters
    ----------
    texts
        As `tokens.plain` gives them.
    gold
        Shape (texts, codes): which codes each text has.
    min_texts
        In how many texts a word must occur, and a pair.
    """
    census = DocumentFrequencies()
    words = census.read(texts)
    census.count(words)
    settled = census.select(words, gold, min_texts[0])
    pairs, document_frequency = texts_with(*neighbours(settled.renumber(words), words.row_of))
    return Vocabulary(settled.words, pairs[document_frequency >= min_texts[1]], settled.stops)


def fewest(histogram: NDArray[np.int64], least: int, most: int) -> int:
    """Return the lowest count, ``least`` or above, that no more than ``most`` of the counts reach.

    Parameters
    ----------
    histogram
        How many counts are 0, 1, 2 and so on.

    Examples
    --------
    >>> fewest(np.bincount([1, 2, 2, 3, 9]), least=2, most=3)
    3
    """
    at_least = histogram[::-1].cumsum()[::-1]
    enough = np.flatnonzero(at_least <= most)
    return max(least, int(enough[0]) if len(enough) else len(at_least))


def _are_stops(counts: Counts, document_frequency: NDArray[np.int64], gold: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Say of each word whether it is in many texts, and about as many whichever code they have; shape (words,)."""
    texts, codes = gold.shape
    common = np.flatnonzero(document_frequency > max(_COMMON * texts, _MIN_COMMON))
    ones = np.ones(len(counts.features), dtype=np.int64)
    has_word = csr_matrix((ones, counts.features, counts.starts), shape=(texts, len(document_frequency)))[
        :, common
    ].T.tocsr()
    has_code = csr_matrix(gold, dtype=np.int64)
    is_stop = np.zeros(len(document_frequency), dtype=bool)
    at_once = max(1, _TABLE // max(codes, 1))
    for words in np.split(np.arange(len(common)), range(at_once, len(common), at_once)):
        share = document_frequency[common[words], np.newaxis] / texts
        by_code = (has_word[words] @ has_code).toarray()
        least = ((by_code + share) / (gold.sum(axis=0) + 1)).min(axis=1)
        is_stop[common[words]] = least > _EVEN * share[:, 0]
    return is_stop


def _count(texts: RaggedArray) -> Counts:
    is_word = texts.values >= 0
    return count_equal(texts.row_of[is_word], texts.values[is_word].astype(np.int64), len(texts))

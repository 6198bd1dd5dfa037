"""Count the document frequencies of words, text by text, and select the words that become features."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from .bigrams import document_frequencies, find_bigrams
from .counts import Counts, count_equal
from .packed_strings import PackedStrings
from .ragged import RaggedArray
from .token_ids import STOP, UNKNOWN, TokenIds
from .vocabulary import SHORTEST, Vocabulary

_MAX_WORDS = 5_000_000
"""Above this many words, forget those in a single text, to bound memory."""

# A stop word is in more than this share of the texts, in more than this many texts, and under each code in more than
# this share of its share of all texts. What five of 20 abstracts have in common, whatever their codes, is no evidence.
_COMMON_SHARE = 0.2
_COMMON_TEXTS = 4
_EVEN_SHARE = 0.25

_MAX_CODES = 100  # those with the most texts, as a word cannot be compared under codes with few
_MAX_CELLS = 4_000_000  # words times codes to hold at once


class SelectedWords(Struct, frozen=True):
    """The words that are features.

    Parameters
    ----------
    numbers
        int64, shape (words counted,): the feature number of each counted word, `UNKNOWN` or `STOP`.
    """

    words: PackedStrings
    stops: tuple[str, ...]
    numbers: NDArray[np.int64]

    def renumber(self, words: RaggedArray) -> NDArray[np.int64]:
        """Return the feature numbers of words, given their numbers in the count; shape of the values."""
        numbers = words.values.astype(np.int64)
        is_word = numbers >= 0
        numbers[is_word] = self.numbers[numbers[is_word]]
        return numbers


class DocumentFrequencies:
    """The words of texts, numbered in order of appearance, and in how many texts each is."""

    def __init__(self) -> None:
        self._number_of: dict[str, int] = {}
        self._next = 0
        self._counts = np.zeros(0, dtype=np.int64)
        self._token_ids = TokenIds(self._number)

    def read(self, texts: Sequence[bytes]) -> RaggedArray:
        """Return the numbers of the words of texts, which are as `plain` returns them."""
        if len(self._number_of) > _MAX_WORDS:
            self._forget()
        return RaggedArray.of(*self._token_ids.of(texts), len(texts))

    def count(self, texts: RaggedArray) -> None:
        """Count texts, as `read` returns them."""
        counts = np.bincount(_count(texts).features, minlength=self._next)
        counts[: len(self._counts)] += self._counts
        self._counts = counts

    def select(self, sample: RaggedArray, gold: csr_matrix, min_df: int, max_words: int | None = None) -> SelectedWords:
        """Select the words that become features.

        Parameters
        ----------
        sample
            Some of the texts, by which stop words are found.
        gold
            bool, shape (texts of the sample, codes): the codes of these texts.
        min_df
            In how many texts a feature must be.
        max_words
            How many features there may be; if there are more, they must be in more texts. None for no limit.
        """
        is_stop = self._are_stops(sample, gold)
        counts = np.where(is_stop, 0, self._counted())
        if max_words is not None:
            min_df = min_count_for(np.bincount(counts), min_df, max_words)
        kept = counts >= min_df
        words = sorted((word.encode(), number) for word, number in self._number_of.items() if kept[number])
        stops = sorted(word for word, number in self._number_of.items() if is_stop[number])
        numbers = np.where(is_stop, STOP, UNKNOWN)
        numbers[[number for _, number in words]] = np.arange(len(words))
        return SelectedWords(PackedStrings.of(word for word, _ in words), tuple(stops), numbers)

    def document_frequency(self, selected: SelectedWords) -> NDArray[np.int64]:
        """Return in how many texts each selected word is, shape (features,)."""
        found = np.zeros(len(selected.words), dtype=np.int64)
        is_feature = selected.numbers >= 0
        found[selected.numbers[is_feature]] = self._counted()[is_feature]
        return found

    def _counted(self) -> NDArray[np.int64]:
        """Return in how many texts each word is, also for words that were read but not counted yet."""
        return np.pad(self._counts, (0, self._next - len(self._counts)))

    def _number(self, words: Sequence[str]) -> list[int]:
        return [self._number_one(word) for word in words]

    def _number_one(self, word: str) -> int:
        if len(word) < SHORTEST:
            return STOP
        number = self._number_of.get(word)
        if number is None:
            number = self._number_of[word] = self._next
            self._next += 1
        return number

    def _are_stops(self, sample: RaggedArray, gold: csr_matrix) -> NDArray[np.bool_]:
        counts = _count(sample)
        return _are_stops(counts, np.bincount(counts.features, minlength=self._next), gold)

    def _forget(self) -> None:
        counts = self._counted()
        self._number_of = {word: number for word, number in self._number_of.items() if counts[number] > 1}
        self._token_ids = TokenIds(self._number)


def build_vocabulary(texts: Sequence[bytes], gold: csr_matrix, min_df: tuple[int, int]) -> Vocabulary:
    """Return the vocabulary of texts: the words and word pairs that are in enough texts.

    Words that are common under every code become stop words: in any language these are articles, prepositions,
    auxiliaries, and the set phrases of abstracts.

    Parameters
    ----------
    texts
        As `plain` returns them.
    gold
        bool, shape (texts, codes): the codes of each text.
    min_df
        In how many texts a word must be, and a pair.
    """
    frequencies = DocumentFrequencies()
    words = frequencies.read(texts)
    frequencies.count(words)
    selected = frequencies.select(words, gold, min_df[0])
    pairs, document_frequency = document_frequencies(*find_bigrams(selected.renumber(words), words.row_of))
    return Vocabulary(selected.words, pairs[document_frequency >= min_df[1]], selected.stops)


def min_count_for(histogram: NDArray[np.int64], least: int, most: int) -> int:
    """Return the lowest count, ``least`` or above, that at most ``most`` of the counts reach.

    Parameters
    ----------
    histogram
        How many counts are 0, how many are 1, and so on.

    Examples
    --------
    >>> min_count_for(np.bincount([1, 2, 2, 3, 9]), least=2, most=3)
    3
    """
    at_least = histogram[::-1].cumsum()[::-1]
    enough = np.flatnonzero(at_least <= most)
    return max(least, int(enough[0]) if len(enough) else len(at_least))


def _are_stops(counts: Counts, document_frequency: NDArray[np.int64], gold: csr_matrix) -> NDArray[np.bool_]:
    """Return whether each word is in many texts, and in about as many under each code; shape (words,).

    If there are very many codes, the most frequent ones suffice.
    """
    texts, codes = gold.shape
    support = np.bincount(gold.indices, minlength=codes)
    compared = np.sort(np.argsort(-support, kind="stable")[:_MAX_CODES])
    common = np.flatnonzero(document_frequency > max(_COMMON_SHARE * texts, _COMMON_TEXTS))
    ones = np.ones(len(counts.features), dtype=np.int64)
    has_word = csr_matrix((ones, counts.features, counts.starts), shape=(texts, len(document_frequency)))
    has_common = has_word[:, common].T.tocsr()
    has_code = gold[:, compared].astype(np.int64)
    is_stop = np.zeros(len(document_frequency), dtype=bool)
    at_once = max(1, _MAX_CELLS // max(len(compared), 1))
    for words in np.split(np.arange(len(common)), range(at_once, len(common), at_once)):
        share = document_frequency[common[words], np.newaxis] / texts
        by_code = (has_common[words] @ has_code).toarray()
        lowest = ((by_code + share) / (support[compared] + 1)).min(axis=1)
        is_stop[common[words]] = lowest > _EVEN_SHARE * share[:, 0]
    return is_stop


def _count(texts: RaggedArray) -> Counts:
    """Return how often each word is in each text, without stop words and unknown words."""
    is_word = texts.values >= 0
    return count_equal(texts.row_of[is_word], texts.values[is_word].astype(np.int64), len(texts))

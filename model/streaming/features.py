"""The features of a stream: vocabularies of bounded size, found in two passes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classmark.model.text.counts import WordCounts
from classmark.model.text.document_frequency import DocumentFrequencies, SelectedWords
from classmark.model.text.vocabulary import Vocabulary
from classmark.model.training.features import FeatureBlock

from .bigram_counts import BigramCounter
from .shards import EncodedTexts
from .training_set import StreamedTrainingSet

_MOST_FEATURES = 2_000_000
_MOST_WEIGHTS = 60_000_000
"""How many features there are at most, in all and times the codes: this bounds memory and the model file."""

_SHARES = {"text": 0.8, "title": 0.2}
"""How much of them each block may have; words may have half of that."""

_LEAST = 2


@dataclass(frozen=True)
class StreamedFeatures:
    """The features of texts on disk.

    Parameters
    ----------
    parts
        By block.
    document_frequency
        By block, int64, shape (features,): in how many of the texts learned from each feature is.
    """

    parts: dict[str, FeatureBlock]
    document_frequency: dict[str, NDArray[np.int64]]
    settled: dict[str, SelectedWords]

    def counts(self, rows: EncodedTexts) -> dict[str, WordCounts]:
        """Count the features of texts, by block."""
        return {
            name: part.vocabulary.count_numbers(*_renumbered(rows, name, self.settled[name]), len(rows))
            for name, part in self.parts.items()
        }


def find_features(lesson: StreamedTrainingSet, words: Mapping[str, DocumentFrequencies]) -> StreamedFeatures:
    """Find the words and pairs that are in two texts or more or, where they are too many, the most frequent ones.

    Parameters
    ----------
    words
        The censuses that numbered the lesson's words, by block.
    """
    most = min(_MOST_FEATURES, _MOST_WEIGHTS // len(lesson.support))
    sample, gold = next(lesson.rows())
    settled = {
        name: census.select(sample.words[name], gold, _LEAST, int(most * _SHARES[name] / 2))
        for name, census in words.items()
    }
    left = {name: int(most * _SHARES[name]) - len(settled[name].words) for name in words}
    pairs = _count_pairs(lesson, settled, left)
    parts, document_frequency = {}, {}
    for name, census in words.items():
        chosen, in_how_many = pairs[name].chosen(_LEAST, left[name])
        vocabulary = Vocabulary(settled[name].words, chosen, settled[name].stops)
        parts[name] = FeatureBlock.of(vocabulary, (_LEAST, _LEAST))
        document_frequency[name] = np.concatenate([census.document_frequency(settled[name]), in_how_many])
    return StreamedFeatures(parts, document_frequency, settled)


def _count_pairs(
    lesson: StreamedTrainingSet, settled: Mapping[str, SelectedWords], most: Mapping[str, int]
) -> dict[str, BigramCounter]:
    pairs = {name: BigramCounter(lesson.texts) for name in settled}
    for rows, _ in lesson.rows():
        for name, census in pairs.items():
            census.count_approximately(*_renumbered(rows, name, settled[name]))
    for name, census in pairs.items():
        census.select(_LEAST, most[name])
    for rows, _ in lesson.rows():
        for name, census in pairs.items():
            census.count(*_renumbered(rows, name, settled[name]))
    return pairs


def _renumbered(rows: EncodedTexts, name: str, settled: SelectedWords) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the words of a block by their numbers as features, and the numbers of their texts."""
    return settled.renumber(rows.words[name]), rows.words[name].row_of

"""Find the features of a stream: vocabularies of bounded size."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from classmark.corpus.errors import CorpusError
from classmark.model.settings import IN_MEMORY
from classmark.model.text.counts import WordCounts
from classmark.model.text.document_frequency import DocumentFrequencies, SelectedWords
from classmark.model.text.vocabulary import Vocabulary
from classmark.model.training.features import FeatureBlock

from .bigram_counts import BigramCounter
from .shards import EncodedTexts
from .training_set import StreamedTrainingSet

_MAX_FEATURES = 2_000_000
_MAX_WEIGHTS = 60_000_000
"""Upper bounds on features and on features times codes, which bound memory and the model file."""

_MIN_FEATURES = 10_000
"""Fewer features tell thousands of codes apart badly; they are a limit on the number of codes."""

_SHARES = {"text": 0.8, "title": 0.2}
"""The share of the features that each block may have; words may take half of it."""

_MIN_DF = 2


class StreamedFeatures(Struct, frozen=True):
    """The features of texts on disk, by block.

    Parameters
    ----------
    document_frequency
        int64, shape (features,): the number of training texts with each feature.
    selected
        The words that are features, with their ids on disk.
    """

    blocks: dict[str, FeatureBlock]
    document_frequency: dict[str, NDArray[np.int64]]
    selected: dict[str, SelectedWords]

    def counts(self, texts: EncodedTexts) -> dict[str, WordCounts]:
        """Count the features of texts, by block."""
        return {
            name: block.vocabulary.count_ids(*_feature_ids(texts, name, self.selected[name]), len(texts))
            for name, block in self.blocks.items()
        }


def find_features(
    training_set: StreamedTrainingSet, frequencies: Mapping[str, DocumentFrequencies]
) -> StreamedFeatures:
    """Find the words and pairs in two texts or more or, if these are too many, the most frequent ones.

    Parameters
    ----------
    frequencies
        By block, the document frequencies of the words of the training set, whose ids it has.

    Raises
    ------
    CorpusError
        There are too many codes.
    """
    most = _max_features(len(training_set.support))
    sample, gold = next(training_set.batches())
    selected = {
        name: words.select(sample.words[name], gold, _MIN_DF, int(most * _SHARES[name] / 2))
        for name, words in frequencies.items()
    }
    max_pairs = {name: int(most * _SHARES[name]) - len(selected[name].words) for name in frequencies}
    bigrams = _count_bigrams(training_set, selected, max_pairs)
    blocks, document_frequency = {}, {}
    for name, words in frequencies.items():
        pairs, frequency_of_pairs = bigrams[name].frequent(_MIN_DF, max_pairs[name])
        vocabulary = Vocabulary(selected[name].words, pairs, selected[name].stops)
        blocks[name] = FeatureBlock.of(vocabulary, (_MIN_DF, _MIN_DF))
        document_frequency[name] = np.concatenate([words.document_frequency(selected[name]), frequency_of_pairs])
    return StreamedFeatures(blocks, document_frequency, selected)


def _max_features(codes: int) -> int:
    """Return how many features there may be; raises as `find_features` does."""
    if codes * _MIN_FEATURES > _MAX_WEIGHTS:
        raise CorpusError(
            f"{codes:,} codes are too many for a corpus of more than {IN_MEMORY:,} abstracts, of which at most "
            f"{_MAX_WEIGHTS // _MIN_FEATURES:,} can be trained; leave out rare codes with --drop-rare N, train fewer "
            "codes with a --scheme that they roll up to, or train on fewer abstracts"
        )
    return min(_MAX_FEATURES, _MAX_WEIGHTS // codes)


def _count_bigrams(
    training_set: StreamedTrainingSet, selected: Mapping[str, SelectedWords], max_pairs: Mapping[str, int]
) -> dict[str, BigramCounter]:
    """Count the pairs of selected words in two passes over the training set."""
    bigrams = {name: BigramCounter(training_set.texts) for name in selected}
    for texts, _ in training_set.batches():
        for name, counter in bigrams.items():
            counter.count_approximately(*_feature_ids(texts, name, selected[name]))
    for name, counter in bigrams.items():
        counter.select(_MIN_DF, max_pairs[name])
    for texts, _ in training_set.batches():
        for name, counter in bigrams.items():
            counter.count(*_feature_ids(texts, name, selected[name]))
    return bigrams


def _feature_ids(
    texts: EncodedTexts, name: str, selected: SelectedWords
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the words of a block by their feature ids, and the text that each is in."""
    return selected.renumber(texts.words[name]), texts.words[name].row_of

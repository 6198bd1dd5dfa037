"""Turn a corpus into features: TF-IDF values of words, word pairs and affixes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from classmark.corpus.errors import CorpusError
from classmark.model.settings import FEW_CODES, MEDIUM_CORPUS, ResolvedSettings
from classmark.model.text.affixes import shared_affixes, weigh_affixes
from classmark.model.text.blocks import BLOCKS, Text
from classmark.model.text.counts import Counts, WordCounts
from classmark.model.text.document_frequency import build_vocabulary
from classmark.model.text.tfidf import Floats, inverse_document_frequencies, tfidf
from classmark.model.text.vocabulary import Vocabulary

_MIN_DF = {"text": (1, 2), "title": (1, 1)}
_MIN_DF_OF_LARGE = {"text": (2, 2), "title": (2, 2)}
_MIN_DF_FOR_MANY_CODES = {"text": (3, 3), "title": (3, 3)}
"""The document frequency from which a word is a feature, and a word pair, by block.

With many codes, features in two texts alone make training a third slower, and no better.

In a small corpus, a word that occurs once still carries information: on catalogue records with 2,600 training
abstracts, such words add a point of precision at 1.
"""


class FeatureBlock(Struct, frozen=True):
    """The features of a block, independent of the texts that are counted.

    Parameters
    ----------
    affixes
        Shape (features, affixes): the affixes of each word, as 1 or 0; word pairs have none.
    min_df
        int64, shape (features,): the document frequency from which each is a feature.
    """

    vocabulary: Vocabulary
    affixes: csr_matrix
    min_df: NDArray[np.int64]

    @classmethod
    def of(cls, vocabulary: Vocabulary, min_df: tuple[int, int]) -> FeatureBlock:
        """Find the affixes of a vocabulary's words.

        Parameters
        ----------
        min_df
            The document frequency from which a word is a feature, and a word pair.
        """
        affixes = shared_affixes([word.decode() for word in vocabulary.words], vocabulary.size)
        return cls(vocabulary, affixes, np.repeat(min_df, (len(vocabulary.words), len(vocabulary.pairs))))


class TfidfWeights(Struct, frozen=True):
    """The inverse document frequencies of features and the weights of affixes, fitted to some texts.

    Parameters
    ----------
    idf
        By block, float32, shape (features,); 0 for a feature in too few of the texts.
    affixes
        By block, float64, shape (features, affixes): the share of a feature's value that each affix gets.
    """

    idf: dict[str, Floats]
    affixes: dict[str, csr_matrix]
    settings: ResolvedSettings

    @property
    def width(self) -> int:
        """The number of columns of a feature matrix."""
        return sum(sum(affixes.shape) for affixes in self.affixes.values())

    def transform(self, counts: Mapping[str, Counts]) -> csr_matrix:
        """Return the feature matrix of texts, float64, shape (texts, columns): per block, features and then affixes.

        Parameters
        ----------
        counts
            Counts of the texts' features, by block.
        """
        columns = []
        for name, affixes in self.affixes.items():
            values = tfidf(counts[name], self.idf[name]).astype(np.float64) * _block_weight(name, self.settings)
            shape = (len(counts[name].starts) - 1, affixes.shape[0])
            matrix = csr_matrix((values, counts[name].features, counts[name].starts), shape=shape)
            columns += [matrix, matrix @ affixes]
        return csr_matrix(hstack(columns, format="csr"))

    def fold_affixes(self, weights: Floats) -> dict[str, Floats]:
        """Return the weights of the features alone, by block, after adding those of their affixes.

        The result scores texts as ``weights`` scores their feature matrix, without looking for affixes.

        Parameters
        ----------
        weights
            float32, shape (columns, codes).
        """
        return {name: np.asarray(found, dtype=np.float32) for name, found in self._folded(weights).items()}

    def fold_affixes_sparse(self, weights: csr_matrix) -> dict[str, csr_matrix]:
        """Return the same as `fold_affixes` for sparse weights."""
        return {name: csr_matrix(found, dtype=np.float32) for name, found in self._folded(weights).items()}

    def _folded(self, weights: Any) -> dict[str, Any]:
        folded, start = {}, 0
        for name, affixes in self.affixes.items():
            of_features = weights[start : start + affixes.shape[0]]
            start += sum(affixes.shape)
            of_affixes = weights[start - affixes.shape[1] : start]
            folded[name] = (of_features + affixes @ of_affixes) * _block_weight(name, self.settings)
        return folded


class Features(Struct, frozen=True):
    """The features of the training texts and their counts, by the names of `BLOCKS`."""

    blocks: dict[str, FeatureBlock]
    counts: dict[str, WordCounts]

    def fit_tfidf(self, rows: NDArray[np.bool_], settings: ResolvedSettings) -> TfidfWeights:
        """Fit TF-IDF on some of the texts.

        A feature that is in too few of them gets an IDF of 0, so that a text held out looks as a new one would.

        Parameters
        ----------
        rows
            bool, shape (texts,): the texts to fit on.
        """
        document_frequency = {}
        for name, block in self.blocks.items():
            is_fitted = np.repeat(rows, np.diff(self.counts[name].starts))
            document_frequency[name] = np.bincount(
                self.counts[name].features[is_fitted], minlength=block.vocabulary.size
            )
        return fit_tfidf(self.blocks, document_frequency, int(rows.sum()), settings)


def fit_tfidf(
    blocks: Mapping[str, FeatureBlock],
    document_frequency: Mapping[str, NDArray[np.int64]],
    texts: int,
    settings: ResolvedSettings,
) -> TfidfWeights:
    """Fit TF-IDF and the weights of affixes.

    Parameters
    ----------
    document_frequency
        By block, shape (features,): the number of texts with each feature.
    texts
        The number of texts.
    """
    idfs, affixes = {}, {}
    for name, block in blocks.items():
        idf = inverse_document_frequencies(document_frequency[name], texts)
        idf[document_frequency[name] < block.min_df] = 0
        idfs[name] = idf
        affixes[name] = weigh_affixes(block.affixes, document_frequency[name], texts) * settings.piece_weight
    return TfidfWeights(idfs, affixes, settings)


def learn_features(texts: Sequence[Text], is_note: NDArray[np.bool_], gold: csr_matrix) -> Features:
    """Learn the vocabularies of the training texts, and count their features.

    Parameters
    ----------
    is_note
        bool, shape (texts,): True for scope notes, which have no title and no sentence to replace it.
    gold
        bool, shape (texts, codes).

    Raises
    ------
    CorpusError
        The texts share no words.
    """
    blocks, counts = {}, {}
    for name, text_of in BLOCKS.items():
        plain = [b"" if note and name == "title" else text_of(text) for text, note in zip(texts, is_note, strict=True)]
        min_df = _min_df(int((~is_note).sum()), gold.shape[1])[name]
        vocabulary = build_vocabulary(plain, gold, min_df)
        blocks[name], counts[name] = FeatureBlock.of(vocabulary, min_df), vocabulary.count(plain)
    if not any(block.vocabulary.size for block in blocks.values()):
        raise CorpusError("the abstracts have no words to learn from")
    return Features(blocks, counts)


def _min_df(abstracts: int, codes: int) -> dict[str, tuple[int, int]]:
    """Return the document frequency from which a word is a feature, and a word pair, by block."""
    if abstracts < MEDIUM_CORPUS:
        return _MIN_DF
    return _MIN_DF_OF_LARGE if codes <= FEW_CODES else _MIN_DF_FOR_MANY_CODES


def _block_weight(name: str, settings: ResolvedSettings) -> float:
    return settings.title_weight if name == "title" else 1.0

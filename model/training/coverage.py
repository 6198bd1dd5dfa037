"""Learn the vocabulary coverage below which an abstract gets no codes.

An abstract in another language shares names, numbers and a few words with the training texts. After L2 normalization
these few known words would dominate the vector and force codes on it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .features import Features

_SHARE_OF_MEAN = 0.55
"""Minimum coverage, as a share of the mean coverage of abstracts held out.

Measured on records that the default model has not seen, of which it knows 0.96 on average: it knows 0.60 or more of
each of 6,399 English ones, and less than 0.53 of 98 % of German ones.
"""


def min_coverage(features: Features, is_abstract: NDArray[np.bool_]) -> float:
    """Return the share of an abstract's words that the model must know to assign codes; 0 without abstracts.

    Each training abstract is measured against the vocabulary of the others. So a model trained on few abstracts, which
    knows few words, requires less.

    Parameters
    ----------
    is_abstract
        bool, shape (texts,): False for scope notes.
    """
    block, counts = features.blocks["text"], features.counts["text"]
    document_frequency = np.bincount(counts.features, minlength=block.vocabulary.size)
    is_word = counts.features < len(block.vocabulary.words)
    is_own = is_word & (document_frequency <= block.min_df)[counts.features]  # no feature without this text
    text_of = np.repeat(np.arange(len(counts.words)), np.diff(counts.starts))
    own = np.bincount(text_of[is_own], counts.counts[is_own], minlength=len(counts.words))
    coverage = 1 - (counts.unknown + own) / np.maximum(counts.words, 1)
    return min_coverage_from(coverage[is_abstract])


def min_coverage_from(coverage: NDArray[np.float64]) -> float:
    """Return the minimum coverage, given that of abstracts held out, shape (abstracts,); 0 without abstracts."""
    return _SHARE_OF_MEAN * float(coverage.mean()) if len(coverage) else 0.0

"""How many words of an abstract must be known for it to be given codes; learned, as a model of few words knows fewer.

An abstract in another language shares names, numbers and little words with what was learned from. Scaled to length 1,
these few are as loud as a whole abstract, and would give it codes by force.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .features import Features

_FAMILIAR = 0.55
"""What part of the usual share of known words makes an abstract familiar.

Measured on records that the default model has not seen, of which it usually knows 0.96: of 6,399 English ones, it knows
0.60 or more of each; of German ones, less than 0.53 of 98 in a hundred.
"""


def min_coverage(features: Features, is_abstract: NDArray[np.bool_]) -> float:
    """Return the share of an abstract's words that must be known for it to be familiar; 0 without abstracts.

    It is a part of the share that is known, on average, of an abstract learned from by what the others taught. So a
    model of few abstracts, which knows few words, asks for less.

    Parameters
    ----------
    is_abstract
        bool, shape (texts,): which are abstracts rather than scope notes.
    """
    part, counts = features.parts["text"], features.counts["text"]
    words = len(part.vocabulary.words)
    document_frequency = np.bincount(counts.features, minlength=part.vocabulary.size)
    is_own = (counts.features < words) & (document_frequency <= part.min_texts)[
        counts.features
    ]  # known by this text alone
    text_of = np.repeat(np.arange(len(counts.words)), np.diff(counts.starts))
    own = np.bincount(text_of[is_own], counts.counts[is_own], minlength=len(counts.words))
    shares = 1 - (counts.unknown + own) / np.maximum(counts.words, 1)
    return familiar_from(shares[is_abstract])


def familiar_from(shares: NDArray[np.float64]) -> float:
    """Return the share of known words that makes an abstract familiar, from those of abstracts not learned from."""
    return _FAMILIAR * float(shares.mean()) if len(shares) else 0.0

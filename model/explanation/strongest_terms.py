"""List the strongest terms of a model for and against a code."""

from __future__ import annotations

from heapq import nlargest

import numpy as np
from msgspec import Struct

from classmark.corpus.errors import ModelFileError
from classmark.model.scoring.classifier import Classifier

from .contributions import words_of


class WeightedTerm(Struct, frozen=True):
    """A term of a model: a word, or a pair of neighbouring words.

    Parameters
    ----------
    term
        In lower case; the words of a pair are joined by a space.
    block
        A name of `BLOCKS`; each block has its own weights.
    weight
        Positive for the code, negative against it.
    idf
        Inverse document frequency: the fewer abstracts have the term, the higher.
    """

    term: str
    block: str
    weight: float
    idf: float

    @property
    def strength(self) -> float:
        """Weight times IDF, to which its contribution to an abstract is proportional.

        The other factor depends on the abstract: 1 + ln(occurrences of the term), divided by the length of the
        abstract's TF-IDF vector.
        """
        return self.weight * self.idf


class StrongestTerms(Struct, frozen=True):
    """The strongest terms for a code and against it, strongest first."""

    code: str
    name: str
    intercept: float
    speaking_for: tuple[WeightedTerm, ...]
    speaking_against: tuple[WeightedTerm, ...]


def strongest_terms(classifier: Classifier, code: str, top: int) -> StrongestTerms:
    """Return the ``top`` strongest terms for a code and as many against it, over all blocks.

    Raises
    ------
    UsageError
        The classifier does not know the code.
    ModelFileError
        A weight is not a finite number.
    """
    [column] = classifier.columns([code])
    candidates = [term for name in classifier.scorer.blocks for term in _of_block(classifier, name, column, top)]
    return StrongestTerms(
        code,
        classifier.name(code),
        float(classifier.scorer.intercepts[column]),
        tuple(nlargest(top, (term for term in candidates if term.weight > 0), key=lambda term: term.strength)),
        tuple(nlargest(top, (term for term in candidates if term.weight < 0), key=lambda term: -term.strength)),
    )


def _of_block(classifier: Classifier, name: str, column: int, top: int) -> list[WeightedTerm]:
    """Return the ``top`` strongest terms of one block for the code and as many against it."""
    block = classifier.scorer.blocks[name]
    weights = block.weights.column(column)
    strengths = weights * block.idf
    if not np.isfinite(strengths).all():
        raise ModelFileError("the model is damaged: some of its weights are no numbers; train it again")
    order = np.argsort(strengths, kind="stable")
    features = dict.fromkeys([*order[:top].tolist(), *order[-top:].tolist()])  # each once, even if the model is small
    return [
        WeightedTerm(
            " ".join(words_of(block.vocabulary, feature)),
            name,
            float(weights[feature]),
            float(block.idf[feature]),
        )
        for feature in features
    ]

"""What a model holds of a code: its strongest terms, for and against."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import nlargest

import numpy as np

from classmark.corpus.errors import ModelFileError
from classmark.model.scoring.classifier import Classifier

from .contributions import words_of


@dataclass(frozen=True, slots=True)
class WeightedTerm:
    """A term of a model: a word, or two that follow each other.

    Parameters
    ----------
    term
        In lower case; the words of a pair joined by a space.
    part
        Of the abstract, by the names of `BLOCKS`: each has weights of its own.
    weight
        Above 0 it speaks for the code, below 0 against.
    idf
        The inverse document frequency: the fewer abstracts have the term, the higher.
    """

    term: str
    part: str
    weight: float
    idf: float

    @property
    def strength(self) -> float:
        """Weight times idf: what it contributes to an abstract is in proportion to this.

        The abstract's own share in that: 1 + ln of the times that the term occurs, divided by the length of the
        abstract's vector.
        """
        return self.weight * self.idf


@dataclass(frozen=True, slots=True)
class StrongestTerms:
    """The terms that speak most strongly for a code and against it, strongest first."""

    code: str
    name: str
    intercept: float
    speaking_for: tuple[WeightedTerm, ...]
    speaking_against: tuple[WeightedTerm, ...]


def strongest_terms(classifier: Classifier, code: str, top: int) -> StrongestTerms:
    """Return the ``top`` strongest terms for a code and as many against it, of all parts together.

    Raises
    ------
    UsageError
        The classifier does not know the code.
    ModelFileError
        A weight is no finite number.
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
    """Return the strongest terms of one part, ``top`` at either end."""
    block = classifier.scorer.blocks[name]
    strengths = block.weights[:, column] * block.idf
    if not np.isfinite(strengths).all():
        raise ModelFileError("the model is damaged: some of its weights are no numbers; train it again")
    order = np.argsort(strengths, kind="stable")
    features = dict.fromkeys([*order[:top].tolist(), *order[-top:].tolist()])  # of a small model, each once
    return [
        WeightedTerm(
            " ".join(words_of(block.vocabulary, feature)),
            name,
            float(block.weights[feature, column]),
            float(block.idf[feature]),
        )
        for feature in features
    ]

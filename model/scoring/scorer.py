"""Score abstracts with the arrays that training leaves: vocabularies, weights, calibration and thresholds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from classmark.corpus.errors import ModelFileError
from classmark.model.text.blocks import Text, plain_blocks
from classmark.model.text.counts import WordCounts
from classmark.model.text.tfidf import Floats, tfidf
from classmark.model.text.vocabulary import Vocabulary

from .assignment import Assignment, assign
from .candidates import KEPT, Candidates
from .weights import SparseWeights

Scores = NDArray[np.float64]

_MAX_SCORES = 2_000_000
"""Scores of all codes to hold at once (16 MB, in some three arrays)."""


class Block(Struct, frozen=True):
    """The features of one block of the abstracts, and their weights for each code.

    Parameters
    ----------
    vocabulary
        The words and word pairs that are features.
    idf
        float32, shape (features,): inverse document frequencies.
    weights
        Of the features for each code.
    """

    vocabulary: Vocabulary
    idf: Floats
    weights: SparseWeights


class Scorer(Struct, frozen=True):
    """The result of training, which turns abstracts into scores.

    Parameters
    ----------
    blocks
        By the names of `BLOCKS`.
    intercepts
        float64, shape (codes,).
    slope, offset
        A decision value d becomes the score 1 / (1 + exp(-(slope * d + offset))) (J. Platt, 'Probabilistic outputs for
        support vector machines', Advances in Large Margin Classifiers, 1999). All codes share them: one pair per code
        made no measurable difference on a large corpus, and on a small one it favours rare codes, whose few abstracts
        are easily separated.
    thresholds
        float64, shape (codes,): a code is assigned if its score is at or above its threshold.
    gives_best
        Whether an abstract gets its best code if none reaches its threshold.
    min_coverage
        The share of an abstract's words, from 0 to 1, that the model must know to assign codes; see
        `coverage.min_coverage`.
    """

    blocks: dict[str, Block]
    intercepts: Scores
    slope: float
    offset: float
    thresholds: Scores
    gives_best: bool = True
    min_coverage: float = 0.0

    def decision_function(self, texts: Sequence[Text]) -> tuple[Scores, Scores]:
        """Return the decision values, shape (texts, codes), and the coverage, shape (texts,).

        Raises
        ------
        ModelFileError
            A weight in use is no finite number.
        """
        counted = self.count(texts)
        return self.decide(counted), counted.coverage

    def count(self, texts: Sequence[Text]) -> CountedTexts:
        """Count the features of texts, and weigh them."""
        counts = {name: block.vocabulary.count(plain_blocks(name, texts)) for name, block in self.blocks.items()}
        return CountedTexts(counts, {name: tfidf(counts[name], block.idf) for name, block in self.blocks.items()})

    def decide(self, counted: CountedTexts) -> Scores:
        """Return the decision values of texts whose features are counted; raises as `decision_function` does."""
        values = np.tile(self.intercepts, (len(counted), 1))
        for name, block in self.blocks.items():
            values += block.weights.multiply(counted.counts[name], counted.values[name])
        if not np.isfinite(values).all():
            raise ModelFileError("the model is damaged: some of its weights are not finite; train it again")
        return values

    def calibrate(self, values: Scores) -> Scores:
        """Turn decision values into scores, the probabilities that codes fit."""
        return sigmoid(values * self.slope + self.offset)

    def score(self, texts: Sequence[Text]) -> Scores:
        """Return the scores, float64 from 0 to 1, shape (texts, codes)."""
        return self.calibrate(self.decision_function(texts)[0])

    def candidates(self, texts: Sequence[Text], kept: int = KEPT) -> tuple[Candidates, Scores]:
        """Return the best codes of each text with their scores, and the coverage, shape (texts,).

        Parameters
        ----------
        kept
            How many codes to keep for each text.
        """
        parts = [self.decision_function(some) for some in self.parts(texts)]
        found = Candidates.join([Candidates.of_dense(values, kept) for values, _ in parts])
        return found.with_values(self.calibrate(found.values)), np.concatenate([coverage for _, coverage in parts])

    def parts(self, texts: Sequence[Text]) -> Iterator[Sequence[Text]]:
        """Yield the texts in parts, so that the scores of all codes take little memory; there is at least one part."""
        step = max(1, _MAX_SCORES // len(self.intercepts))
        return (texts[first : first + step] for first in range(0, max(len(texts), 1), step))

    def thresholds_for(self, threshold: float | None, limit: int | None) -> Scores | float:
        """Return the thresholds to assign by: those given, or the scorer's own, or none if there is only a limit."""
        if threshold is not None:
            return float(threshold)
        return self.thresholds if limit is None else 0.0

    def assign_codes(
        self, texts: Sequence[Text], threshold: float | None = None, kept: int = KEPT, *, limit: int | None = None
    ) -> ScoringResult:
        """Score texts and assign their codes.

        Parameters
        ----------
        threshold
            Replaces the scorer's own thresholds.
        kept
            How many codes to keep for each text, at least; only these can be assigned.
        limit
            How many codes to assign to each text: the best, or the best that reach ``threshold`` if that is given.
        """
        scores, coverage = self.candidates(texts, max(kept, limit or 0))
        thresholds = self.thresholds_for(threshold, limit)
        in_domain = self.is_in_domain(coverage)
        assignment = assign(scores, thresholds, limit=limit, give_best=self.gives_best, in_domain=in_domain)
        return ScoringResult(scores, assignment, coverage)

    def is_in_domain(self, coverage: Scores) -> NDArray[np.bool_]:
        """Return whether the model knows enough of the words of texts to assign codes."""
        return np.asarray((coverage > 0) & (coverage >= self.min_coverage))


class CountedTexts(Struct, frozen=True):
    """The features of texts.

    Parameters
    ----------
    counts
        By block: which features the texts have.
    values
        By block: the TF-IDF value of each entry of ``counts``.
    """

    counts: dict[str, WordCounts]
    values: dict[str, Floats]

    def __len__(self) -> int:
        return len(self.counts["text"].starts) - 1

    @property
    def coverage(self) -> Scores:
        """float64, shape (texts,): the share of each text's words that the model knows."""
        return self.counts["text"].coverage  # this block includes the title


class ScoringResult(Struct, frozen=True):
    """Scores, assigned codes and coverage of texts.

    Parameters
    ----------
    scores
        The best codes of each text.
    coverage
        float64, shape (texts,): the share of each text's words that the model knows; 0 for a text without features.
    shown
        The same codes with the scores to show, if they are others; see `FinerScorer`.
    """

    scores: Candidates
    assignment: Assignment
    coverage: Scores
    shown: Candidates | None = None


def sigmoid(values: Scores) -> Scores:
    """Return 1 / (1 + exp(-values)) without overflow."""
    return np.exp(-np.logaddexp(0, -values))

"""Compare two classifiers on the same abstracts: significance of the differences, and changed abstracts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from msgspec import Struct
from scipy.sparse import csr_matrix

from classmark.corpus.errors import CorpusError
from classmark.model.measures.bootstrap import Interval, interval, resample
from classmark.model.measures.classification import Counts
from classmark.model.measures.registry import MEASURES
from classmark.model.measures.scored_corpus import ScoredCorpus

from .evaluate import Evaluation

_DECISIVE = ("precision_at_1", "micro_f1", "macro_f1")


class Difference(Struct, frozen=True):
    """The difference of a measure, the first classifier minus the second, with its 95 % confidence interval."""

    value: float
    interval: Interval

    @property
    def is_significant(self) -> bool:
        """True if the difference is significant: 0 is not in the interval."""
        return not self.interval.low <= 0 <= self.interval.high

    @property
    def verdict(self) -> str:
        """``better`` or ``worse`` if the difference is significant, ``by chance`` if not, ``none`` if there is none."""
        if self.value == self.interval.low == self.interval.high == 0:
            return "none"
        if not self.is_significant:
            return "by chance"
        return "better" if self.value > 0 else "worse"


class Change(Struct, frozen=True):
    """An abstract to which the two classifiers assign different codes.

    Parameters
    ----------
    abstract
        The row number of the abstract.
    given, assigned, other
        Its gold codes, those of the first classifier and those of the second.
    gain
        The F1 of its codes by the first classifier minus that by the second, from -1 to 1.
    """

    abstract: int
    given: tuple[str, ...]
    assigned: tuple[str, ...]
    other: tuple[str, ...]
    gain: float


class Comparison(Struct, frozen=True):
    """The comparison of two classifiers on the same abstracts.

    Parameters
    ----------
    differences
        Of the main measures, by name.
    changes
        By rising gain.
    """

    differences: dict[str, Difference]
    changes: tuple[Change, ...]

    @property
    def is_worse(self) -> bool:
        """True if precision at 1, micro-F1 or macro-F1 is significantly worse."""
        return any(self.differences[name].verdict == "worse" for name in _DECISIVE)


def compare(evaluation: Evaluation, other: Evaluation) -> Comparison:
    """Compare two evaluations on the same abstracts by a paired bootstrap, over the codes of both.

    Both are measured on the same resamples of abstracts, which removes the variance of easy and hard abstracts
    (B. Efron and R. Tibshirani, 'An introduction to the bootstrap', 1993).

    Raises
    ------
    CorpusError
        The classifiers' schemes resolve the abstracts' codes differently.
    """
    codes = tuple(dict.fromkeys(evaluation.scored.codes + other.scored.codes))
    first, second = evaluation.scored.aligned_to(codes), other.scored.aligned_to(codes)
    differing = _differing(first.gold, second.gold).indices
    if len(differing):
        raise CorpusError(
            f"the models' schemes differ: only one of them knows the code {codes[differing.min()]!r}; compare models "
            "that were trained with the same codes and scheme"
        )
    resampled, other_resampled = resample(first).measures, resample(second).measures
    differences = {
        name: Difference(
            MEASURES[name](first) - MEASURES[name](second), interval(resampled[name] - other_resampled[name])
        )
        for name in resampled
    }
    return Comparison(differences, tuple(sorted(_changes(first, second), key=lambda change: change.gain)))


def _changes(first: ScoredCorpus, second: ScoredCorpus) -> Iterator[Change]:
    """Yield the abstracts with different codes, in the order of rows."""
    gains = Counts.per_abstract(first).f1 - Counts.per_abstract(second).f1
    assigned, other = first.matrix_of(first.assigned), second.matrix_of(second.assigned)

    def codes(matrix: csr_matrix, row: int) -> tuple[str, ...]:
        return tuple(first.codes[column] for column in matrix.indices[slice(*matrix.indptr[row : row + 2])].tolist())

    for row in np.unique(_differing(assigned, other).nonzero()[0]).tolist():
        yield Change(row, codes(first.gold, row), codes(assigned, row), codes(other, row), float(gains[row]))


def _differing(first: csr_matrix, second: csr_matrix) -> csr_matrix:
    """Return where two matrices of bool differ."""
    return (first > second) + (second > first)

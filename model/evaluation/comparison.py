"""Comparing two classifiers on the same abstracts: whether the difference is real, and which abstracts changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classmark.corpus.errors import CorpusError
from classmark.model.measures.bootstrap import Interval, interval, resample
from classmark.model.measures.registry import MEASURES
from classmark.model.measures.scored_corpus import ScoredCorpus

from .evaluate import Evaluation

_DECISIVE = ("precision_at_1", "micro_f1", "macro_f1")


@dataclass(frozen=True)
class Difference:
    """How much higher a measure is with the one classifier than with the other, and where that lies by chance."""

    value: float
    interval: Interval

    @property
    def is_real(self) -> bool:
        """Whether chance in the choice of abstracts does not explain it: 0 is not in the interval."""
        return not self.interval.low <= 0 <= self.interval.high

    @property
    def verdict(self) -> str:
        """What it comes to: ``better``, ``worse``, ``by chance`` where it is not real, or ``none``."""
        if self.value == self.interval.low == self.interval.high == 0:
            return "none"
        return ("better" if self.value > 0 else "worse") if self.is_real else "by chance"


@dataclass(frozen=True)
class Change:
    """An abstract that the two classifiers give different codes.

    Parameters
    ----------
    abstract
        Its number.
    given, assigned, other
        Its own codes, those of the one classifier and those of the other.
    gain
        How much higher the F1 of its codes is with the one than with the other, -1 to 1.
    """

    abstract: int
    given: tuple[str, ...]
    assigned: tuple[str, ...]
    other: tuple[str, ...]
    gain: float


@dataclass(frozen=True)
class Comparison:
    """Two classifiers on the same abstracts.

    Parameters
    ----------
    differences
        Of the main measures, by name.
    changes
        The worst first.
    """

    differences: dict[str, Difference]
    changes: tuple[Change, ...]

    @property
    def is_worse(self) -> bool:
        """Whether precision at 1, micro-F1 or macro-F1 is really worse."""
        return any(self.differences[name].verdict == "worse" for name in _DECISIVE)


def compare(evaluation: Evaluation, other: Evaluation) -> Comparison:
    """Compare two evaluations on the same abstracts by a paired bootstrap.

    Both are measured on the same draws of abstracts, so that what makes abstracts easy or hard falls out (B. Efron
    and R. Tibshirani, 'An introduction to the bootstrap', 1993). Both are measured over the codes of both.

    Raises
    ------
    CorpusError
        The classifiers' schemes make different codes of those that the abstracts have.
    """
    codes = tuple(dict.fromkeys(evaluation.scored.codes + other.scored.codes))
    one, two = evaluation.scored.aligned_to(codes), other.scored.aligned_to(codes)
    apart = np.flatnonzero((one.gold != two.gold).any(axis=0))
    if len(apart):
        raise CorpusError(
            f"the models' schemes differ: only one of them knows the code {codes[apart[0]]!r}; compare models that "
            "were trained with the same codes and scheme"
        )
    first, second = resample(one), resample(two)
    differences = {
        name: Difference(
            MEASURES[name](one) - MEASURES[name](two), interval(first.measures[name] - second.measures[name])
        )
        for name in first.measures
    }
    return Comparison(differences, tuple(sorted(_changes(one, two), key=lambda change: change.gain)))


def _changes(one: ScoredCorpus, two: ScoredCorpus) -> Iterator[Change]:
    gains = _f1(one) - _f1(two)

    def named(row: NDArray[np.bool_]) -> tuple[str, ...]:
        return tuple(one.codes[column] for column in np.flatnonzero(row))

    for row in np.flatnonzero((one.assigned != two.assigned).any(axis=1)).tolist():
        yield Change(row, named(one.gold[row]), named(one.assigned[row]), named(two.assigned[row]), float(gains[row]))


def _f1(scored: ScoredCorpus) -> NDArray[np.float64]:
    right = (scored.gold & scored.assigned).sum(axis=1)
    both = scored.gold.sum(axis=1) + scored.assigned.sum(axis=1)
    return np.asarray(2 * right / np.maximum(both, 1), dtype=np.float64)

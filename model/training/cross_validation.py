"""An honest estimate: what a classifier will be worth on abstracts that nothing of it has seen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import hypot

import numpy as np
from numpy.typing import NDArray

from classmark.model.measures.bootstrap import Interval, interval, resample, wilson_interval
from classmark.model.measures.registry import MEASURES
from classmark.model.measures.scored_corpus import ScoredCorpus
from classmark.model.scoring.assignment import assign
from classmark.model.scoring.scorer import Scores, sigmoid
from classmark.model.settings import ResolvedSettings

from .calibration import fit_sigmoid
from .thresholds import choose_thresholds
from .training_set import TrainingSet

ESTIMATED = ("precision_at_1", "micro_precision", "micro_recall", "micro_f1", "macro_f1", "share_with_codes")

_GAIN = 0.005

_TRUST_IN_MIX = 1 / 40
"""Measured on corpora with 10 to 30 abstracts of each code, as somebody might choose them, tried on abstracts as they
come: with it, the intervals hold 97 of 100 true values, without it 7 of 10. See ``tests/benchmarks/small.py``.
"""


@dataclass(frozen=True)
class CrossValidation:
    """Abstracts of a corpus as they were decided while held out, with one or more settings.

    Parameters
    ----------
    codes
        In the order of the columns.
    gold
        bool, shape (abstracts, codes).
    fold
        int64, shape (abstracts,): the fold in which each was held out.
    settings
        Those that were tried.
    decided
        For each of them, float64, shape (abstracts, codes).
    """

    codes: tuple[str, ...]
    gold: NDArray[np.bool_]
    fold: NDArray[np.int64]
    settings: tuple[ResolvedSettings, ...]
    decided: tuple[Scores, ...]

    @classmethod
    def of(cls, lesson: TrainingSet, codes: tuple[str, ...], settings: ResolvedSettings) -> CrossValidation:
        """Decide the abstracts of a lesson with one settings."""
        rows = lesson.is_abstract
        return cls(codes, lesson.gold[rows], lesson.fold[rows], (settings,), (lesson.decision_function(settings),))

    def and_with(self, settings: ResolvedSettings, decided: Scores) -> CrossValidation:
        """Return the same with further settings."""
        return replace(self, settings=(*self.settings, settings), decided=(*self.decided, decided))

    def best(self, rows: NDArray[np.bool_] | None = None) -> int:
        """Return the number of the settings that are best on these abstracts, or on all, by `selection_score`.

        The first ones, the usual, are kept where no others gain half a point: so much is chance, on 25,000 abstracts.
        """
        if len(self.settings) == 1:
            return 0
        merits = [self.selection_score(number, rows) for number in range(len(self.settings))]
        best = int(np.argmax(merits))
        return best if merits[best] >= merits[0] + _GAIN else 0

    def selection_score(self, number: int, rows: NDArray[np.bool_] | None = None) -> float:
        """Return how good settings are on these abstracts, or on all: the mean of micro-F1 and macro-F1."""
        rows = np.ones(len(self.gold), dtype=bool) if rows is None else rows
        judged = self._judged(number, rows, rows, aims_at_f1=True)
        return (MEASURES["micro_f1"](judged) + MEASURES["macro_f1"](judged)) / 2

    def judged(self) -> ScoredCorpus:
        """Judge each abstract as if its fold had never been there.

        What scored it had not seen it; which settings, which calibration and which thresholds, is learned from the
        abstracts of the other folds (as S. Varma and R. Simon show one must, 'Bias in error estimation when using
        cross-validation for model selection', BMC Bioinformatics 7, 2006). Their held-out scores are used as they
        are, rather than fitted anew without the fold, which would take as many times longer as there are folds.
        """
        parts = []
        for number in np.unique(self.fold):
            inside, outside = self.fold != number, self.fold == number
            parts.append((np.flatnonzero(outside), self._judged(self.best(inside), inside, outside)))
        order = np.argsort(np.concatenate([rows for rows, _ in parts]))
        tables = (
            np.concatenate([getattr(part, name) for _, part in parts])[order]
            for name in ("gold", "scores", "assigned", "reached")
        )
        return ScoredCorpus(self.codes, *tables)

    def _judged(
        self, number: int, inside: NDArray[np.bool_], rows: NDArray[np.bool_], *, aims_at_f1: bool = False
    ) -> ScoredCorpus:
        """Judge some abstracts with the calibration and thresholds that others give."""
        decided, precision = self.decided[number], None if aims_at_f1 else self.settings[number].precision
        slope, offset = fit_sigmoid(decided[inside], self.gold[inside])
        thresholds = choose_thresholds(sigmoid(decided[inside] * slope + offset), self.gold[inside], precision)
        scores = sigmoid(decided[rows] * slope + offset)
        assignment = assign(scores, thresholds, give_best=precision is None)
        return ScoredCorpus(self.codes, self.gold[rows], scores, assignment.assigned, ~assignment.uncertain)


def estimate(held_out: CrossValidation) -> dict[str, tuple[float, Interval]]:
    """Return the main measures with their confidence intervals, by name.

    The intervals allow for three things beside the chance that drew the abstracts: new abstracts may have the codes in
    another mix than a corpus that somebody chose (`_TRUST_IN_MIX`); all abstracts right is no proof that all others are
    (Wilson's interval); and the F1 of a code with few abstracts, of which macro-F1 is the mean, is hardly known.
    """
    judged = held_out.judged()
    resampled = resample(judged, trust_in_mix=_TRUST_IN_MIX).measures
    found = {}
    for name in ESTIMATED:
        value = MEASURES[name](judged)
        by_code = _spread_of_macro(judged) if name.startswith("macro") else 0.0
        found[name] = value, _widened(value, interval(resampled[name]), len(judged.gold), by_code)
    return found


def _widened(value: float, found: Interval, abstracts: int, by_code: float) -> Interval:
    """Return an interval that holds the one found, widened by what is not known of the codes, and Wilson's."""
    least = wilson_interval(value, abstracts)
    low, high = min(found.low, least.low), max(found.high, least.high)
    return Interval(max(0.0, value - hypot(value - low, by_code)), min(1.0, value + hypot(high - value, by_code)))


def _spread_of_macro(judged: ScoredCorpus) -> float:
    """Return half the width that macro-F1 has from codes of which n abstracts tell: each as a share of n + 2 trials."""
    support = judged.gold.sum(axis=0)
    return float(1.96 * np.sqrt(np.sum(0.25 / (support + 2))) / len(support))

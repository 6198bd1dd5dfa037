"""Estimate by cross-validation how good a classifier is on new abstracts."""

from __future__ import annotations

from math import hypot

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from classmark.model.measures.bootstrap import Interval, interval, resample, wilson_interval
from classmark.model.measures.registry import MEASURES
from classmark.model.measures.scored_corpus import ScoredCorpus
from classmark.model.scoring.assignment import assign
from classmark.model.scoring.candidates import Candidates
from classmark.model.scoring.scorer import sigmoid
from classmark.model.settings import ResolvedSettings

from .calibration import fit_sigmoid
from .thresholds import choose_thresholds
from .training_set import TrainingSet

ESTIMATED = ("precision_at_1", "micro_precision", "micro_recall", "micro_f1", "macro_f1", "share_with_codes")
"""The measures of an estimate."""

_MIN_GAIN = 0.005
"""Smaller gains in the selection score are noise, even on 25,000 abstracts."""

_TRUST_IN_MIX = 1 / 40
"""How far the frequencies of codes are trusted, see `resample`.

Measured on hand-picked corpora with 10 to 30 abstracts of each code, against abstracts as they arrive: with it, the
intervals contain 97 % of the true values, without it 70 %. See ``tests/benchmarks/small.py``.
"""


class CrossValidation(Struct, frozen=True):
    """Decision values of the abstracts that were held out, for one or more trials, each with its own settings.

    Parameters
    ----------
    codes
        In the order of the columns.
    gold
        bool, shape (abstracts, codes).
    fold
        int64, shape (abstracts,): the fold of each.
    settings
        Of each trial.
    decision_values
        Of each trial.
    """

    codes: tuple[str, ...]
    gold: csr_matrix
    fold: NDArray[np.int64]
    settings: tuple[ResolvedSettings, ...]
    decision_values: tuple[Candidates, ...]

    @classmethod
    def of(cls, training_set: TrainingSet, codes: tuple[str, ...], settings: ResolvedSettings) -> CrossValidation:
        """Cross-validate one trial."""
        rows = training_set.is_held_out
        values = training_set.decision_function(settings)
        return cls(codes, training_set.gold[rows], training_set.fold[rows], (settings,), (values,))

    def with_trial(self, settings: ResolvedSettings, decision_values: Candidates) -> CrossValidation:
        """Return the same with a further trial."""
        settings_of_all = (*self.settings, settings)
        return replace(self, settings=settings_of_all, decision_values=(*self.decision_values, decision_values))

    def best_trial(self, rows: NDArray[np.bool_] | None = None) -> int:
        """Return the index of the trial with the highest selection score on these abstracts, or on all.

        The first trial, with the default settings, wins unless another gains half a point or more.
        """
        if len(self.settings) == 1:
            return 0
        scores = [self.selection_score(trial, rows) for trial in range(len(self.settings))]
        best = int(np.argmax(scores))
        return best if scores[best] >= scores[0] + _MIN_GAIN else 0

    def selection_score(self, trial: int, rows: NDArray[np.bool_] | None = None) -> float:
        """Return the mean of micro-F1 and macro-F1 of a trial on these abstracts, or on all."""
        rows = np.ones(len(self.fold), dtype=bool) if rows is None else rows
        scored = self._scored(trial, rows, rows, for_f1=True)
        return (MEASURES["micro_f1"](scored) + MEASURES["macro_f1"](scored)) / 2

    def scored_corpus(self) -> ScoredCorpus:
        """Score each abstract by a fit without it, and settings, calibration and thresholds from the other folds.

        This is the nested cross-validation of S. Varma and R. Simon ('Bias in error estimation when using
        cross-validation for model selection', BMC Bioinformatics 7, 2006), with one shortcut: the inner folds reuse
        the held-out decision values instead of refitting without the outer fold, which would multiply the time by
        the number of folds.
        """
        by_fold = []
        for number in np.unique(self.fold):
            inside, outside = self.fold != number, self.fold == number
            by_fold.append((np.flatnonzero(outside), self._scored(self.best_trial(inside), inside, outside)))
        order = np.argsort(np.concatenate([rows for rows, _ in by_fold]))
        parts = [scored for _, scored in by_fold]
        return ScoredCorpus.join(parts).take(order)

    def _scored(
        self, trial: int, fitted: NDArray[np.bool_], rows: NDArray[np.bool_], *, for_f1: bool = False
    ) -> ScoredCorpus:
        """Score ``rows`` with the calibration and thresholds fitted on ``fitted``, both bool, shape (abstracts,)."""
        values, gold = self.decision_values[trial].take(np.flatnonzero(fitted)), self.gold[fitted]
        precision = None if for_f1 else self.settings[trial].precision
        slope, offset = fit_sigmoid(values.values, values.are_gold(gold))
        thresholds = choose_thresholds(values.with_values(sigmoid(values.values * slope + offset)), gold, precision)
        scores = self.decision_values[trial].take(np.flatnonzero(rows))
        scores = scores.with_values(sigmoid(scores.values * slope + offset))
        assignment = assign(scores, thresholds, give_best=precision is None)
        return ScoredCorpus(self.codes, self.gold[rows], scores, assignment.assigned, ~assignment.uncertain)


def estimate(cross_validation: CrossValidation) -> dict[str, tuple[float, Interval]]:
    """Return the main measures by name, each with its 95 % confidence interval.

    Beside sampling error, the intervals allow for three things: new abstracts may have another mix of codes than a
    hand-picked corpus (`_TRUST_IN_MIX`); a measure of 1 on all abstracts is no proof of 1 on others (Wilson's
    interval); and macro-F1 is the mean of F1 scores that few abstracts determine only roughly.
    """
    scored = cross_validation.scored_corpus()
    resampled = resample(scored, trust_in_mix=_TRUST_IN_MIX).measures
    found = {}
    for name in ESTIMATED:
        value = MEASURES[name](scored)
        by_code = _margin_of_macro(scored) if name.startswith("macro") else 0.0
        found[name] = value, _widened(value, interval(resampled[name]), len(scored), by_code)
    return found


def _widened(value: float, found: Interval, abstracts: int, by_code: float) -> Interval:
    """Return the union of an interval and Wilson's, widened by the margin that the codes contribute."""
    wilson = wilson_interval(value, abstracts)
    low, high = min(found.low, wilson.low), max(found.high, wilson.high)
    return Interval(max(0.0, value - hypot(value - low, by_code)), min(1.0, value + hypot(high - value, by_code)))


def _margin_of_macro(scored: ScoredCorpus) -> float:
    """Return the margin of error of macro-F1 if a code with n abstracts is a proportion of n + 2 trials."""
    support = scored.support
    return float(1.96 * np.sqrt(np.sum(0.25 / (support + 2))) / len(support))

"""Train the levels of a scheme with parents on the features that the default codes were trained on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from scipy.sparse import csr_matrix

from classmark.corpus.abstract import Abstract
from classmark.corpus.scheme import Scheme
from classmark.model.measures.bootstrap import wilson_interval
from classmark.model.scoring.candidates import Candidates
from classmark.model.scoring.levels import FinerScorer, Level, finer_scorer, with_parents
from classmark.model.scoring.scorer import Scorer, sigmoid
from classmark.model.settings import ResolvedSettings

from .calibration import fit_sigmoid
from .labels import label_matrix, resolved_codes, scope_notes
from .thresholds import choose_thresholds
from .training_set import TrainingSet

MOST_LEVELS = 4
"""Deeper schemes are learned down to this level; codes below it roll up."""


class FittedLevel(Struct, frozen=True):
    """A level with the scores of the texts that were held out, by fits without them."""

    level: Level
    held_out: Candidates
    precision_at_1: float


class LevelTraining(Struct, frozen=True):
    """What levels are trained on.

    Parameters
    ----------
    abstracts
        With codes as fine as they are known.
    codes
        The codes that the default scorer was trained for.
    default
        The default scorer.
    """

    scheme: Scheme
    abstracts: Sequence[Abstract]
    training_set: TrainingSet
    settings: ResolvedSettings
    codes: tuple[str, ...]
    default: Scorer
    default_values: Candidates

    def fit(self) -> list[FittedLevel]:
        """Fit each level down to the finest code of an abstract or, without abstracts, of a scope note.

        Returns
        -------
        From the first level on; empty if there is one level only.
        """
        finest = self.scheme.at_level(None)
        own = [resolved_codes(abstract, finest) for abstract in self.abstracts]
        labels = own or [note.codes for note in scope_notes(finest)]
        deepest = max((self.scheme.level_of(code) for codes in labels for code in codes), default=1)
        fitted: list[FittedLevel] = []
        for level in range(1, min(deepest, MOST_LEVELS) + 1 if deepest > 1 else 1):
            fitted.append(self._fit_level(self.scheme.at_level(level), fitted[-1] if fitted else None))
        return fitted

    def _fit_level(self, scheme: Scheme, coarser: FittedLevel | None) -> FittedLevel:
        labels = [resolved_codes(abstract, scheme) for abstract in self.abstracts]
        labels += [note.codes for note in scope_notes(scheme)]
        above = coarser.level.codes if coarser else ()
        codes = tuple(sorted({code for own in labels for code in own}.union(above)))
        gold = label_matrix(labels, codes)
        training_set = replace(self.training_set, gold=gold, shares=None, _latest={})
        if codes == self.codes and _are_equal(gold, self.training_set.gold):
            values, scorer = self.default_values, self.default
        else:
            values = training_set.decision_function(self.settings)
            scorer = training_set.fit(self.settings, values)
        gold = gold[training_set.is_held_out]
        if coarser is None:
            held_out = values.with_values(scorer.calibrate(values.values))
            return FittedLevel(Level(codes, scorer), held_out, _precision_at_1(held_out, gold))
        finer = finer_scorer(Level(codes, scorer), coarser.level, scheme)
        return _calibrated(Level(codes, finer), coarser, values, gold, self.settings.precision)


def _calibrated(
    level: Level, coarser: FittedLevel, values: Candidates, gold: csr_matrix, precision: float | None
) -> FittedLevel:
    """Calibrate the scorer of a level, and choose its thresholds, with the scores of the codes above.

    Parameters
    ----------
    values, gold
        Of the abstracts that were held out; gold is bool, shape (abstracts, codes).
    """
    scorer = cast("FinerScorer", level.scorer)
    of_parents = coarser.held_out.values_of(values.row_of, scorer.parents[values.columns])
    decided = with_parents(values.values, of_parents)
    slope, offset = fit_sigmoid(decided, values.are_gold(gold))
    held_out = values.with_values(np.minimum(sigmoid(decided * slope + offset), of_parents))
    thresholds = choose_thresholds(held_out, gold, precision, gives_best=False)
    fitted = replace(scorer, slope=slope, offset=offset, thresholds=thresholds)
    return FittedLevel(Level(level.codes, fitted), held_out, _precision_at_1(held_out, gold))


def _are_equal(first: csr_matrix, second: csr_matrix) -> bool:
    return np.array_equal(first.indptr, second.indptr) and np.array_equal(first.indices, second.indices)


def _precision_at_1(scores: Candidates, gold: csr_matrix) -> float:
    return float(scores.are_gold(gold)[scores.best_entries].mean()) if len(scores) else 0.0


def level_cards(fitted: Sequence[FittedLevel], *, is_evidence: bool) -> list[dict[str, Any]]:
    """Return what a model card says of levels; without evidence, only the number of codes."""
    cards: list[dict[str, Any]] = []
    for each in fitted:
        card: dict[str, Any] = {"codes": len(each.level.codes)}
        if is_evidence:
            bounds = wilson_interval(each.precision_at_1, len(each.held_out))
            card["precision_at_1"] = [round(figure, 4) for figure in (each.precision_at_1, bounds.low, bounds.high)]
        cards.append(card)
    return cards

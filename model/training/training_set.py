"""Prepare texts with their codes for training, and fit a scorer to them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from classmark.model.scoring.candidates import Candidates
from classmark.model.scoring.scorer import Block, Scorer, Scores, sigmoid
from classmark.model.settings import FEW_CODES, MEDIUM_CORPUS, ResolvedSettings
from classmark.model.text.blocks import Text

from .calibration import fit_sigmoid
from .coverage import min_coverage
from .features import Features, learn_features
from .labels import support_of
from .linear_svm import LinearModel, fit_linear_svm, held_out_decision_values
from .memory_need import MemoryNeed
from .shares import shifts_for, weights_for
from .stratification import assign_folds
from .thresholds import choose_thresholds

_PARTS, _PARTS_HELD_OUT = 8, 3
"""Of a large corpus, three of nine parts are held out, all from one fit; each is a fold of the estimate."""


class TrainingSet(Struct, frozen=True):
    """Training set: features, labels, sample weights and folds of texts.

    Parameters
    ----------
    gold
        bool, shape (texts, codes).
    sample_weights
        float64, shape (texts,).
    fold
        int64, shape (texts,): the fold of each text that is held out; -1 for others, such as scope notes.
    held_out_at_once
        True to hold out all folds in one fit, False for one fit per fold.
    shares
        float64, shape (codes,): the share of each code in the collection that will be classified; None if not known.
    """

    features: Features
    gold: csr_matrix
    sample_weights: NDArray[np.float64]
    fold: NDArray[np.int64]
    held_out_at_once: bool = False
    shares: NDArray[np.float64] | None = None
    _latest: dict[ResolvedSettings, LinearModel] = field(default_factory=dict)

    @property
    def is_held_out(self) -> NDArray[np.bool_]:
        """bool, shape (texts,): True for texts that a fit without them scores."""
        return np.asarray(self.fold >= 0)

    @property
    def folds(self) -> int:
        """The number of fits with texts held out; 0 without abstracts."""
        return len(self._held_out)

    @property
    def _held_out(self) -> list[NDArray[np.bool_]]:
        """bool, shape (texts,), for each fit: True for the texts that are held out."""
        if self.held_out_at_once:
            return [self.is_held_out]
        return [self.fold == number for number in range(self.fold.max() + 1)]

    @property
    def memory_need(self) -> MemoryNeed:
        """The memory that fitting takes."""
        columns = sum(sum(block.affixes.shape) for block in self.features.blocks.values())
        return MemoryNeed(self.gold.shape[1], columns, self.gold.shape[0])

    def suited_to(self, shares: NDArray[np.float64]) -> TrainingSet:
        """Return the same training set for a collection with these shares of codes, shape (codes,)."""
        weights = self.sample_weights.copy()
        weights[self.is_held_out] *= weights_for(shares, self.gold[self.is_held_out])
        return replace(self, sample_weights=weights, shares=shares)

    def decision_function(self, settings: ResolvedSettings) -> Candidates:
        """Return the decision values of the texts that are held out."""
        data = self.features, self.gold, self.sample_weights
        values = held_out_decision_values(*data, self._held_out, self._model(settings), settings)
        return values.with_values(values.values + self._shifts()[values.columns])

    def fit(self, settings: ResolvedSettings, decision_values: Candidates) -> Scorer:
        """Fit on all texts, then calibrate and choose thresholds on the held-out decision values."""
        model = self._model(settings)
        blocks = {
            name: Block(block.vocabulary, model.idf[name], model.weights[name])
            for name, block in self.features.blocks.items()
        }
        intercepts = model.intercepts + self._shifts()
        scorer = calibrated_scorer(blocks, intercepts, decision_values, self.gold[self.is_held_out], settings)
        return replace(scorer, min_coverage=min_coverage(self.features, self.is_held_out))

    def _shifts(self) -> NDArray[np.float64]:
        """Return what is added to the decision values of each code because of its share, shape (codes,)."""
        if self.shares is None:
            return np.zeros(self.gold.shape[1])
        return shifts_for(self.shares, support_of(self.gold[self.is_held_out]))

    def _model(self, settings: ResolvedSettings) -> LinearModel:
        """Return the model fitted on all texts; the latest is kept, as `decision_function` and `fit` both need it."""
        if settings not in self._latest:
            self._latest.clear()
            self._latest[settings] = fit_linear_svm(self.features, self.gold, self.sample_weights, settings)
        return self._latest[settings]


def calibrated_scorer(
    blocks: dict[str, Block],
    intercepts: Scores,
    decision_values: Candidates,
    gold: csr_matrix,
    settings: ResolvedSettings,
) -> Scorer:
    """Return a scorer with calibration and thresholds fitted on held-out abstracts.

    Parameters
    ----------
    decision_values, gold
        Of the held-out abstracts; gold is bool, shape (abstracts, codes).
    """
    slope, offset = fit_sigmoid(decision_values.values, decision_values.are_gold(gold))
    scores = decision_values.with_values(sigmoid(decision_values.values * slope + offset))
    thresholds = choose_thresholds(scores, gold, settings.precision)
    return Scorer(blocks, intercepts, slope, offset, thresholds, gives_best=settings.precision is None)


def build_training_set(
    texts: Sequence[Text],
    gold: csr_matrix,
    is_note: NDArray[np.bool_],
    groups: NDArray[np.int64],
    settings: ResolvedSettings,
) -> TrainingSet:
    """Build a training set; of the settings, it depends only on the weight of notes, the number of folds and the seed.

    Parameters
    ----------
    gold
        bool, shape (texts, codes).
    is_note
        bool, shape (texts,): True for scope notes.
    groups
        int64, shape (texts,): texts with the same number are held out together.

    Raises
    ------
    CorpusError
        The texts share no words, or there is too little memory for this many codes.
    """
    fold = np.full(len(texts), -1)
    distinct = np.unique(groups[~is_note]).size
    at_once = settings.folds is None and distinct > MEDIUM_CORPUS
    folds = settings.folds or (_PARTS if at_once else _default_folds(distinct, gold.shape[1]))
    fold[~is_note] = assign_folds(gold[~is_note], folds, settings.seed, groups[~is_note])
    if at_once:
        fold[fold >= _PARTS_HELD_OUT] = -1
    sample_weights = np.where(is_note, settings.note_weight, 1.0)
    training_set = TrainingSet(learn_features(texts, is_note, gold), gold, sample_weights, fold, at_once)
    training_set.memory_need.check()
    return training_set


def _default_folds(abstracts: int, codes: int) -> int:
    """Return ten folds for few codes, as many as abstracts for fewer than ten; three for many codes, to save time."""
    return 3 if codes > FEW_CODES else max(2, min(10, abstracts))

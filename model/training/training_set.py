"""Prepare texts with their codes for training, and fit a scorer to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from classmark.model.scoring.candidates import Candidates
from classmark.model.scoring.scorer import Block, Scorer, Scores, sigmoid
from classmark.model.settings import FEW_CODES, MEDIUM_CORPUS, ResolvedSettings
from classmark.model.text.blocks import Text

from .calibration import fit_sigmoid
from .coverage import min_coverage
from .features import Features, learn_features
from .linear_svm import LinearModel, fit_linear_svm, out_of_fold_decision_values
from .memory_need import MemoryNeed
from .stratification import assign_folds
from .thresholds import choose_thresholds


@dataclass(frozen=True)
class TrainingSet:
    """Training set: features, labels, sample weights and folds of texts.

    Parameters
    ----------
    gold
        bool, shape (texts, codes).
    sample_weights
        float64, shape (texts,).
    fold
        int64, shape (texts,): the fold in which each is held out; -1 for scope notes, which never are.
    """

    features: Features
    gold: csr_matrix
    sample_weights: NDArray[np.float64]
    fold: NDArray[np.int64]
    _latest: dict[ResolvedSettings, LinearModel] = field(default_factory=dict, repr=False)

    @property
    def is_abstract(self) -> NDArray[np.bool_]:
        """bool, shape (texts,): False for scope notes."""
        return np.asarray(self.fold >= 0)

    @property
    def folds(self) -> int:
        """The number of folds; 0 without abstracts."""
        return int(self.fold.max()) + 1

    @property
    def memory_need(self) -> MemoryNeed:
        """The memory that fitting takes."""
        columns = sum(sum(block.affixes.shape) for block in self.features.blocks.values())
        return MemoryNeed(self.gold.shape[1], columns, self.gold.shape[0])

    def decision_function(self, settings: ResolvedSettings) -> Candidates:
        """Return the out-of-fold decision values of the abstracts."""
        model = self._model(settings)
        return out_of_fold_decision_values(self.features, self.gold, self.sample_weights, self.fold, model, settings)

    def fit(self, settings: ResolvedSettings, decision_values: Candidates) -> Scorer:
        """Fit on all texts, then calibrate and choose thresholds on the out-of-fold decision values."""
        model = self._model(settings)
        blocks = {
            name: Block(block.vocabulary, model.idf[name], model.weights[name])
            for name, block in self.features.blocks.items()
        }
        scorer = calibrated_scorer(blocks, model.intercepts, decision_values, self.gold[self.is_abstract], settings)
        return replace(scorer, min_coverage=min_coverage(self.features, self.is_abstract))

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
    folds = settings.folds or _default_folds(np.unique(groups[~is_note]).size, gold.shape[1])
    fold[~is_note] = assign_folds(gold[~is_note], folds, settings.seed, groups[~is_note])
    sample_weights = np.where(is_note, settings.note_weight, 1.0)
    training_set = TrainingSet(learn_features(texts, is_note, gold), gold, sample_weights, fold)
    training_set.memory_need.check()
    return training_set


def _default_folds(abstracts: int, codes: int) -> int:
    """Return ten folds up to a medium corpus, where each held-out abstract is missed, else three, to save time.

    With many codes, there are three in any corpus.
    """
    return 3 if abstracts > MEDIUM_CORPUS or codes > FEW_CODES else max(2, min(10, abstracts))

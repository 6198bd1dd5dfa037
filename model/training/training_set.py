"""A lesson: texts with their codes, ready to be learned from with any settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from classmark.model.scoring.scorer import Block, Scorer, Scores, sigmoid
from classmark.model.settings import ResolvedSettings
from classmark.model.text.blocks import Text

from .calibration import fit_sigmoid
from .coverage import min_coverage
from .features import FEW, Features, learn_features
from .linear_svm import fit_linear_svm, out_of_fold_decision_values
from .memory_need import MemoryNeed
from .stratification import assign_folds
from .thresholds import choose_thresholds


@dataclass(frozen=True)
class TrainingSet:
    """Texts with their codes.

    Parameters
    ----------
    gold
        bool, shape (texts, codes).
    weights
        float64, shape (texts,): how much each text counts.
    fold
        int64, shape (texts,): the fold in which each is held out; -1 for scope notes, which never are.
    """

    features: Features
    gold: NDArray[np.bool_]
    weights: NDArray[np.float64]
    fold: NDArray[np.int64]

    @property
    def is_abstract(self) -> NDArray[np.bool_]:
        """Shape (texts,): whether each is an abstract rather than a scope note."""
        return np.asarray(self.fold >= 0)

    @property
    def need(self) -> MemoryNeed:
        """What it takes of memory to learn from it."""
        columns = sum(sum(part.pieces.shape) for part in self.features.parts.values())
        return MemoryNeed(self.gold.shape[1], columns, len(self.gold))

    def decision_function(self, settings: ResolvedSettings) -> Scores:
        """Return the decision values of the abstracts, shape (abstracts, codes), each by a fit without its fold."""
        return out_of_fold_decision_values(self.features, self.gold, self.weights, self.fold, settings)[
            self.is_abstract
        ]

    def learn(self, settings: ResolvedSettings, decided: Scores) -> Scorer:
        """Fit on all texts; calibration and thresholds come from the held-out decision values."""
        fitted = fit_linear_svm(self.features, self.gold, self.weights, settings)
        blocks = {
            name: Block(part.vocabulary, fitted.idf[name], fitted.weights[name])
            for name, part in self.features.parts.items()
        }
        scorer = calibrated(blocks, fitted.intercepts, decided, self.gold[self.is_abstract], settings)
        return replace(scorer, min_coverage=min_coverage(self.features, self.is_abstract))


def calibrated(
    blocks: dict[str, Block], intercepts: Scores, decided: Scores, gold: NDArray[np.bool_], settings: ResolvedSettings
) -> Scorer:
    """Return a scorer with the calibration and the thresholds that suit held-out abstracts.

    Parameters
    ----------
    decided, gold
        Their decision values and their codes, shape (abstracts, codes).
    """
    slope, offset = fit_sigmoid(decided, gold)
    thresholds = choose_thresholds(sigmoid(decided * slope + offset), gold, settings.precision)
    return Scorer(blocks, intercepts, slope, offset, thresholds, gives_best=settings.precision is None)


def prepare(
    texts: Sequence[Text],
    gold: NDArray[np.bool_],
    is_note: NDArray[np.bool_],
    groups: NDArray[np.int64],
    settings: ResolvedSettings,
) -> TrainingSet:
    """Prepare a lesson; of the settings, only the weight of notes, the number of folds and the seed matter yet.

    Parameters
    ----------
    gold
        bool, shape (texts, codes).
    is_note
        bool, shape (texts,): which are scope notes.
    groups
        int64, shape (texts,): texts with the same number are held out together.

    Raises
    ------
    CorpusError
        The texts share no words, or there is too little memory for so many codes.
    """
    fold = np.full(len(texts), -1)
    folds = settings.folds or _usual_folds(np.unique(groups[~is_note]).size)
    fold[~is_note] = assign_folds(gold[~is_note], folds, settings.seed, groups[~is_note])
    weights = np.where(is_note, settings.note_weight, 1.0)
    lesson = TrainingSet(learn_features(texts, is_note, gold), gold, weights, fold)
    lesson.need.check()
    return lesson


def _usual_folds(abstracts: int) -> int:
    """Return many folds for few abstracts, of which each is missed where it is held out."""
    return 3 if abstracts > FEW else max(2, min(10, abstracts))

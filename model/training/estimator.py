"""The classifier as scikit-learn knows classifiers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.preprocessing import MultiLabelBinarizer
from sklearn.utils.validation import check_is_fitted

from classmark.corpus.errors import CorpusError
from classmark.model.scoring.scorer import Scores
from classmark.model.settings import Settings
from classmark.model.text.blocks import Text

from .training_set import prepare

Labels = Sequence[Collection[str]] | ArrayLike


class SubjectClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """TF-IDF over words, their pieces and word pairs, a linear machine and calibrated scores for each code.

    Parameters
    ----------
    C
        Inverse regularization strength, as in `LinearSVC`; None, as for the next three, for what suits the number of
        texts, see `Settings.suited_to`.
    title_weight
        How much the title counts as a block of its own, beside its place in the text.
    piece_weight
        How much the beginnings and endings of words count beside the words.
    balance
        How far rare labels are weighed up: 0 not at all, 1 until a label and its absence count alike.
    note_weight
        How much a scope note counts, where an abstract counts 1.
    precision
        What share of the assigned codes is to be right; as many are assigned as that allows, and none to an abstract
        where none is sure enough. None: the thresholds with the best F1.
    folds
        By how many folds scores are calibrated and thresholds chosen; None for ten up to 10,000 abstracts, else three.
    seed
        Same seed, same abstracts, same classifier.
    jobs
        How many processes fit at once, in joblib's way of counting: -1 for all cores.

    Attributes
    ----------
    classes_
        The codes, sorted; for a matrix of labels, its columns' numbers.
    scorer_
        What was learned, as arrays.
    held_out_decisions_, held_out_scores_
        float64, shape (abstracts, classes): the decision values of each abstract by the fit that had not seen it, and
        the same as scores; without scope notes.

    Examples
    --------
    >>> texts = ["Armed groups and insurgency", "War and armies", "Parties and voters", "Elections and parties"]
    >>> classifier = SubjectClassifier(folds=2).fit(texts, ["U", "U", "J", "J"])
    >>> classifier.predict(["The army went to war"]).tolist()
    ['U']
    """

    def __init__(  # noqa: PLR0913  # scikit-learn's parameters
        self,
        *,
        C: float | None = None,
        title_weight: float | None = None,
        piece_weight: float | None = None,
        balance: float | None = None,
        note_weight: float = 3.0,
        precision: float | None = None,
        folds: int | None = None,
        seed: int = 0,
        jobs: int | None = None,
    ) -> None:  # fmt: skip
        self.C = C
        self.title_weight = title_weight
        self.piece_weight = piece_weight
        self.balance = balance
        self.note_weight = note_weight
        self.precision = precision
        self.folds = folds
        self.seed = seed
        self.jobs = jobs

    def fit(
        self, X: Sequence[Text], y: Labels, *, notes: ArrayLike | None = None, groups: ArrayLike | None = None
    ) -> SubjectClassifier:
        """Learn from texts and their labels.

        Parameters
        ----------
        X
            Strings, or `Abstract` values whose titles are then known as such.
        y
            One label a text; or a collection of labels a text; or a matrix of 0 and 1, a column a label.
        notes
            bool, shape (texts,): which texts are scope notes of their labels rather than abstracts. They
            are learned from, but scores are not calibrated on them.
        groups
            int64, shape (texts,): texts with the same number, such as near duplicates, are held out together.

        Raises
        ------
        CorpusError
            There are fewer than two labels, the lengths differ, or the texts share no words; it is a ValueError.
        """
        gold = self._read_labels(X, y)
        is_note = np.zeros(len(X), dtype=bool) if notes is None else np.asarray(notes, dtype=bool)
        together = np.arange(len(X)) if groups is None else np.asarray(groups)
        settings = Settings(**self.get_params()).suited_to(int((~is_note).sum()))
        lesson = prepare(X, gold, is_note, together, settings)
        self.held_out_decisions_ = lesson.decision_function(settings)
        self.scorer_ = lesson.learn(settings, self.held_out_decisions_)
        return self

    @property
    def held_out_scores_(self) -> Scores:
        """The held-out decision values as scores."""
        return self.scorer_.calibrate(self.held_out_decisions_)

    def _read_labels(self, X: Sequence[Text], y: Labels) -> NDArray[np.bool_]:
        rows = np.asarray(y) if hasattr(y, "shape") else list(y)  # type: ignore[arg-type]
        if isinstance(rows, np.ndarray) and rows.ndim == 2:
            gold, self.multilabel_ = rows != 0, True
            self.classes_ = np.arange(gold.shape[1])
        elif all(isinstance(row, Collection) and not isinstance(row, str) for row in rows):
            binarizer = MultiLabelBinarizer()
            gold, self.multilabel_ = binarizer.fit_transform(rows) != 0, True
            self.classes_ = binarizer.classes_
        else:
            labels = np.asarray(rows)
            self.classes_ = np.unique(labels)
            gold, self.multilabel_ = labels[:, np.newaxis] == self.classes_, False
        if len(self.classes_) < 2:
            raise CorpusError("a classifier needs texts with at least two different labels")
        if len(gold) != len(X):
            raise CorpusError(f"there are {len(X)} texts, but {len(gold)} labels")
        return np.asarray(gold, dtype=bool)

    def decision_function(self, X: Sequence[Text]) -> Scores:
        """Return the distances from the hyperplanes, float64, shape (texts, classes)."""
        check_is_fitted(self)
        return self.scorer_.decision_function(X)[0]

    def predict_proba(self, X: Sequence[Text]) -> Scores:
        """Return the calibrated scores, shape (texts, classes); they need not add up to 1."""
        check_is_fitted(self)
        return self.scorer_.score(X)

    def predict(self, X: Sequence[Text]) -> NDArray[Any]:
        """Return the best label of each text or, learned from several a text, a matrix of 0 and 1."""
        check_is_fitted(self)
        said = self.scorer_.assign_codes(X)
        if not self.multilabel_:
            return np.asarray(self.classes_[said.scores.argmax(axis=1)])
        return said.assignment.assigned.astype(np.int64)

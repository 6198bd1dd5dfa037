"""The classifier as scikit-learn knows classifiers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.preprocessing import MultiLabelBinarizer
from sklearn.utils.validation import check_is_fitted

from classmark.corpus import CorpusError

from .assignment import assign
from .calibration import fit_sigmoid
from .folds import assign_folds
from .linear import LinearSettings, Weights, fit_with_folds
from .scorer import BLOCKS, Block, Scorer, Scores, Text, sigmoid
from .thresholds import choose_thresholds
from .vocabulary import Vocabulary, learn_vocabulary

_FEW = 10_000
_MIN_TEXTS_OF_FEW = {"text": (1, 2), "title": (1, 1)}
_MIN_TEXTS_OF_MANY = {"text": (2, 2), "title": (2, 2)}
"""In how many abstracts a word must occur to be a feature, and a pair of words, by block.

Of few abstracts, what occurs once still tells something: measured on catalogue records with 2,600 abstracts
learned from, it adds a point of precision at 1.
"""

Labels = Sequence[Collection[str]] | ArrayLike


class SubjectClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """TF-IDF over words and word pairs, a linear support vector machine and calibrated scores for each code.

    Parameters
    ----------
    C
        How much a misplaced abstract counts against small weights.
    title_weight
        How much the title counts as a block of its own, beside its place in the text.
    note_weight
        How much a scope note counts, where an abstract counts 1.
    language
        Whose stems words are reduced to, by Snowball's names; ``none`` for no stems.
    folds
        By how many folds scores are calibrated and thresholds chosen.
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
    held_out_scores_
        float64, shape (abstracts, classes): the score of each abstract by the fit that had not seen it.

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
        C: float = 0.3,
        title_weight: float = 1.0,
        note_weight: float = 3.0,
        language: str = "english",
        folds: int = 3,
        seed: int = 0,
        jobs: int | None = None,
    ) -> None:  # fmt: skip
        self.C = C
        self.title_weight = title_weight
        self.note_weight = note_weight
        self.language = language
        self.folds = folds
        self.seed = seed
        self.jobs = jobs

    def fit(self, X: Sequence[Text], y: Labels, *, notes: ArrayLike | None = None) -> SubjectClassifier:
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

        Raises
        ------
        CorpusError
            There are fewer than two labels, the lengths differ, or the texts share no words; it is a ValueError.
        """
        truth = self._read_labels(X, y)
        is_note = np.zeros(len(X), dtype=bool) if notes is None else np.asarray(notes, dtype=bool)
        texts = {
            name: [b"" if note and name == "title" else part_of(text) for text, note in zip(X, is_note, strict=True)]
            for name, part_of in BLOCKS.items()
        }  # a note has no title, nor a sentence that could stand in for it
        min_texts = _MIN_TEXTS_OF_FEW if len(X) < _FEW else _MIN_TEXTS_OF_MANY
        vocabularies = {name: learn_vocabulary(texts[name], truth, min_texts[name], self.language) for name in BLOCKS}
        if not any(vocabulary.size for vocabulary in vocabularies.values()):
            raise CorpusError("the abstracts have no words to learn from")
        fold = np.full(len(X), -1)
        fold[~is_note] = assign_folds(truth[~is_note], self.folds, self.seed)
        weights, decided = fit_with_folds(
            [(vocabulary.count(texts[name]), vocabulary.size) for name, vocabulary in vocabularies.items()],
            truth,
            np.where(is_note, self.note_weight, 1.0),
            fold,
            LinearSettings(self.C, (1.0, self.title_weight), self.seed, self.jobs),
        )
        self.scorer_ = self._scorer(vocabularies, weights, decided[~is_note], truth[~is_note])
        return self

    def _read_labels(self, X: Sequence[Text], y: Labels) -> NDArray[np.bool_]:
        rows = np.asarray(y) if hasattr(y, "shape") else list(y)  # type: ignore[arg-type]
        if isinstance(rows, np.ndarray) and rows.ndim == 2:
            truth, self.multilabel_ = rows != 0, True
            self.classes_ = np.arange(truth.shape[1])
        elif all(isinstance(row, Collection) and not isinstance(row, str) for row in rows):
            binarizer = MultiLabelBinarizer()
            truth, self.multilabel_ = binarizer.fit_transform(rows) != 0, True
            self.classes_ = binarizer.classes_
        else:
            labels = np.asarray(rows)
            self.classes_ = np.unique(labels)
            truth, self.multilabel_ = labels[:, np.newaxis] == self.classes_, False
        if len(self.classes_) < 2:
            raise CorpusError("a classifier needs texts with at least two different labels")
        if len(truth) != len(X):
            raise CorpusError(f"there are {len(X)} texts, but {len(truth)} labels")
        return np.asarray(truth, dtype=bool)

    def _scorer(
        self, vocabularies: dict[str, Vocabulary], weights: Weights, decided: Scores, truth: NDArray[np.bool_]
    ) -> Scorer:
        slope, offset = fit_sigmoid(decided, truth)
        block_weights = dict(zip(BLOCKS, (1.0, self.title_weight), strict=True))
        ends = np.cumsum([vocabulary.size for vocabulary in vocabularies.values()])[:-1]
        blocks = {
            name: Block(vocabulary, idf, part * np.float32(block_weights[name]))
            for (name, vocabulary), idf, part in zip(
                vocabularies.items(), weights.idf, np.split(weights.weights, ends), strict=True
            )
        }
        self.held_out_scores_ = sigmoid(decided * slope + offset)
        thresholds = choose_thresholds(self.held_out_scores_, truth)
        return Scorer(blocks, weights.intercepts, slope, offset, thresholds)

    def decision_function(self, X: Sequence[Text]) -> Scores:
        """Return the distances from the hyperplanes, float64, shape (texts, classes)."""
        check_is_fitted(self)
        return self.scorer_.decide(X)[0]

    def predict_proba(self, X: Sequence[Text]) -> Scores:
        """Return the calibrated scores, shape (texts, classes); they need not add up to 1."""
        check_is_fitted(self)
        return self.scorer_.score(X)

    def predict(self, X: Sequence[Text]) -> NDArray[Any]:
        """Return the best label of each text or, learned from several a text, a matrix of 0 and 1."""
        scores = self.predict_proba(X)
        if not self.multilabel_:
            return np.asarray(self.classes_[scores.argmax(axis=1)])
        return assign(scores, self.scorer_.thresholds).assigned.astype(np.int64)

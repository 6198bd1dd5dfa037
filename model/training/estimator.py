"""Provide the classifier as a scikit-learn estimator."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_matrix
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.preprocessing import MultiLabelBinarizer
from sklearn.utils.validation import check_is_fitted

from classmark.corpus.errors import CorpusError
from classmark.model.scoring.candidates import Candidates
from classmark.model.scoring.scorer import Scores
from classmark.model.settings import Settings
from classmark.model.text.blocks import Text

from .labels import gold_matrix
from .training_set import build_training_set

Labels = Sequence[Collection[str]] | ArrayLike


class SubjectClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """TF-IDF of words, word pairs and affixes, with a linear SVM and calibrated scores per code.

    Parameters
    ----------
    C
        Inverse regularization strength, as in `LinearSVC`. For this and the next four, None stands for the value that
        suits the number of texts; see `Settings.suited_to`.
    title_weight
        Weight of the title as a block of its own; the text begins with the title, too.
    piece_weight
        Weight of affixes, the beginnings and endings of words, relative to words.
    balance
        Class weighting in favour of rare labels, from 0, none, to 1, as scikit-learn's ``class_weight="balanced"``.
    bayes_weight
        Weight of naive Bayes beside the support vector machine, from 0, none; at 1, both move scores equally.
    note_weight
        Sample weight of a scope note; an abstract has 1.
    precision
        The share of assigned codes that should be right: as many codes are assigned as this allows, and possibly none
        to an abstract. None for the thresholds with the best F1.
    folds
        The number of folds for calibration and thresholds. None for ten, or three with more than 128 codes; of more
        than 10,000 abstracts, three eighths are held out once.
    hand_picked
        Whether the texts were written or chosen by hand, and are no sample of what will be classified.
    seed
        The same seed and texts give the same classifier.
    jobs
        The number of processes, as joblib's ``n_jobs``: -1 for all cores.

    Attributes
    ----------
    classes_
        The codes, sorted; for a label matrix, the column numbers.
    scorer_
        The fitted arrays.
    held_out_
        The scores of the texts that were held out, in their order, by fits without them: of all classes or, if there
        are many, the best. With ``folds`` given, and up to 10,000 abstracts, these are all texts but scope notes.
    held_out_scores_
        The same as an array, float64, shape (texts held out, classes); 0 for other classes.

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
        bayes_weight: float | None = None,
        note_weight: float = 3.0,
        precision: float | None = None,
        folds: int | None = None,
        hand_picked: bool = False,
        seed: int = 0,
        jobs: int | None = None,
    ) -> None:  # fmt: skip
        self.C = C
        self.title_weight = title_weight
        self.piece_weight = piece_weight
        self.balance = balance
        self.bayes_weight = bayes_weight
        self.note_weight = note_weight
        self.precision = precision
        self.folds = folds
        self.hand_picked = hand_picked
        self.seed = seed
        self.jobs = jobs

    def fit(
        self, X: Sequence[Text], y: Labels, *, notes: ArrayLike | None = None, groups: ArrayLike | None = None
    ) -> SubjectClassifier:
        """Fit to texts and their labels.

        Parameters
        ----------
        X
            Strings, or `Abstract` objects, which have a title.
        y
            One label per text; or a collection of labels per text; or a matrix of 0 and 1 with one column per label.
        notes
            bool, shape (texts,): True for scope notes of their labels. They are training texts, but are not used for
            calibration. None if all texts are abstracts.
        groups
            int64, shape (texts,): texts with the same number, such as near duplicates, are held out together.

        Raises
        ------
        CorpusError
            There are fewer than two labels, the lengths differ, or the texts share no words. A subclass of ValueError.
        """
        gold = self._read_labels(X, y)
        is_note = np.zeros(len(X), dtype=bool) if notes is None else np.asarray(notes, dtype=bool)
        group_of = np.arange(len(X)) if groups is None else np.asarray(groups)
        settings = Settings(**self.get_params()).suited_to(int((~is_note).sum()))
        training_set = build_training_set(X, gold, is_note, group_of, settings)
        values = training_set.decision_function(settings)
        self.scorer_ = training_set.fit(settings, values)
        self.held_out_: Candidates = values.with_values(self.scorer_.calibrate(values.values))
        return self

    @property
    def held_out_scores_(self) -> Scores:
        """The held-out scores as an array."""
        return self.held_out_.to_dense()

    def _read_labels(self, X: Sequence[Text], y: Labels) -> csr_matrix:
        """Set ``classes_`` and ``multilabel_``, and return the labels as a matrix, bool, shape (texts, classes)."""
        rows = np.asarray(y) if hasattr(y, "shape") else list(y)  # type: ignore[arg-type]
        if isinstance(rows, np.ndarray) and rows.ndim == 2:
            gold, self.multilabel_ = csr_matrix(rows != 0), True
            self.classes_: NDArray[Any] = np.arange(gold.shape[1])
        elif all(isinstance(row, Collection) and not isinstance(row, str) for row in rows):
            binarizer = MultiLabelBinarizer(sparse_output=True)
            gold, self.multilabel_ = binarizer.fit_transform(rows).astype(bool), True
            gold.sort_indices()
            self.classes_ = binarizer.classes_
        else:
            self.classes_, columns = np.unique(np.asarray(rows), return_inverse=True)
            gold = gold_matrix(np.arange(len(columns)), columns, (len(columns), len(self.classes_)))
            self.multilabel_ = False
        if len(self.classes_) < 2:
            raise CorpusError("a classifier needs texts with at least two different labels")
        if gold.shape[0] != len(X):
            raise CorpusError(f"there are {len(X)} texts, but {gold.shape[0]} labels")
        return gold

    def decision_function(self, X: Sequence[Text]) -> Scores:
        """Return the decision values, float64, shape (texts, classes)."""
        check_is_fitted(self)
        return self.scorer_.decision_function(X)[0]

    def predict_proba(self, X: Sequence[Text]) -> Scores:
        """Return the calibrated scores, float64, shape (texts, classes); a text's scores need not add up to 1."""
        check_is_fitted(self)
        return self.scorer_.score(X)

    def predict(self, X: Sequence[Text]) -> NDArray[Any]:
        """Return the best label of each text or, if fitted to several labels per text, a matrix of 0 and 1."""
        check_is_fitted(self)
        result = self.scorer_.assign_codes(X)
        if not self.multilabel_:
            return np.asarray(self.classes_[result.scores.best])
        return result.scores.with_values(result.assignment.assigned).to_dense().astype(np.int64)

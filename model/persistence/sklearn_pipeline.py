"""Export a classifier as a fitted scikit-learn pipeline, for use in other programs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import joblib
import numpy as np
from msgspec import Struct
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import LabelBinarizer

from classmark.corpus.errors import UsageError
from classmark.corpus.output.atomic import replacing
from classmark.model.scoring.classifier import Classifier
from classmark.model.scoring.scorer import Block, Scorer
from classmark.model.text.blocks import BLOCKS, Text
from classmark.model.text.pair_keys import first_of, second_of
from classmark.model.text.vocabulary import SHORTEST

_MOST_WEIGHTS = 500_000_000
"""Weights of a pipeline (4 GB while it is made)."""


class Analyzer(Struct, frozen=True):
    """An analyzer for scikit-learn's vectorizers: from a text to the words and word pairs of one block."""

    block: str
    stops: frozenset[str]

    def __call__(self, text: Text) -> list[str]:
        """Return the words and the word pairs; the words of a pair are joined by a space."""
        words = [word for word in BLOCKS[self.block](text).decode().split() if len(word) >= SHORTEST]
        words = [word for word in words if word not in self.stops]
        return words + [f"{first} {second}" for first, second in pairwise(words)]


def as_pipeline(classifier: Classifier) -> Pipeline:
    """Return a fitted pipeline whose ``predict_proba`` gives the classifier's scores.

    It takes strings or `Abstract` values. Its ``predict`` assigns codes from 0.5 on; the attribute ``thresholds_`` has
    the classifier's own thresholds, ``classes_`` the codes.

    Raises
    ------
    UsageError
        The pipeline would take too much memory, as it holds weights near zero, too.
    """
    scorer = classifier.scorer
    weights = len(classifier.codes) * sum(block.weights.features for block in scorer.blocks.values())
    if weights > _MOST_WEIGHTS:
        raise UsageError(
            f"a scikit-learn pipeline holds all {weights:,} weights of {len(classifier.codes):,} codes, too many for "
            "memory; label with this program, or train fewer codes"
        )
    union = FeatureUnion([(name, _vectorizer(name, block)) for name, block in scorer.blocks.items()])
    pipeline = Pipeline([("tfidf", union), ("codes", _one_vs_rest(classifier.codes, scorer))])
    pipeline.thresholds_ = scorer.thresholds
    return pipeline


def export_joblib(classifier: Classifier, path: Path) -> None:
    """Write the pipeline with joblib. Loading such a file runs the code in it, so load only files that you trust.

    Raises
    ------
    UsageError
        The folder does not exist or can't be written to.
    """
    with replacing(path) as stream:
        joblib.dump(as_pipeline(classifier), stream)


def _vectorizer(name: str, block: Block) -> TfidfVectorizer:
    vocabulary = block.vocabulary
    terms = [word.decode() for word in vocabulary.words]
    pairs = [f"{terms[first_of(int(pair))]} {terms[second_of(int(pair))]}" for pair in vocabulary.pairs]
    analyzer = Analyzer(name, frozenset(vocabulary.stops))
    vectorizer = TfidfVectorizer(analyzer=analyzer, vocabulary=terms + pairs, sublinear_tf=True)
    vectorizer.idf_ = block.idf.astype(np.float64)
    return vectorizer


def _one_vs_rest(codes: Sequence[str], scorer: Scorer) -> OneVsRestClassifier:
    weights = np.concatenate([block.weights.to_dense() for block in scorer.blocks.values()]) * scorer.slope
    intercepts = scorer.intercepts * scorer.slope + scorer.offset
    one_vs_rest = OneVsRestClassifier(LogisticRegression())
    one_vs_rest.label_binarizer_ = LabelBinarizer().fit(np.eye(len(codes), dtype=int))
    one_vs_rest.classes_ = one_vs_rest.label_binarizer_.classes_ = np.array(codes, dtype=object)
    one_vs_rest.estimators_ = []
    for column, intercept in zip(weights.T, intercepts, strict=True):
        estimator = LogisticRegression()
        estimator.classes_ = np.array([0, 1])
        estimator.coef_, estimator.intercept_ = column[np.newaxis], np.array([intercept])
        one_vs_rest.estimators_.append(estimator)
    return one_vs_rest

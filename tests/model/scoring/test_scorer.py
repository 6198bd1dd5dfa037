"""Test that scores in NumPy agree with scikit-learn, for odd texts, too."""

import tracemalloc
from itertools import pairwise

import joblib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.program import run
from support.texts import odd_texts

from classmark.corpus.abstract import Abstract
from classmark.corpus.errors import UsageError
from classmark.corpus.scheme import scheme_of
from classmark.model.persistence import sklearn_pipeline
from classmark.model.persistence.model_file import open_classifier
from classmark.model.prediction.predict import predict
from classmark.model.scoring.assignment import assign
from classmark.model.scoring.candidates import Candidates
from classmark.model.scoring.classifier import Classifier, ModelCard
from classmark.model.scoring.scorer import Block, Scorer
from classmark.model.scoring.weights import SparseWeights
from classmark.model.text.counts import Counts
from classmark.model.text.packed_strings import PackedStrings
from classmark.model.text.vocabulary import Vocabulary


@pytest.fixture(scope="module")
def classifier(model):
    return open_classifier(model)


@pytest.fixture(scope="module")
def exported(model, tmp_path_factory):
    """Return the same model as a fitted scikit-learn pipeline, exported by the command."""
    path = tmp_path_factory.mktemp("export") / "pipeline.joblib"
    assert run("model", "export", model, "--output", path).code == 0
    return joblib.load(path)


abstracts = st.one_of(odd_texts, st.builds(Abstract, st.just("x"), odd_texts, odd_texts))


@given(st.lists(abstracts, min_size=1, max_size=40))
def test_scores_agree_with_the_exported_scikit_learn_pipeline(classifier, exported, texts):
    scores, expected = classifier.scorer.score(texts), exported.predict_proba(texts)
    assert np.allclose(scores, expected, rtol=0, atol=1e-5)
    assert tuple(exported.classes_) == classifier.codes
    sure = (np.abs(expected - classifier.scorer.thresholds) > 1e-5).all(axis=1)
    codes, expected_codes = (
        assign(Candidates.of_dense(each), exported.thresholds_).assigned.reshape(each.shape)
        for each in (scores, expected)
    )
    assert np.array_equal(codes[sure], expected_codes[sure])


@given(st.lists(abstracts, min_size=1, max_size=40))
def test_a_batch_has_the_scores_of_its_texts_alone(classifier, texts):
    alone = np.concatenate([classifier.scorer.score([text]) for text in texts])
    assert np.allclose(classifier.scorer.score(texts), alone, rtol=0, atol=1e-6)


@given(st.lists(st.lists(st.integers(0, 9), max_size=30), max_size=8), st.integers(1, 60))
def test_products_are_summed_right_whatever_the_limit(rows, most):
    counts = Counts(np.cumsum([0, *map(len, rows)]), np.array([f for row in rows for f in row], np.int64), np.ones(0))
    values = np.arange(1, len(counts.features) + 1, dtype=np.float32)
    weights = np.arange(30, dtype=np.float32).reshape(10, 3) - 7
    sparse = SparseWeights.of_dense(weights)
    usual = sparse.multiply(counts, values)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("classmark.model.scoring.entries.MAX_PRODUCTS", most)
        assert np.allclose(sparse.multiply(counts, values), usual)
    dense = [sum((values[i] * weights[counts.features[i]] for i in range(*ends)), np.zeros(3))
             for ends in pairwise(counts.starts.tolist())]  # fmt: skip
    assert np.allclose(usual, np.array(dense).reshape(-1, 3))


def made_up_classifier(codes):
    """Return a classifier with this many codes and four words, each with a weight for each code."""
    names, words = [str(number) for number in range(codes)], [b"army", b"navy", b"soil", b"wheat"]
    block = Block(Vocabulary(PackedStrings.of(words), np.zeros(0, np.uint64), ()), *ones(4, codes))
    scorer = Scorer({"text": block, "title": block}, np.arange(codes) * -1e-5, 1.0, 0.0, np.ones(codes))
    return Classifier(scheme_of(names), tuple(names), scorer, ModelCard(1, 0, 0, "", {}, {}, {}))


def test_a_pipeline_that_memory_does_not_hold_is_refused(monkeypatch):
    monkeypatch.setattr(sklearn_pipeline, "_MOST_WEIGHTS", 100)
    assert sklearn_pipeline.as_pipeline(made_up_classifier(12)).classes_.tolist() == [str(n) for n in range(12)]
    with pytest.raises(UsageError, match="all 104 weights of 13 codes, too many for memory"):
        sklearn_pipeline.as_pipeline(made_up_classifier(13))


def test_few_and_many_codes_have_the_same_products(monkeypatch):
    rng = np.random.default_rng(0)
    share = rng.choice([0.04, 0.5], 50)[:, np.newaxis]  # of codes for which a feature has a weight
    weights = np.where(rng.random((50, 90)) < share, rng.normal(size=(50, 90)), 0).astype(np.float32)
    features = np.sort(rng.permutation(50)[:20])
    counts = Counts(np.array([0, 7, 7, 20]), features, np.ones(20, dtype=np.int64))
    values = rng.random(20).astype(np.float32)
    by_row = SparseWeights.of_dense(weights).multiply(counts, values)
    monkeypatch.setattr("classmark.model.scoring.weights.FEW_CODES", 0)
    assert np.allclose(SparseWeights.of_dense(weights).multiply(counts, values), by_row, atol=1e-6)


def test_weights_can_be_read_for_some_features_and_codes():
    weights = np.arange(12, dtype=np.float32).reshape(3, 4) - 6
    sparse = SparseWeights.of_dense(weights)
    assert np.array_equal(sparse.to_dense(), weights)
    assert np.array_equal(sparse.rows(np.array([2, 0]), [3, 1]), weights[[2, 0]][:, [3, 1]])
    assert np.array_equal(sparse.column(2), weights[:, 2])


def test_memory_is_bounded_for_many_codes():
    classifier = made_up_classifier(30_000)
    records = [Abstract(str(number), "soil", "army navy soil wheat " * 9) for number in range(300)]
    tracemalloc.start()
    try:
        rankings = [prediction.ranking[0].code for prediction in predict(classifier, records)]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert rankings == ["0"] * 300
    assert peak < 150_000_000


def ones(words, codes):
    return np.ones(words, np.float32), SparseWeights.of_dense(np.ones((words, codes)))

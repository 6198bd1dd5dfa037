"""Scoring in NumPy gives what scikit-learn gives, for odd texts too."""

import html
import re
import tracemalloc
import unicodedata
from itertools import pairwise

import joblib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.program import run
from support.texts import odd_texts

from classmark.corpus.abstract import Abstract
from classmark.corpus.scheme import scheme_of
from classmark.model.persistence.model_file import open_classifier
from classmark.model.prediction.predict import predict
from classmark.model.scoring.assignment import assign
from classmark.model.scoring.classifier import Classifier, ModelCard
from classmark.model.scoring.scorer import Block, Scorer
from classmark.model.text import tfidf
from classmark.model.text.counts import Counts
from classmark.model.text.document_frequency import learn_vocabulary
from classmark.model.text.packed_strings import PackedStrings
from classmark.model.text.tokenizer import words
from classmark.model.text.vocabulary import Vocabulary
from classmark.model.training.calibration import fit_sigmoid
from classmark.model.training.stratification import assign_folds
from classmark.model.training.thresholds import choose_thresholds


@pytest.fixture(scope="module")
def classifier(model):
    return open_classifier(model)


@pytest.fixture(scope="module")
def exported(model, tmp_path_factory):
    """The same as a fitted scikit-learn pipeline, as the command writes it."""
    path = tmp_path_factory.mktemp("export") / "pipeline.joblib"
    assert run("model", "export", model, "--output", path).code == 0
    return joblib.load(path)


abstracts = st.one_of(odd_texts, st.builds(Abstract, st.just("x"), odd_texts, odd_texts))


@given(st.lists(abstracts, min_size=1, max_size=40))
def test_scores_are_those_of_scikit_learn(classifier, exported, texts):
    scores, expected = classifier.scorer.score(texts), exported.predict_proba(texts)
    assert np.allclose(scores, expected, rtol=0, atol=1e-5)
    assert tuple(exported.classes_) == classifier.codes
    sure = (np.abs(expected - classifier.scorer.thresholds) > 1e-5).all(axis=1)
    codes, expected_codes = (assign(each, exported.thresholds_).assigned for each in (scores, expected))
    assert np.array_equal(codes[sure], expected_codes[sure])


@given(st.lists(abstracts, min_size=1, max_size=40))
def test_a_batch_is_scored_as_each_text_alone(classifier, texts):
    alone = np.concatenate([classifier.scorer.score([text]) for text in texts])
    assert np.allclose(classifier.scorer.score(texts), alone, rtol=0, atol=1e-6)


@given(st.lists(st.lists(st.integers(0, 9), max_size=30), max_size=8), st.integers(1, 60))
def test_products_are_summed_by_text_however_few_are_held_at_once(rows, most):
    counts = Counts(np.cumsum([0, *map(len, rows)]), np.array([f for row in rows for f in row], np.int64), np.ones(0))
    values = np.arange(1, len(counts.features) + 1, dtype=np.float32)
    weights = np.arange(30, dtype=np.float32).reshape(10, 3) - 7
    usual = tfidf.weigh(counts, values, weights)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tfidf, "_PRODUCTS", most)
        assert np.allclose(tfidf.weigh(counts, values, weights), usual)
    dense = [sum((values[i] * weights[counts.features[i]] for i in range(*ends)), np.zeros(3))
             for ends in pairwise(counts.starts.tolist())]  # fmt: skip
    assert np.allclose(usual, np.array(dense).reshape(-1, 3))


def test_memory_does_not_grow_with_records_times_codes():
    codes, words = [str(number) for number in range(30_000)], [b"army", b"navy", b"soil", b"wheat"]
    block = Block(Vocabulary(PackedStrings.of(words), np.zeros(0, np.uint64), ()), *ones(4, len(codes)))
    scorer = Scorer({"text": block, "title": block}, np.arange(len(codes)) * -1e-5, 1.0, 0.0, np.ones(len(codes)))
    classifier = Classifier(scheme_of(codes), tuple(codes), scorer, ModelCard(1, 0, 0, "", {}, {}, {}))
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
    return np.ones(words, np.float32), np.ones((words, codes), np.float32)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Cold-War, 1947–1991.", ["the", "cold", "war", "1947", "1991"]),
        ("<jats:p>Soil &amp; <i>Triticum</i></jats:p>", ["soil", "triticum"]),
        ("&lt;p&gt;Soil&lt;/p&gt;", ["soil"]),
        ("p<0.05 and x>3", ["p", "0", "05", "and", "x", "3"]),
        ("Straße STRASSE ﬁeld", ["strasse", "strasse", "field"]),
        ("snake_case", ["snake", "case"]),
    ],
)
def test_words_are_cut_in_one_way(text, expected):
    assert words(text) == expected


@given(odd_texts)
def test_words_are_runs_of_letters_and_digits(text):
    plain = re.sub(r"</?[A-Za-z][^<>]*>", " ", html.unescape(text))
    assert words(text) == re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", plain).casefold())


def test_calibration_finds_the_curve_that_made_the_data():
    generator = np.random.default_rng(0)
    values = generator.normal(size=50_000)
    gold = generator.random(50_000) < 1 / (1 + np.exp(-(2 * values - 1)))
    slope, offset = fit_sigmoid(values, gold)
    assert slope == pytest.approx(2, abs=0.05)
    assert offset == pytest.approx(-1, abs=0.05)


def test_calibration_stays_finite_where_a_code_is_told_apart_perfectly():
    slope, offset = fit_sigmoid(np.array([-1.0, -0.9, 0.9, 1.0]), np.array([False, False, True, True]))
    assert 0 < slope < 100
    assert abs(offset) < 100


def test_a_threshold_is_where_f1_is_best():
    scores = np.tile([[0.9, 0.1], [0.7, 0.2], [0.3, 0.6], [0.2, 0.8]], (500, 1))
    gold = np.tile([[1, 0], [1, 0], [0, 1], [0, 1]], (500, 1)).astype(bool)
    thresholds = choose_thresholds(scores, gold)
    assert ((scores >= thresholds) == gold).all()


@given(st.integers(2, 5), st.integers(0, 100))
def test_a_code_with_two_abstracts_has_them_in_two_folds(folds, seed):
    gold = np.zeros((40, 3), dtype=bool)
    gold[:, 0] = True
    gold[[3, 17], 0], gold[[3, 17], 2] = False, True
    fold = assign_folds(gold, folds, seed)
    assert fold[3] != fold[17]
    assert np.ptp(np.bincount(fold, minlength=folds)) <= 1


def test_stop_words_are_common_whatever_the_code():
    rng = np.random.default_rng(2)
    gold = rng.random((200, 5)) < 0.3
    has = rng.random((200, 60)) < rng.random(60) * 0.8
    has[:, :10] &= gold[:, [0]]  # of one code alone
    texts = [" ".join(f"w{word:02}" for word in np.flatnonzero(row)).encode() for row in has]
    expected = []
    for word in np.flatnonzero(has.sum(axis=0) > 40):
        share, by_code = has[:, word].mean(), gold[has[:, word]].sum(axis=0)
        if ((by_code + share) / (gold.sum(axis=0) + 1)).min() > 0.25 * share:
            expected.append(f"w{word:02}")
    assert list(learn_vocabulary(texts, gold, (1, 2)).stops) == expected
    assert 20 < len(expected) < 50


def test_any_number_of_stop_words_is_found_in_one_pass():
    shared = " ".join(f"{number:06}" for number in range(50_000))
    texts = [f"{shared} own{number}".encode() for number in range(24)]
    gold = np.arange(24)[:, np.newaxis] % 2 == np.arange(2)
    vocabulary = learn_vocabulary(texts, gold, (1, 2))
    assert len(vocabulary.stops) == 50_000
    assert len(vocabulary.words) == 24

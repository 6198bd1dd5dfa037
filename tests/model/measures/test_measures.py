"""Test the measures and their bootstrap intervals."""

import numpy as np
import pytest
from sklearn import metrics
from support.scored import CODES, dense, random_scored_corpus, scheme_of

from classmark.corpus.scheme import Scheme
from classmark.model.evaluation.evaluate import evaluation_of
from classmark.model.measures import bootstrap
from classmark.model.measures.bootstrap import interval, resample
from classmark.model.measures.hierarchy import hierarchical_measures, lineages_of, measures_by_class
from classmark.model.measures.registry import MEASURES, definition
from classmark.model.measures.scored_corpus import ScoredCorpus


def mean(scored, figure):
    return np.mean([figure(gold, scores) for gold, scores in zip(scored.gold, scored.scores, strict=True)])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("weighted_f1", lambda j: metrics.f1_score(j.gold, j.assigned, average="weighted")),
        ("per_abstract_recall", lambda j: metrics.recall_score(j.gold, j.assigned, average="samples")),
        ("hamming_loss", lambda j: (j.gold != j.assigned).mean()),
        ("precision_at_3", lambda j: np.mean([j.gold[i, np.argsort(-j.scores[i])[:3]].mean() for i in range(200)])),
        ("recall_at_3", lambda j: mean(j, lambda gold, scores: gold[np.argsort(-scores)[:3]].sum() / gold.sum())),
        ("coverage_error", lambda j: mean(j, lambda gold, scores: (scores >= scores[gold].min()).sum())),
        ("share_with_codes", lambda j: j.assigned.any(axis=1).mean()),
        ("brier_score", lambda j: ((j.scores - j.gold) ** 2).mean()),
    ],
)
def test_a_measure_is_what_its_definition_says(name, expected):
    scored = random_scored_corpus(200)
    assert MEASURES[name](scored) == pytest.approx(expected(dense(scored)))


def test_every_measure_is_listed_under_its_own_name():
    assert all(measure.name == name for name, measure in MEASURES.items())


def test_the_calibration_error_is_small_for_calibrated_scores():
    rng = np.random.default_rng(0)
    scores = rng.random((20_000, 2))
    gold = rng.random((20_000, 2)) < scores
    scored = ScoredCorpus.of_dense(("a", "b"), gold, scores, scores > 0.5, np.ones(20_000, dtype=bool))
    assert MEASURES["expected_calibration_error"](scored) < 0.01
    bad = ScoredCorpus.of_dense(("a", "b"), gold, scores**3, scores > 0.5, np.ones(20_000, dtype=bool))
    assert MEASURES["expected_calibration_error"](bad) > 0.1


def test_a_resample_of_each_abstract_once_has_the_measures_of_the_corpus(monkeypatch):
    class Once:
        def poisson(self, _, shape):
            return np.ones(shape)

    scored = random_scored_corpus(300)
    monkeypatch.setattr(np.random, "default_rng", lambda _: Once())
    resampled = resample(scored)
    for name, values in resampled.measures.items():
        assert values == pytest.approx(np.full(bootstrap.RESAMPLES, MEASURES[name](scored)))
    tables = dense(scored)
    assert resampled.f1[0] == pytest.approx(metrics.f1_score(tables.gold, tables.assigned, average=None))


def test_intervals_cover_the_true_value_about_as_often_as_stated():
    gold = MEASURES["micro_f1"](random_scored_corpus(200_000))
    ends = [interval(resample(random_scored_corpus(300, seed)).measures["micro_f1"]) for seed in range(60)]
    held = np.mean([low_high.low <= gold <= low_high.high for low_high in ends])
    assert held >= 0.85


def test_intervals_are_narrower_with_more_abstracts():
    few, many = (interval(resample(random_scored_corpus(size)).measures["macro_f1"]) for size in (100, 10_000))
    assert many.high - many.low < (few.high - few.low) / 5


def test_the_interval_of_a_code_without_errors_ends_at_one():
    gold = np.array([[True, False]] * 50 + [[False, True]])
    found = evaluation_of(
        ScoredCorpus.of_dense(("a", "b"), gold, gold * 0.9, gold, np.ones(51, dtype=bool)), scheme_of("ab"), {"a": 0.5}
    )
    assert (found.codes["b"].f1_interval.high, found.intervals["macro_f1"].high) == (1, 1)
    assert 0.2 < found.codes["b"].f1_interval.low < 0.9 < found.intervals["macro_f1"].low < 1
    assert (found.codes["a"].threshold, found.codes["b"].threshold) == (0.5, None)


@pytest.mark.parametrize("parents", [{}, {"QA": "Q", "QB": "Q", "HV": "H", "HX": "H"}], ids=["lcc", "own"])
def test_class_measures_count_a_right_class_with_a_wrong_code(parents):
    scheme = scheme_of(CODES, parents) if parents else Scheme((), is_closed=False)
    gold = np.array([[1, 0, 0, 0], [1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]], dtype=bool)
    best = np.array([0, 1, 3, 0])
    scored = ScoredCorpus.of_dense(CODES, gold, np.eye(4)[best], np.eye(4, dtype=bool)[best], np.ones(4, dtype=bool))
    found = measures_by_class(scored, [line[-1] for line in lineages_of(CODES, scheme)])
    assert found == {"class_precision_at_1": 0.75, "class_right_where_code_wrong": pytest.approx(2 / 3)}


def test_codes_without_classes_have_no_class_measures():
    assert measures_by_class(random_scored_corpus(10, codes="ab"), "ab") == {}


def test_hierarchical_measures_count_codes_with_those_above_them():
    """Three abstracts: a sibling of the given code, the given code, and a code of another class."""
    gold = np.array([[1, 0, 0, 0], [0, 0, 1, 0], [0, 1, 0, 0]], dtype=bool)
    given = np.array([[0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]], dtype=bool)
    scored = ScoredCorpus.of_dense(CODES, gold, given * 0.9, given, np.ones(3, dtype=bool))
    found = hierarchical_measures(scored, [("QA", "Q"), ("QB", "Q"), ("HV", "H"), ("HX", "H")])
    assert found == {
        "hierarchical_precision": pytest.approx(3 / 6),  # Q; HV and H; none
        "hierarchical_recall": pytest.approx(3 / 6),
        "hierarchical_f1": pytest.approx(3 / 6),
    }


@pytest.mark.parametrize("name", [*MEASURES, "class_precision_at_1", "class_right_where_code_wrong"])
def test_every_measure_has_a_definition(name):
    assert definition(name).startswith(("the ", "how "))
    assert not definition(name).endswith(".")

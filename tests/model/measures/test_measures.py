"""The measures, their intervals, and what is read off them."""

import numpy as np
import pytest
from sklearn import metrics

from classmark.corpus.scheme import Code, Scheme
from classmark.model.evaluation.comparison import compare
from classmark.model.evaluation.evaluate import evaluation_of
from classmark.model.measures import bootstrap
from classmark.model.measures.bootstrap import interval, resample
from classmark.model.measures.confusion import confusions
from classmark.model.measures.hierarchy import classes_of, measures_by_class
from classmark.model.measures.registry import MEASURES
from classmark.model.measures.scored_corpus import ScoredCorpus

CODES = ("QA", "QB", "HV", "HX")


def judged_of(abstracts, seed=0, codes=CODES, skill=1.5):
    rng = np.random.default_rng(seed)
    gold = rng.random((abstracts, len(codes))) < 0.3
    gold[np.arange(abstracts), rng.integers(0, len(codes), abstracts)] = True
    scores = 1 / (1 + np.exp(-(skill * (gold - 0.5) + rng.normal(size=gold.shape))))
    assigned = scores >= 0.5
    return ScoredCorpus(tuple(codes), gold, scores, assigned, assigned.any(axis=1))


def mean(judged, figure):
    return np.mean([figure(gold, scores) for gold, scores in zip(judged.gold, judged.scores, strict=True)])


def scheme_of(codes, parents=None):
    tops = [Code(code, code) for code in (parents or {}).values()]
    return Scheme((*dict.fromkeys(tops), *(Code(code, code, (parents or {}).get(code)) for code in codes)))


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
    judged = judged_of(200)
    assert MEASURES[name](judged) == pytest.approx(expected(judged))


def test_every_measure_says_what_it_is():
    assert all(measure.__doc__.startswith("Return ") for measure in MEASURES.values())


def test_scores_that_are_the_truths_share_are_calibrated():
    rng = np.random.default_rng(0)
    scores = rng.random((20_000, 2))
    gold = rng.random((20_000, 2)) < scores
    judged = ScoredCorpus(("a", "b"), gold, scores, scores > 0.5, np.ones(20_000, dtype=bool))
    assert MEASURES["expected_calibration_error"](judged) < 0.01
    bad = ScoredCorpus(("a", "b"), gold, scores**3, scores > 0.5, np.ones(20_000, dtype=bool))
    assert MEASURES["expected_calibration_error"](bad) > 0.1


def test_drawing_each_abstract_once_gives_the_measures_themselves(monkeypatch):
    class Once:
        def poisson(self, _, shape):
            return np.ones(shape)

    judged = judged_of(300)
    monkeypatch.setattr(np.random, "default_rng", lambda _: Once())
    resampled = resample(judged)
    for name, values in resampled.measures.items():
        assert values == pytest.approx(np.full(bootstrap.RESAMPLES, MEASURES[name](judged)))
    assert resampled.f1[0] == pytest.approx(metrics.f1_score(judged.gold, judged.assigned, average=None))


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    gold = MEASURES["micro_f1"](judged_of(200_000))
    ends = [interval(resample(judged_of(300, seed)).measures["micro_f1"]) for seed in range(60)]
    held = np.mean([low_high.low <= gold <= low_high.high for low_high in ends])
    assert held >= 0.85


def test_more_abstracts_make_intervals_narrower():
    few, many = (interval(resample(judged_of(size)).measures["macro_f1"]) for size in (100, 10_000))
    assert many.high - many.low < (few.high - few.low) / 5


def test_a_code_that_is_always_right_has_an_interval_that_ends_at_one():
    gold = np.array([[True, False]] * 50 + [[False, True]])
    found = evaluation_of(
        ScoredCorpus(("a", "b"), gold, gold * 0.9, gold, np.ones(51, dtype=bool)), scheme_of("ab"), {"a": 0.5}
    )
    assert (found.codes["b"].f1_interval.high, found.intervals["macro_f1"].high) == (1, 1)
    assert 0.2 < found.codes["b"].f1_interval.low < 0.9 < found.intervals["macro_f1"].low < 1
    assert (found.codes["a"].threshold, found.codes["b"].threshold) == (0.5, None)


def test_the_codes_that_are_confused_are_told_with_the_surest_mistakes_first():
    gold = np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], dtype=bool)
    scores = np.array([[0.4, 0.6, 0], [0.1, 0.9, 0], [0.2, 0.8, 0], [0.7, 0, 0.3]])
    judged = ScoredCorpus(("a", "b", "c"), gold, scores, scores >= 0.5, np.ones(4, dtype=bool))
    first, second = confusions(judged)
    assert (first.given, first.assigned, first.count, first.examples) == ("a", "b", 2, (1, 0))
    assert (second.given, second.assigned, second.count, second.examples) == ("c", "a", 1, (3,))


@pytest.mark.parametrize("parents", [{}, {"QA": "Q", "QB": "Q", "HV": "H", "HX": "H"}], ids=["lcc", "own"])
def test_a_class_is_right_where_the_finer_code_is_wrong(parents):
    scheme = scheme_of(CODES, parents) if parents else Scheme((), is_closed=False)
    gold = np.array([[1, 0, 0, 0], [1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]], dtype=bool)
    best = np.array([0, 1, 3, 0])
    judged = ScoredCorpus(CODES, gold, np.eye(4)[best], np.eye(4, dtype=bool)[best], np.ones(4, dtype=bool))
    found = measures_by_class(judged, classes_of(CODES, scheme))
    assert found == {"class_precision_at_1": 0.75, "class_right_where_code_wrong": pytest.approx(2 / 3)}


def test_codes_that_are_classes_have_no_measures_by_class():
    assert measures_by_class(judged_of(10, codes="ab"), classes_of("ab", scheme_of("ab"))) == {}


def test_a_comparison_tells_a_real_difference_from_chance():
    good, same, bad = judged_of(2_000), judged_of(2_000), judged_of(2_000, skill=1.0)
    good, same, bad = (evaluation_of(judged, scheme_of(CODES), {}) for judged in (good, same, bad))
    assert {found.verdict for found in compare(good, same).differences.values()} == {"none"}
    worse = compare(bad, good)
    assert worse.is_worse
    assert worse.differences["micro_f1"].verdict == "worse"
    assert compare(good, bad).differences["micro_f1"].verdict == "better"
    assert not compare(good, bad).is_worse
    gains = [change.gain for change in worse.changes]
    assert gains == sorted(gains)
    assert len(gains) == (bad.judged.assigned != good.judged.assigned).any(axis=1).sum()


def test_a_difference_that_chance_explains_is_said_to_be_chance():
    rng = np.random.default_rng(0)
    base = judged_of(100)
    flipped = base.assigned ^ (rng.random(base.assigned.shape) < 0.02)
    other = ScoredCorpus(base.codes, base.gold, base.scores, flipped, flipped.any(axis=1))
    found = compare(evaluation_of(base, scheme_of(CODES), {}), evaluation_of(other, scheme_of(CODES), {}))
    assert found.differences["micro_recall"].verdict == "by chance"
    assert not found.is_worse


def test_classifiers_with_different_codes_are_compared_over_all_of_them():
    one = judged_of(50, codes="ab")
    joint = one.over("abc")
    assert joint.codes == ("a", "b", "c")
    assert (joint.gold[:, :2] == one.gold).all()
    assert not joint.assigned[:, 2].any()
    same = compare(evaluation_of(joint, scheme_of("abc"), {}), evaluation_of(one, scheme_of("ab"), {}))
    assert not same.changes

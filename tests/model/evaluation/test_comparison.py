"""Test the comparison of two models on the same abstracts."""

import numpy as np
from support.scored import CODES, dense, random_scored_corpus, scheme_of, ties_and_zeros

from classmark.model.evaluation.comparison import compare
from classmark.model.evaluation.evaluate import evaluation_of
from classmark.model.measures.scored_corpus import ScoredCorpus


def test_a_comparison_tells_a_real_difference_from_chance():
    good, same, bad = random_scored_corpus(2_000), random_scored_corpus(2_000), random_scored_corpus(2_000, skill=1.0)
    good, same, bad = (evaluation_of(scored, scheme_of(CODES), {}) for scored in (good, same, bad))
    assert {found.verdict for found in compare(good, same).differences.values()} == {"none"}
    worse = compare(bad, good)
    assert worse.is_worse
    assert worse.differences["micro_f1"].verdict == "worse"
    assert compare(good, bad).differences["micro_f1"].verdict == "better"
    assert not compare(good, bad).is_worse
    gains = [change.gain for change in worse.changes]
    assert gains == sorted(gains)
    assert len(gains) == (dense(bad.scored).assigned != dense(good.scored).assigned).any(axis=1).sum()


def test_a_difference_within_chance_is_reported_as_chance():
    rng = np.random.default_rng(0)
    base = random_scored_corpus(100)
    tables = dense(base)
    flipped = tables.assigned ^ (rng.random(tables.assigned.shape) < 0.02)
    other = ScoredCorpus.of_dense(base.codes, tables.gold, tables.scores, flipped, flipped.any(axis=1))
    found = compare(evaluation_of(base, scheme_of(CODES), {}), evaluation_of(other, scheme_of(CODES), {}))
    assert found.differences["micro_recall"].verdict == "by chance"
    assert not found.is_worse


def test_classifiers_with_different_codes_are_compared_over_all_codes():
    one = random_scored_corpus(50, codes="ab")
    joint = one.aligned_to("abc")
    assert joint.codes == ("a", "b", "c")
    assert (dense(joint).gold[:, :2] == dense(one).gold).all()
    assert not dense(joint).assigned[:, 2].any()
    same = compare(evaluation_of(joint, scheme_of("abc"), {}), evaluation_of(one, scheme_of("ab"), {}))
    assert not same.changes


def test_codes_in_another_order_keep_their_scores():
    one = ties_and_zeros(3, kept=4)
    back, turned = dense(one), dense(one.aligned_to(one.codes[::-1]))
    for name in ("gold", "scores", "assigned"):
        assert (getattr(turned, name)[:, ::-1] == getattr(back, name)).all()

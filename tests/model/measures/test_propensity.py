"""Test propensity-scored precision."""

from math import log

import numpy as np
import pytest
from support.scored import dense, scored_corpus, ties_and_zeros

from classmark.model.measures.propensity import inverse_propensities
from classmark.model.measures.registry import MEASURES


def test_rare_codes_weigh_more_by_the_formula_of_jain_prabhu_and_varma():
    constant = (log(1_000) - 1) * 2.5**0.55
    found = inverse_propensities(np.array([0, 3, 1_000]), 1_000)
    assert found == pytest.approx([1 + constant / (count + 1.5) ** 0.55 for count in (0, 3, 1_000)])


def test_two_abstracts_are_too_few_to_weigh_codes():
    assert inverse_propensities(np.array([1, 2]), 2).tolist() == [1, 1]


def test_a_right_rare_code_counts_more_than_a_right_common_one():
    gold = [[1, 0, 0, 0]] * 9 + [[0, 1, 0, 0]]
    rare_is_right = [[0.5, 0.9, 0, 0]] * 9 + [[0.1, 0.9, 0, 0]]
    common_is_right = [[0.9, 0.5, 0, 0]] * 10
    rare, common = inverse_propensities(np.array([1, 9]), 10)
    measure = MEASURES["propensity_scored_precision_at_1"]
    assert measure(scored_corpus(rare_is_right, gold)) == pytest.approx(rare / (9 * common + rare))
    assert measure(scored_corpus(common_is_right, gold)) == pytest.approx(9 * common / (9 * common + rare))


@pytest.mark.parametrize("k", [1, 3, 5])
def test_it_is_divided_by_the_best_that_a_ranking_could_have(k):
    scored = ties_and_zeros(4, codes=12, kept=12)
    tables = dense(scored)
    weights = inverse_propensities(tables.gold.sum(axis=0), len(scored))
    best = np.argsort(-tables.scores, axis=1, kind="stable")[:, :k]
    hits = (np.take_along_axis(tables.gold, best, axis=1) * weights[best]).sum()
    possible = np.sort(tables.gold * weights, axis=1)[:, ::-1][:, :k].sum()
    assert MEASURES[f"propensity_scored_precision_at_{k}"](scored) == pytest.approx(hits / possible)

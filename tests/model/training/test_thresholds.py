"""Test the choice of thresholds."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from classmark.model.scoring.candidates import Candidates
from classmark.model.training.thresholds import choose_thresholds


def chosen(scores, gold, precision=None, kept=128):
    return choose_thresholds(Candidates.of_dense(scores, kept), csr_matrix(gold), precision)


def test_thresholds_maximise_f1():
    scores = np.tile([[0.9, 0.1], [0.7, 0.2], [0.3, 0.6], [0.2, 0.8]], (500, 1))
    gold = np.tile([[1, 0], [1, 0], [0, 1], [0, 1]], (500, 1)).astype(bool)
    assert ((scores >= chosen(scores, gold)) == gold).all()


def test_thresholds_for_a_precision_are_the_lowest_that_reach_it():
    scores = np.array([[0.9], [0.8], [0.7], [0.6], [0.5], [0.4]])
    gold = np.array([[1], [1], [0], [1], [0], [0]], dtype=bool)
    assert chosen(scores, gold, 0.75).tolist() == [0.6]
    assert chosen(scores, gold, 1.0).tolist() == [0.8]
    assert not (scores >= chosen(scores, ~gold, 1.0)).any()


@st.composite
def scored(draw):
    """Return scores from 0.01 on, many of them equal, and gold codes, some of them without abstracts."""
    abstracts, codes, seed = draw(st.integers(1, 12)), draw(st.integers(1, 6)), draw(st.integers(0, 10_000))
    rng = np.random.default_rng(seed)
    gold = rng.random((abstracts, codes)) < rng.random(codes) * rng.integers(0, 2, codes)
    return np.round(rng.random((abstracts, codes)), draw(st.integers(1, 3))).clip(0.01), gold


@given(scored())
def test_thresholds_are_those_of_a_search_code_by_code(scored):
    scores, gold = scored
    is_best = np.arange(scores.shape[1]) == scores.argmax(axis=1)[:, np.newaxis]
    common = best_for_f1(scores.ravel(), gold.ravel(), is_best.ravel())
    expected = []
    for code, (own_scores, own_gold) in enumerate(zip(scores.T, gold.T, strict=True)):
        others = np.delete(scores, code, axis=1) >= common
        own = best_for_f1(own_scores, own_gold, is_best[:, code] & ~others.any(axis=1))
        expected.append((own_gold.sum() * own + 300 * common) / (own_gold.sum() + 300))
    assert chosen(scores, gold).tolist() == expected


def best_for_f1(scores, gold, always):
    """Return the threshold with the best F1: half way between the lowest score assigned and the highest one not."""
    order = np.argsort(-scores[~always], kind="stable")
    right = np.concatenate([[0], np.cumsum(gold[~always][order])]) + np.sum(gold & always)
    f1 = 2 * right / np.maximum(np.arange(len(right)) + always.sum() + gold.sum(), 1)
    below = np.append(scores[~always][order], 0.0)[f1.argmax()]
    return np.clip((below + scores[scores > below].min(initial=1.0)) / 2, 0.01, 0.99)


@given(scored(), st.integers(1, 3))
def test_codes_that_are_not_kept_get_no_part_in_the_choice(scored, kept):
    scores, gold = scored
    candidates = Candidates.of_dense(scores, kept)
    is_candidate = candidates.with_values(np.ones(len(candidates.values))).to_dense() > 0
    found, expected = chosen(scores, gold & is_candidate, kept=kept), chosen(scores * is_candidate, gold & is_candidate)
    assert found.tolist() == expected.tolist()


def test_gold_codes_that_are_not_kept_count_as_missed():
    scores = np.array([[0.9, 0.4, 0.1], [0.9, 0.3, 0.1], [0.9, 0.2, 0.1], [0.9, 0.15, 0.1]])
    gold = np.array([[0, 1, 1], [1, 0, 1], [1, 0, 1], [1, 1, 1]], dtype=bool)
    without = gold & [True, True, False]
    assert chosen(scores, gold, kept=2)[2] < 0.15
    assert 0.3 < chosen(scores, without, kept=2)[2] < 0.4

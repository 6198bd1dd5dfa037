"""Test how doubtful codes are found."""

import numpy as np
import pytest
from hypothesis import given as given_data
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from classmark.model.evaluation.confident_learning import agreement_of, doubted_codes, order_of_doubt, with_gold
from classmark.model.scoring.candidates import Candidates


def test_agreement_compares_the_lowest_given_score_with_the_best_other_score():
    scores = np.array([[0.6, 0.3, 0.1], [0.6, 0.3, 0.1], [0.6, 0.2, 0.1], [0.0, 0.0, 0.0], [0.6, 0.3, 0.1]])
    given = np.array([[1, 0, 0], [0, 1, 0], [1, 1, 0], [1, 0, 0], [1, 1, 1]], dtype=bool)
    assert agreement_of(Candidates.of_dense(scores), given.ravel()).tolist() == pytest.approx(
        [2 / 3, 1 / 3, 2 / 3, 0, 1]
    )


def test_abstracts_of_equal_agreement_are_sorted_by_the_score_of_the_other_code():
    scores = Candidates.of_dense(np.array([[0.0, 0.3], [0.5, 0.5], [0.0, 0.9], [0.1, 0.9]]))
    assert order_of_doubt(scores, np.tile([True, False], 4)).tolist() == [2, 0, 3, 1]


def test_a_code_is_doubted_by_the_mean_scores_with_and_without_it():
    scores = np.array([[0.9, 0.1], [0.1, 0.8], [0.7, 0.3], [0.2, 0.4], [0.3, 0.6]])
    given = np.array([[1, 0], [1, 0], [1, 0], [0, 1], [0, 1]], dtype=bool)
    wrong, missing = doubted_codes(Candidates.of_dense(scores), given.ravel(), scores.ravel() >= 0.5)
    assert np.argwhere(wrong.reshape(5, 2)).tolist() == [[1, 0]]  # 0.1 is below 0.25, the mean without the code
    assert np.argwhere(missing.reshape(5, 2)).tolist() == [[1, 1]]  # 0.8 is above 0.5, the mean with the code


def test_a_code_that_all_or_no_abstracts_have_is_not_doubted():
    scores = np.array([[0.1, 0.9], [0.2, 0.9]])
    given = np.array([[1, 0], [1, 0]], dtype=bool)
    wrong, missing = doubted_codes(Candidates.of_dense(scores), given.ravel(), ~given.ravel())
    assert not wrong.any()
    assert not missing.any()


def test_the_only_abstract_with_a_code_is_not_doubted():
    scores = Candidates.of_dense(np.array([[0.9, 0.0], [0.9, 0.0], [0.9, 0.0]]))
    given = np.array([[True, False], [True, True], [True, False]])
    wrong, _ = doubted_codes(scores, given.ravel(), scores.values >= 0.5)
    assert np.argwhere(wrong.reshape(3, 2)).tolist() == []


@given_data(st.integers(1, 12), st.integers(1, 6), st.integers(1, 3), st.integers(0, 10_000))
def test_codes_that_are_not_kept_have_a_score_of_0(abstracts, codes, kept, seed):
    rng = np.random.default_rng(seed)
    scores, gold = rng.random((abstracts, codes)), rng.random((abstracts, codes)) < 0.3
    candidates = with_gold(Candidates.of_dense(scores, kept), csr_matrix(gold))
    scores = candidates.to_dense()
    is_gold = gold[candidates.row_of, candidates.columns]
    assert is_gold.sum() == gold.sum()
    everything = Candidates.of_dense(scores)
    assert agreement_of(candidates, is_gold).tolist() == agreement_of(everything, gold.ravel()).tolist()
    for found, expected in zip(
        doubted_codes(candidates, is_gold, candidates.values >= 0.5),
        doubted_codes(everything, gold.ravel(), scores.ravel() >= 0.5),
        strict=True,
    ):
        assert np.array_equal(candidates.with_values(found).to_dense(), expected.reshape(gold.shape))

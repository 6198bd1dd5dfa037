"""Codes that are kept for each abstract."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from classmark.model.scoring.candidates import Candidates

VALUES = np.array([[0.1, 0.9, 0.4, 0.9], [0.8, 0.3, 0.2, -1.0], [-3.0, -1.0, -2.0, -1.5]])


def test_all_codes_are_kept_if_they_are_few() -> None:
    assert np.array_equal(Candidates.of_dense(VALUES).to_dense(), VALUES)


def test_the_best_codes_are_kept_if_there_are_many() -> None:
    kept = Candidates.of_dense(VALUES, kept=2).to_dense(fill=-9)
    assert kept.tolist() == [[-9, 0.9, -9, 0.9], [0.8, 0.3, -9, -9], [-9, -1.0, -9, -1.5]]


def test_equal_values_rank_in_the_order_of_the_columns() -> None:
    candidates = Candidates.of_dense(VALUES)
    assert candidates.rank.reshape(3, 4)[0].tolist() == [3, 0, 2, 1]
    assert candidates.best.tolist() == [1, 0, 1]


def test_cutting_keeps_what_keeping_the_best_keeps() -> None:
    cut, expected = Candidates.of_dense(VALUES).cut(2), Candidates.of_dense(VALUES, kept=2)
    assert cut.starts.tolist() == expected.starts.tolist()
    assert np.array_equal(cut.to_dense(fill=-9), expected.to_dense(fill=-9))


@pytest.mark.parametrize("rows", [[2, 0], [], [1, 1]])
def test_abstracts_can_be_taken_and_joined(rows: list[int]) -> None:
    candidates = Candidates.of_dense(VALUES, kept=3)
    dense = candidates.to_dense()
    assert np.array_equal(candidates.take(np.array(rows, dtype=np.int64)).to_dense(), dense[rows])
    assert np.array_equal(Candidates.join([candidates, candidates]).to_dense(), np.concatenate([dense, dense]))


@given(st.integers(0, 8), st.integers(1, 6), st.integers(1, 3), st.integers(0, 10_000))
def test_candidates_are_compared_with_gold_codes(abstracts: int, codes: int, kept: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    candidates = Candidates.of_dense(rng.random((abstracts, codes)), kept)
    gold = rng.random((abstracts, codes)) < 0.3
    assert candidates.are_gold(csr_matrix(gold)).tolist() == gold[candidates.row_of, candidates.columns].tolist()

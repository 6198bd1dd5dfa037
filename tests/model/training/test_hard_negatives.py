"""Fitting many codes, each on its own texts and its hard negatives."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix, random_array
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

from classmark.model.settings import Settings
from classmark.model.training import hard_negatives, machine
from classmark.model.training.fitted_texts import Texts
from classmark.model.training.hard_negatives import fit_block

SETTINGS = Settings(C=0.5, balance=0.0).suited_to(20_000)


def made_up(texts, codes, columns=400, seed=0):
    """Return texts whose codes show in some of their columns, and the rows of the texts with each code."""
    rng = np.random.default_rng(seed)
    own = csr_matrix(random_array((codes, columns), density=0.02, rng=rng))
    has_code = csr_matrix(np.eye(codes)[rng.integers(0, codes, texts)])
    matrix = csr_matrix(has_code @ own + random_array((texts, columns), density=0.03, rng=rng))
    return csr_matrix(normalize(matrix)), [np.flatnonzero(column) for column in has_code.toarray().T]


def texts_of(matrix, is_fitted=None):
    size = matrix.shape[0]
    is_fitted = np.ones(size, dtype=bool) if is_fitted is None else is_fitted
    return Texts.of(matrix, np.ones(size), is_fitted, SETTINGS)


@pytest.fixture
def few_negatives(monkeypatch):
    """Take few negatives, as if there were many more texts."""
    monkeypatch.setattr(hard_negatives, "_RESEMBLING", (30, 30))
    monkeypatch.setattr(hard_negatives, "_SAMPLE", (60, 60))


def test_the_best_codes_are_those_of_machines_fitted_on_all_texts(few_negatives):
    matrix, positives = made_up(1_500, 40)
    texts = texts_of(matrix)
    fit = fit_block(texts, positives)
    unseen, rows_of_unseen = made_up(600, 40)
    values = (unseen @ fit.weights[texts.rank]).toarray() + fit.intercepts
    machines = [LinearSVC(C=0.5, random_state=0).fit(matrix, np.isin(np.arange(1_500), rows)) for rows in positives]
    exact = np.column_stack([machine.decision_function(unseen) for machine in machines])
    truth = np.zeros(600, dtype=int)
    for code, rows in enumerate(rows_of_unseen):
        truth[rows] = code
    right, right_if_exact = (values.argmax(axis=1) == truth).mean(), (exact.argmax(axis=1) == truth).mean()
    assert right_if_exact > 0.5
    assert right > right_if_exact - 0.03


def test_texts_that_a_first_fit_gets_wrong_join(few_negatives):
    matrix, positives = made_up(1_500, 40)
    texts = texts_of(matrix)
    one_each = [np.setdiff1d(np.arange(1_500), rows)[:1] for rows in positives]
    first = hard_negatives._fit(texts, positives, one_each, 0.1)
    found = hard_negatives._hard_negatives(texts, positives, first)
    values = first.decision_function(texts, np.arange(1_500))
    for code, (negatives, own) in enumerate(zip(found, positives, strict=True)):
        wrong = np.flatnonzero(values[:, code] > -0.5)
        assert set(np.setdiff1d(wrong, own)) <= set(negatives)
        assert not set(own) & set(negatives)


def test_texts_that_are_held_out_are_neither_positives_nor_negatives():
    matrix, positives = made_up(400, 8)
    is_fitted = np.arange(400) % 4 != 0
    texts = texts_of(matrix, is_fitted)
    fit = fit_block(texts, positives)
    assert all(is_fitted[rows].all() for rows in fit.negatives)
    garbled = matrix.tolil()
    garbled[~is_fitted] = 1.0
    others = texts_of(csr_matrix(garbled), is_fitted)
    same = fit_block(others, positives)
    assert np.allclose(fit.weights[texts.rank].toarray(), same.weights[others.rank].toarray(), atol=0.02)


def test_a_code_without_texts_or_with_all_of_them_is_decided_by_its_intercept():
    matrix, _ = made_up(50, 3)
    fit = fit_block(texts_of(matrix), [np.zeros(0, dtype=np.int64), np.arange(50)])
    assert not fit.weights.nnz
    assert fit.intercepts.tolist() == [-1.0, 1.0]


def test_the_same_seed_gives_the_same_machines():
    matrix, positives = made_up(300, 6)
    first, second = (fit_block(texts_of(matrix), positives) for _ in range(2))
    assert (first.weights != second.weights).nnz == 0


def test_products_are_the_same_for_columns_with_many_weights_and_with_few():
    rng = np.random.default_rng(5)
    matrix = csr_matrix(random_array((60, 3_500), density=0.02, rng=rng))
    weights = np.where(rng.random((3_500, 40)) < np.repeat([0.3, 0.01], [1_500, 2_000])[:, None], 1.5, 0.0)
    texts = texts_of(matrix)
    ordered = csr_matrix(weights[np.argsort(texts.rank)], dtype=np.float32)
    rows = np.array([3, 59, 0])
    assert np.allclose(texts.products(rows, ordered), (matrix @ weights)[rows], atol=1e-5)


def test_columns_without_entries_are_left_out_of_a_fit():
    matrix = csr_matrix(np.array([[0, 2, 0, 1], [0, 0, 0, 3]], dtype=np.float32))
    found, columns = machine._used_columns(matrix)
    restored = np.zeros((2, 4))
    restored[:, columns] = found.toarray()
    assert sorted(columns.tolist()) == [1, 3]
    assert restored.tolist() == matrix.toarray().tolist()

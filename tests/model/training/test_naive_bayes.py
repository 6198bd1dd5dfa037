"""Test the blend of support vector machines with naive Bayes."""

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.naive_bayes import ComplementNB
from support.program import run

from classmark.model.persistence.model_file import open_classifier
from classmark.model.training.naive_bayes import compared, log_odds, scale_of

DRAWN = np.random.default_rng(3)


def test_log_odds_are_the_positive_weights_of_complement_naive_bayes_on_columns_that_the_codes_texts_have():
    matrix = csr_matrix(DRAWN.random((30, 12)) * (DRAWN.random((30, 12)) < 0.4))
    gold = DRAWN.random((30, 2)) < 0.4
    gold[0], gold[1] = True, False
    weights = DRAWN.random(30) + 0.5
    found = log_odds(matrix, csr_matrix(gold), weights).toarray()
    for code in range(2):
        bayes = ComplementNB(alpha=0.1).fit(matrix, gold[:, code], sample_weight=weights)
        difference = bayes.feature_log_prob_[1] - bayes.feature_log_prob_[0]
        has_column = np.asarray((matrix.T @ gold[:, code]) > 0)
        assert np.allclose(found[:, code], np.where(has_column, np.maximum(difference, 0), 0), atol=1e-5)


def test_a_code_without_texts_and_one_with_all_have_no_odds():
    matrix = csr_matrix(DRAWN.random((6, 4)))
    gold = csr_matrix(np.array([[True, False]] * 6))
    assert not log_odds(matrix, gold, np.ones(6))[:, 1].nnz
    assert np.isfinite(log_odds(matrix, gold, np.ones(6)).data).all()


def test_the_scale_makes_both_vary_alike():
    values, odds = DRAWN.normal(size=(50, 3)), DRAWN.normal(size=(50, 3)) * 40
    assert np.isclose((odds * scale_of(values, odds)).std(), values.std())
    assert scale_of(values, np.zeros((50, 3))) == 0


def test_large_corpora_are_compared_on_a_sample_that_the_seed_fixes():
    assert np.array_equal(compared(5, 0), np.arange(5))
    assert len(set(compared(5_000, 0).tolist())) == 2_000
    assert np.array_equal(compared(5_000, 1), compared(5_000, 1))


def test_hand_picked_corpora_are_learned_with_naive_bayes_and_others_without(corpus, scheme, tmp_path):
    for name, options in (("plain", []), ("picked", ["--hand-picked"])):
        assert run("train", corpus, "--scheme", scheme, "-o", tmp_path / name, *options).code == 0
    plain, picked = (open_classifier(tmp_path / name) for name in ("plain", "picked"))
    assert plain.card.settings["bayes_weight"] == 0
    assert picked.card.settings["bayes_weight"] == 2
    text = ["Soldiers and armies at war"]
    assert not np.allclose(plain.scorer.decision_function(text)[0], picked.scorer.decision_function(text)[0])

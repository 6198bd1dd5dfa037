"""Test the choice of thresholds."""

import numpy as np

from classmark.model.training.thresholds import choose_thresholds


def test_thresholds_maximise_f1():
    scores = np.tile([[0.9, 0.1], [0.7, 0.2], [0.3, 0.6], [0.2, 0.8]], (500, 1))
    gold = np.tile([[1, 0], [1, 0], [0, 1], [0, 1]], (500, 1)).astype(bool)
    thresholds = choose_thresholds(scores, gold)
    assert ((scores >= thresholds) == gold).all()


def test_thresholds_for_a_precision_are_the_lowest_that_reach_it():
    scores = np.array([[0.9], [0.8], [0.7], [0.6], [0.5], [0.4]])
    gold = np.array([[1], [1], [0], [1], [0], [0]], dtype=bool)
    assert choose_thresholds(scores, gold, 0.75).tolist() == [0.6]
    assert choose_thresholds(scores, gold, 1.0).tolist() == [0.8]
    assert not (scores >= choose_thresholds(scores, ~gold, 1.0)).any()

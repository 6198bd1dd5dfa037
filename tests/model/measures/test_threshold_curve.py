"""Test the threshold curve, with precision and recall at each threshold."""

import numpy as np
import pytest
from support.scored import dense, scored_corpus

from classmark.model.measures.threshold_curve import threshold_curve


@pytest.fixture(scope="module")
def many():
    rng = np.random.default_rng(1)
    scores = rng.random((300, 4))
    return scored_corpus(scores, rng.random((300, 4)) < scores)


@pytest.mark.parametrize("threshold", [0.005, 0.25, 0.5, 0.9])
def test_each_point_of_the_curve_agrees_with_its_threshold(many, threshold):
    curve = threshold_curve(many)
    point = np.flatnonzero(np.isclose(curve.thresholds, threshold))[0]
    many = dense(many)
    reached = many.scores >= threshold
    assert curve.precision[point] == pytest.approx(many.gold[reached].mean())
    assert curve.recall[point] == pytest.approx(reached[many.gold].mean())
    assert curve.share_with_codes[point] == pytest.approx(reached.any(axis=1).mean())


def test_a_score_equal_to_a_threshold_counts_as_assigned():
    curve = threshold_curve(scored_corpus([[0.29, 0, 0, 0]], [[1, 0, 0, 0]]))
    assert curve.thresholds[-1] == pytest.approx(0.29)
    assert curve.recall[-1] == 1


def test_lowest_finds_the_lowest_threshold_with_a_precision():
    curve = threshold_curve(scored_corpus([[0.9, 0.7, 0.6, 0.2]], [[1, 0, 1, 0]]))
    assert curve.thresholds[curve.lowest(1.0)] == pytest.approx(0.705)
    assert curve.thresholds[curve.lowest(0.6)] == pytest.approx(0.205)
    assert threshold_curve(scored_corpus([[0.9, 0, 0, 0]], [[0, 1, 0, 0]])).lowest(0.9) is None


def test_a_curve_over_tiny_scores_has_one_point():
    curve = threshold_curve(scored_corpus([[0.001, 0, 0, 0]], [[1, 0, 0, 0]]))
    assert (curve.precision.tolist(), curve.recall.tolist()) == ([0.0], [0.0])

"""Test calibration, which turns decision values into scores."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classmark.model.training.calibration import PRIOR, fit_sigmoid


def test_calibration_recovers_the_sigmoid_of_the_data():
    generator = np.random.default_rng(0)
    values = generator.normal(size=50_000)
    gold = generator.random(50_000) < 1 / (1 + np.exp(-(2 * values - 1)))
    slope, offset = fit_sigmoid(values, gold)
    assert slope == pytest.approx(2, abs=0.05)
    assert offset == pytest.approx(-1, abs=0.05)


def test_calibration_is_finite_for_separable_decision_values():
    slope, offset = fit_sigmoid(np.array([-1.0, -0.9, 0.9, 1.0]), np.array([False, False, True, True]))
    assert 0 < slope < 100
    assert abs(offset) < 100


@given(
    st.lists(st.tuples(st.floats(-3, 3), st.booleans()), max_size=60),
    st.lists(st.floats(-3, 3), min_size=2, max_size=2, unique=True),
)
def test_calibration_always_has_a_positive_slope(held_out, values):
    slope, offset = fit_sigmoid(
        np.array([value for value, _ in held_out]), np.array([is_right for _, is_right in held_out], dtype=bool)
    )
    assert slope > 0
    assert np.isfinite(offset)


def test_calibration_moves_from_the_prior_to_the_data_with_more_values():
    rng = np.random.default_rng(0)

    def fitted(many):
        values = rng.normal(size=many)
        return fit_sigmoid(values, rng.random(many) < 1 / (1 + np.exp(-(2 * values - 1))))

    assert fit_sigmoid(np.zeros(0), np.zeros(0, dtype=bool)) == PRIOR
    assert abs(fitted(4)[0] - PRIOR[0]) < 3
    assert fitted(100_000) == pytest.approx((2, -1), abs=0.05)


def test_a_sample_of_very_many_values_calibrates_as_well():
    rng = np.random.default_rng(0)
    values = rng.normal(size=6_500_000)
    gold = rng.random(len(values)) < 1 / (1 + np.exp(-(2 * values - 1)))
    assert fit_sigmoid(values, gold) == pytest.approx((2, -1), abs=0.01)

"""Test TF-IDF values."""

import numpy as np
import pytest

from classmark.model.text.counts import Counts
from classmark.model.text.tfidf import tfidf


@pytest.mark.parametrize("most", [3, 998, 999, 1_000, 5_000])
def test_a_term_counts_by_the_logarithm_of_its_frequency(most):
    counts = Counts(np.array([0, 2]), np.array([0, 1]), np.array([1, most]))
    values = tfidf(counts, np.array([1, 1], dtype=np.float32))
    assert values[1] / values[0] == pytest.approx(1 + np.log(most))
    assert np.linalg.norm(values) == pytest.approx(1)

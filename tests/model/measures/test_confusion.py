"""Test confusions, which are pairs of a missed code and a wrongly assigned one."""

import numpy as np
import pytest
from support.scored import CLASSES, dense, scored_corpus

from classmark.model.measures.confusion import confusion_table, confusions
from classmark.model.measures.scored_corpus import ScoredCorpus


@pytest.fixture(scope="module")
def many():
    rng = np.random.default_rng(1)
    scores = rng.random((300, 4))
    return scored_corpus(scores, rng.random((300, 4)) < scores)


def test_the_confusion_table_counts_right_codes_and_confusions(many):
    table, tables = confusion_table(many), dense(many)
    for given in range(4):
        for assigned in range(4):
            missed = tables.gold[:, given] & ~tables.assigned[:, given]
            wrong = tables.assigned[:, assigned] & ~tables.gold[:, assigned]
            right = tables.gold[:, given] & tables.assigned[:, given]
            expected = right.sum() if given == assigned else (missed & wrong).sum()
            assert table.counts[given, assigned] == expected
    assert table.support.tolist() == tables.gold.sum(axis=0).tolist()
    found = confusions(many)[0]
    assert found.count == table.counts[CLASSES.index(found.given), CLASSES.index(found.assigned)]


def test_a_limited_confusion_table_has_the_most_confused_codes():
    scores = [[0.9, 0, 0, 0], [0, 0.9, 0, 0], [0, 0, 0.9, 0], [0, 0, 0, 0.9]]
    table = confusion_table(scored_corpus(scores, [[1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0], [0, 0, 0, 1]]), most=2)
    assert (table.codes, table.all_codes) == (("J", "U"), 4)
    assert table.counts.tolist() == [[0, 0], [1, 1]]


def test_confusions_are_sorted_by_count_with_the_surest_examples_first():
    gold = np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], dtype=bool)
    scores = np.array([[0.4, 0.6, 0], [0.1, 0.9, 0], [0.2, 0.8, 0], [0.7, 0, 0.3]])
    scored = ScoredCorpus.of_dense(("a", "b", "c"), gold, scores, scores >= 0.5, np.ones(4, dtype=bool))
    first, second = confusions(scored)
    assert (first.given, first.assigned, first.count, first.examples) == ("a", "b", 2, (1, 0))
    assert (second.given, second.assigned, second.count, second.examples) == ("c", "a", 1, (3,))

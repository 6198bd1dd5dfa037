"""The figures that only a report shows: threshold curves, tables of confusions, worst mistakes, definitions."""

import numpy as np
import pytest

from classmark.corpus.scheme import Code, Scheme
from classmark.model.evaluation.mistakes import worst_mistakes
from classmark.model.measures.confusion import confusion_table, confusions
from classmark.model.measures.registry import MEASURES, definition
from classmark.model.measures.scored_corpus import ScoredCorpus
from classmark.model.measures.threshold_curve import threshold_curve
from classmark.model.scoring.assignment import assign

CODES = ("H", "J", "Q", "U")
SCHEME = Scheme(tuple(Code(code, f"name of {code}") for code in CODES))


def judged(scores, gold, codes=CODES, threshold=0.5):
    scores, gold = np.array(scores, dtype=float), np.array(gold, dtype=bool)
    assignment = assign(scores, threshold)
    return ScoredCorpus(codes, gold, scores, assignment.assigned, ~assignment.uncertain)


@pytest.fixture(scope="module")
def many():
    rng = np.random.default_rng(1)
    scores = rng.random((300, 4))
    return judged(scores, rng.random((300, 4)) < scores)


@pytest.mark.parametrize("threshold", [0.005, 0.25, 0.5, 0.9])
def test_a_point_of_the_curve_is_what_its_threshold_gives(many, threshold):
    curve = threshold_curve(many)
    point = np.flatnonzero(np.isclose(curve.thresholds, threshold))[0]
    reached = many.scores >= threshold
    assert curve.precision[point] == pytest.approx(many.gold[reached].mean())
    assert curve.recall[point] == pytest.approx(reached[many.gold].mean())
    assert curve.share_with_codes[point] == pytest.approx(reached.any(axis=1).mean())


def test_a_score_on_a_threshold_reaches_it():
    curve = threshold_curve(judged([[0.29, 0, 0, 0]], [[1, 0, 0, 0]]))
    assert curve.thresholds[-1] == pytest.approx(0.29)
    assert curve.recall[-1] == 1


def test_the_lowest_threshold_with_a_precision_keeps_as_many_codes_as_can_be():
    curve = threshold_curve(judged([[0.9, 0.7, 0.6, 0.2]], [[1, 0, 1, 0]]))
    assert curve.thresholds[curve.lowest(1.0)] == pytest.approx(0.705)
    assert curve.thresholds[curve.lowest(0.6)] == pytest.approx(0.205)
    assert threshold_curve(judged([[0.9, 0, 0, 0]], [[0, 1, 0, 0]])).lowest(0.9) is None


def test_a_curve_over_no_scores_to_speak_of_has_one_point():
    curve = threshold_curve(judged([[0.001, 0, 0, 0]], [[1, 0, 0, 0]]))
    assert (curve.precision.tolist(), curve.recall.tolist()) == ([0.0], [0.0])


def test_the_table_counts_what_is_right_and_what_is_wrong_instead(many):
    table = confusion_table(many)
    for given in range(4):
        for assigned in range(4):
            missed = many.gold[:, given] & ~many.assigned[:, given]
            wrong = many.assigned[:, assigned] & ~many.gold[:, assigned]
            right = many.gold[:, given] & many.assigned[:, given]
            expected = right.sum() if given == assigned else (missed & wrong).sum()
            assert table.counts[given, assigned] == expected
    assert table.support.tolist() == many.gold.sum(axis=0).tolist()
    found = confusions(many)[0]
    assert found.count == table.counts[CODES.index(found.given), CODES.index(found.assigned)]


def test_a_table_of_some_codes_has_those_that_are_confused_most():
    scores = [[0.9, 0, 0, 0], [0, 0.9, 0, 0], [0, 0, 0.9, 0], [0, 0, 0, 0.9]]
    table = confusion_table(judged(scores, [[1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0], [0, 0, 0, 1]]), most=2)
    assert (table.codes, table.all_codes) == (("J", "U"), 4)
    assert table.counts.tolist() == [[0, 0], [1, 1]]


def test_the_worst_mistake_is_the_surest():
    scores = [[0.6, 0.4, 0, 0], [0.99, 0.01, 0, 0], [0.9, 0.8, 0, 0], [0, 0.9, 0, 0]]
    mistakes = worst_mistakes(judged(scores, [[0, 1, 0, 0], [0, 1, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0]]), SCHEME)
    assert [mistake.abstract for mistake in mistakes] == [1, 0, 2]
    worst = mistakes[0]
    assert worst.margin == pytest.approx(0.98)
    assert [(code.code, code.name, code.score) for code in worst.given] == [("J", "name of J", 0.01)]
    assert [(code.code, code.score) for code in worst.assigned] == [("H", 0.99)]
    assert len(worst_mistakes(judged(scores, np.zeros((4, 4))), SCHEME, most=2)) == 2


def test_codes_that_a_model_does_not_know_are_not_its_worst_mistakes():
    scores = [[0.9, 0.2, 0, 0], [0.7, 0, 0, 0]]
    mistakes = worst_mistakes(judged(scores, [[0, 1, 0, 0], [1, 0, 0, 1]]), SCHEME)
    assert [mistake.abstract for mistake in mistakes] == [0]


@pytest.mark.parametrize("name", [*MEASURES, "class_precision_at_1", "class_right_where_code_wrong"])
def test_a_measure_says_what_it_is(name):
    assert definition(name).startswith(("the ", "how "))
    assert not definition(name).endswith(".")

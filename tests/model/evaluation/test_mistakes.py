"""Test the list of the worst mistakes of a model."""

import numpy as np
import pytest
from support.scored import CLASSES, dense, scored_corpus, ties_and_zeros

from classmark.corpus.scheme import Code, Scheme
from classmark.model.evaluation.mistakes import worst_mistakes

SCHEME = Scheme(tuple(Code(code, f"name of {code}") for code in CLASSES))


def test_the_worst_mistake_has_the_widest_margin():
    scores = [[0.6, 0.4, 0, 0], [0.99, 0.01, 0, 0], [0.9, 0.8, 0, 0], [0, 0.9, 0, 0]]
    mistakes = worst_mistakes(scored_corpus(scores, [[0, 1, 0, 0], [0, 1, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0]]), SCHEME)
    assert [mistake.abstract for mistake in mistakes] == [1, 0, 2]
    worst = mistakes[0]
    assert worst.margin == pytest.approx(0.98)
    assert [(code.code, code.name, code.score) for code in worst.given] == [("J", "name of J", 0.01)]
    assert [(code.code, code.score) for code in worst.assigned] == [("H", 0.99)]
    assert len(worst_mistakes(scored_corpus(scores, np.zeros((4, 4))), SCHEME, most=2)) == 2


def test_codes_unknown_to_the_model_are_no_mistakes():
    scores = [[0.9, 0.2, 0, 0], [0.7, 0, 0, 0]]
    mistakes = worst_mistakes(scored_corpus(scores, [[0, 1, 0, 0], [1, 0, 0, 1]]), SCHEME)
    assert [mistake.abstract for mistake in mistakes] == [0]


def test_a_missed_code_that_is_not_kept_is_a_mistake_with_score_0():
    scored = ties_and_zeros(0, kept=1)
    mistakes = worst_mistakes(scored, Scheme((), is_closed=False), most=len(scored))
    tables = dense(scored)
    known = tables.gold & tables.scores.any(axis=0)
    assert (
        sorted(mistake.abstract for mistake in mistakes)
        == np.flatnonzero((known != tables.assigned).any(axis=1)).tolist()
    )
    for mistake in mistakes:
        row = mistake.abstract
        gold = {scored.codes[column]: tables.scores[row, column] for column in np.flatnonzero(tables.gold[row])}
        assert {code.code: code.score for code in mistake.given} == gold
        highest_wrong = tables.scores[row].max(where=~known[row], initial=0)
        assert mistake.margin == highest_wrong - tables.scores[row].min(where=known[row], initial=1)

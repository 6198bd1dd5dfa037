"""Test that a table of the vocabulary gives words the numbers that they have when they are found one by one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from classmark.model.text.packed_strings import PackedStrings
from classmark.model.text.vocabulary import Vocabulary
from classmark.model.text.word_table import WordTable

LETTERS = "aäßжé中0"
WORDS = st.text(LETTERS, min_size=1, max_size=40).map(str.encode)


@given(st.sets(WORDS, max_size=30), st.sets(WORDS, max_size=5), st.lists(st.lists(WORDS, max_size=20), max_size=5))
def test_a_table_gives_the_same_numbers_as_bisection(known, stops, texts):
    vocabulary = Vocabulary(
        PackedStrings.of(sorted(known)), np.zeros(0, dtype=np.uint64), tuple(stop.decode() for stop in stops)
    )
    lines = [b" ".join([*text, *list(known)[:3], *stops]) for text in texts]
    expected = vocabulary.ids(lines)
    found = WordTable(vocabulary.words, vocabulary.stops).of(lines)
    assert [array.tolist() for array in found] == [array.tolist() for array in expected]


def test_words_that_are_too_long_are_unknown():
    vocabulary = Vocabulary(PackedStrings.of([b"a" * 64, b"a" * 65]), np.zeros(0, dtype=np.uint64), ())
    text = b" ".join([b"a" * 63, b"a" * 64, b"a" * 65, b"a" * 100])
    assert (
        WordTable(vocabulary.words, ()).of([text])[0].tolist() == vocabulary.ids([text])[0].tolist() == [-2, 0, -2, -2]
    )

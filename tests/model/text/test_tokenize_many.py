"""Test that many texts are split into the same words as one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classmark.model.text.tokenize_many import plain_texts
from classmark.model.text.tokenizer import LONG, plain

AROUND = [("", ""), ("a", "b"), ("e", "\u0301"), ("1", "2"), ("ß", "ﬁ"), ("가", "\u11a8"), ("\u0915", "\u093c")]
FILLING = ["Größe – „Maß“ Žižek"] * 16
"""So many texts that they are split with a table."""


def words(texts):
    return [text.split() for text in texts]


@pytest.mark.parametrize("first", range(0, 0x3000, 0x400), ids=hex)
def test_each_letter_in_its_neighbourhood_is_split_as_alone(first):
    texts = [before + chr(i) + after for i in range(first, first + 0x400) for before, after in AROUND]
    assert words(plain_texts([*texts, *FILLING])[: len(texts)]) == words(map(plain, texts))


@given(st.lists(st.text(), max_size=5))
def test_any_texts_are_split_as_alone(texts):
    assert words(plain_texts([*texts, *FILLING])[: len(texts)]) == words(map(plain, texts))


LONG_TEXTS = {
    "long": "Größe – " * LONG,
    "entities": "&amp;amp; &szlig; &#8211; ž",
    "tags": "<p>Größe</p>–ž",
    "unseen": "Grö\u00adße–\u200bž",
    "beyond": "\U0001d400–\ud800",
}


@pytest.mark.parametrize("text", LONG_TEXTS.values(), ids=LONG_TEXTS)
def test_odd_texts_are_split_as_alone(text):
    assert words(plain_texts([text, *FILLING])[:1]) == words([plain(text)])

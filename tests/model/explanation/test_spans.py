"""Test the spans of characters that words are read from."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from classmark.corpus.abstract import Abstract
from classmark.model.explanation.contributions import occurrences
from classmark.model.explanation.spans import locate_words, word_spans
from classmark.model.persistence.model_file import open_classifier
from classmark.model.scoring.classifier import DEFAULT_FILE
from classmark.model.text.tokenizer import plain, words

CLASSIFIER = open_classifier(DEFAULT_FILE)
PIECES = [
    "war",
    "Army,",
    " of the ",
    "&amp;",
    "&lt;b&gt;",
    "</i>",
    "<jats:p>",
    "&",
    "<",
    ">",
    "&#x301;",
    "&notit;",
    "&NotEqualTilde;",
    "&#1;",
    "é",
    "e\u0301",
    "\u0323",
    "ﬁ",
    "½",
    "İ",
    "ß",
    "ｶﾞ",
    "\u1100\u1161\u11a8",
    "\u00ad",
    "\ud800",
]
marks_and_letters = st.text(alphabet=st.characters(categories=["Mn", "Lm", "Lo", "No", "Sk"]), max_size=6)
odd_texts = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=10), marks_and_letters), max_size=12).map(
    "".join
)


@example("a\u0316\u0301b")  # the second accent composes with the letter across the first
@example("=\u0338\u0345")  # an accent whose lower case is a letter
@given(odd_texts)
def test_the_located_words_are_the_words_of_the_text(text):
    assert [word for word, _, _ in word_spans(text)] == words(text)


@given(odd_texts)
def test_a_span_contains_its_word_and_spans_are_in_order(text):
    found = word_spans(text)
    assert all(word in words(text[start:end]) for word, start, end in found)
    assert [start for _, start, _ in found] == sorted(start for _, start, _ in found)
    assert all(0 <= start < end <= len(text) for _, start, end in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Cold-War.", ["The", "Cold", "War"]),
        ("<jats:p>Soil &amp; <i>Triticum</i></jats:p>", ["Soil", "Triticum"]),
        ("&lt;p&gt;M&uuml;ller&lt;/p&gt;", ["M&uuml;ller"]),
        ("“Straße” e\u0301tat", ["Straße", "e\u0301tat"]),
        ("½", ["½", "½"]),
        ("snake_case", ["snake", "case"]),
    ],
)
def test_spans_cover_the_words_as_written(text, expected):
    assert [text[start:end] for _, start, end in word_spans(text)] == expected


@example(title="", text="\u0345")
@given(title=odd_texts, text=odd_texts)
def test_words_are_located_in_title_and_text(title, text):
    placed = locate_words(Abstract("x", title, text))
    fields = {"title": title, "text": text}
    assert placed.words == words(f"{title}\n{text}")
    assert all(0 <= span.start < span.end <= len(fields[span.field]) for span in placed.spans)


@given(st.lists(st.sampled_from(["war", "on", "the", "Terror", "&amp;", "armies", "army", "x", "soil", "Zorg"])))
def test_a_term_is_located_as_often_as_it_is_counted(parts):
    text = plain(" ".join(parts))
    for block in CLASSIFIER.scorer.blocks.values():
        features = [feature for feature, _, _ in occurrences(block.vocabulary, text)]
        counts = block.vocabulary.count([text])
        assert {feature: features.count(feature) for feature in features} == dict(
            zip(counts.features.tolist(), counts.counts.tolist(), strict=True)
        )

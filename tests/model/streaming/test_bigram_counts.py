"""Test the counts of bigrams in a stream."""

import numpy as np

from classmark.model.streaming.bigram_counts import BigramCounter
from classmark.model.text.document_frequency import min_count_for


def test_frequent_bigrams_are_counted_exactly():
    rng = np.random.default_rng(0)
    numbers, text_of = rng.integers(0, 30, 4000), np.repeat(np.arange(400), 10)
    counter = BigramCounter(texts=400)
    counter.count_approximately(numbers, text_of)
    counter.select(min_df=2, most=50)
    counter.count(numbers, text_of)
    pairs, in_texts = counter.frequent(min_df=2, most=50)
    expected: dict[int, set[int]] = {}
    for first, second, text, next_text in zip(numbers, numbers[1:], text_of, text_of[1:], strict=False):
        if text == next_text:
            expected.setdefault((int(first) << 32) + int(second), set()).add(int(text))
    assert 0 < len(pairs) <= 50
    assert in_texts.tolist() == [len(expected[int(pair)]) for pair in pairs]
    bound = min_count_for(np.bincount([len(texts) for texts in expected.values()]), 2, 50)
    assert set(map(int, pairs)) == {pair for pair, texts in expected.items() if len(texts) >= bound}

"""Test stop words and the vocabulary."""

import numpy as np
from scipy.sparse import csr_matrix

from classmark.model.text.document_frequency import build_vocabulary


def test_stop_words_are_frequent_in_all_codes():
    rng = np.random.default_rng(2)
    gold = rng.random((200, 5)) < 0.3
    has = rng.random((200, 60)) < rng.random(60) * 0.8
    has[:, :10] &= gold[:, [0]]  # only in texts of one code
    texts = [" ".join(f"w{word:02}" for word in np.flatnonzero(row)).encode() for row in has]
    expected = []
    for word in np.flatnonzero(has.sum(axis=0) > 40):
        share, by_code = has[:, word].mean(), gold[has[:, word]].sum(axis=0)
        if ((by_code + share) / (gold.sum(axis=0) + 1)).min() > 0.25 * share:
            expected.append(f"w{word:02}")
    assert list(build_vocabulary(texts, csr_matrix(gold), (1, 2)).stops) == expected
    assert 20 < len(expected) < 50


def test_very_many_stop_words_are_found_in_one_pass():
    shared = " ".join(f"{number:06}" for number in range(50_000))
    texts = [f"{shared} own{number}".encode() for number in range(24)]
    gold = np.arange(24)[:, np.newaxis] % 2 == np.arange(2)
    vocabulary = build_vocabulary(texts, csr_matrix(gold), (1, 2))
    assert len(vocabulary.stops) == 50_000
    assert len(vocabulary.words) == 24


def test_rare_codes_do_not_decide_on_stop_words_if_there_are_very_many_codes():
    frequent, rare = np.arange(800)[:, np.newaxis] % 100 == np.arange(100), np.zeros((800, 1), dtype=bool)
    rare[:6] = True
    texts = [f"own{number}" if number < 6 else f"the own{number}" for number in range(800)]
    gold = csr_matrix(np.hstack([rare, frequent]))
    encoded = [text.encode() for text in texts]
    assert build_vocabulary(encoded, gold[:, :51], (1, 2)).stops == ()
    assert build_vocabulary(encoded, gold, (1, 2)).stops == ("the",)

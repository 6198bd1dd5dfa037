"""Test the ids of words, and that a prediction depends on its record and the model alone."""

import numpy as np
import pytest
from support.program import run, write_records

from classmark.model.persistence.model_file import open_classifier
from classmark.model.text.token_ids import UNKNOWN, TokenIds

OLD_FACTOR = 0xFF51AFD7ED558CCD
ALL = 2**64 - 1


def numbered(words):
    """Return the ids of words, and a `TokenIds` that gives the same ids."""
    number_of = {word: number for number, word in enumerate(dict.fromkeys(words))}
    return [number_of[word] for word in words], TokenIds(
        lambda new: [number_of.get(word.encode(), UNKNOWN) for word in new]
    )


def mixed(key):
    product = key * OLD_FACTOR & ALL
    return product ^ product >> 32


def unmixed(key):
    return (key ^ key >> 32) * pow(OLD_FACTOR, -1, 2**64) & ALL


def twin_of(word):
    """Return another word of 16 letters that had the same hash when the multiplier was public."""
    letters = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz0123456789", dtype=np.uint8)
    key = mixed(len(word) ^ int.from_bytes(word, "little"))
    rng = np.random.default_rng(5)
    while True:
        starts = np.ascontiguousarray(letters[rng.integers(0, 36, (1_000_000, 8))])
        products = (starts.view("<u8").ravel() ^ np.uint64(16)) * np.uint64(OLD_FACTOR)
        ends = (products ^ products >> np.uint64(32)) ^ np.uint64(unmixed(key))
        fits = np.isin(ends.view(np.uint8).reshape(-1, 8), letters).all(axis=1)
        if fits.any():
            return (starts[fits][0].tobytes() + ends[fits][0].tobytes()).decode()


def test_a_record_with_colliding_words_does_not_change_the_next(model, tmp_path):
    soil = {"id": "good", "title": "soil", "text": "soil soil soil"}
    write_records(tmp_path / "a.jsonl", [{"id": "evil", "text": twin_of(b"soil")}, soil])
    write_records(tmp_path / "b.jsonl", [{"id": "other", "text": "foo bar"}, soil])
    poisoned, clean = (run("predict", tmp_path / name, "-m", model, "-f", "jsonl") for name in ("a.jsonl", "b.jsonl"))
    assert poisoned.records[1]["ranking"] == clean.records[1]["ranking"] != []


def test_scores_do_not_depend_on_earlier_records(model, records):
    scorer = open_classifier(model).scorer
    texts = [record["text"] for record in records]
    alone = np.concatenate([scorer.decision_function([text])[0] for text in texts])
    assert (scorer.decision_function([" ".join(texts * 20), *texts])[0][1:] == alone).all()


TOGGLED = str.maketrans("0123456789", "pqrstuvwxy")
"""Digits and letters that differ in the highest bit, which any odd multiplier passes on unchanged."""

ALIKE = {
    "ends": [f"{'a' * 15}{i:05}" for i in range(4_000)],
    "beginnings": [f"{i:05}{'a' * 15}" for i in range(4_000)],
    "short": [f"{i:08}" for i in range(4_000)],
    "up to eight bytes and more": [f"{'a' * many}" for many in range(1, 65)],
    "one bit": [f"aaaaaaa{a}bbb{b}ccc{c}ddddddd" for a in "12345pqrstu" for b in "12345pqrstu" for c in "12345pqrstu"],
    "a word and a longer one": ["abcdefgh", "abcdefghi", "abcdefghijklmnop", "abcdefghijklmnopq", "abcdefghijklmno"],
    "several bytes a letter": ["äöüß" * n + end for n in range(8) for end in ("ж", "жж", "жжж", "中", "é")],
}


@pytest.mark.parametrize("words", ALIKE.values(), ids=ALIKE)
@pytest.mark.parametrize("hashes", ["as they are", "all the same"])
def test_similar_words_get_different_ids(words, hashes):
    """Longer words are compared byte by byte, so they are told apart even if all hashes are equal."""
    words = [word.encode() for word in (words[:200] if hashes == "all the same" else words)]
    expected, reader = numbered(words)
    if hashes == "all the same":
        reader._hash.factors[:] = 0
    assert [reader.of([b" ".join(words)])[0].tolist() for _ in range(2)] == [expected] * 2


def test_each_word_is_attributed_to_its_text():
    texts = [b"", b"soil and wheat", b" ", b"  army", b"soil ", b""]
    _, text_of = TokenIds(lambda new: [0] * len(new)).of(texts * 500)
    assert text_of.tolist() == [6 * i + text for i in range(500) for text in (1, 1, 1, 3, 4)]


def test_new_words_are_looked_up_in_text_order():
    asked = []
    reader = TokenIds(lambda new: asked.extend(new) or [0] * len(new))
    words = [f"{'long' * (i % 5)}{i * 7919 % 1000}" for i in range(1_000)]
    reader.of([" ".join(words).encode()])
    assert asked == list(dict.fromkeys(words))

"""Test the shipped corpus, on which the default model is trained."""

import json
from collections import Counter

import pytest
from support.program import ABSTRACTS, run

from classmark.corpus.scheme_csv import lcc

NOT_IN_JOURNALS = {"AY", "JJ", "LE", "LF", "LG", "LH", "LJ", "LD", "LT"}
"""Subclasses with hardly any journal: almanacs, textbooks, colonial series, single institutions."""


@pytest.fixture(scope="module")
def shipped():
    return [json.loads(line) for path in sorted(ABSTRACTS.iterdir()) for line in path.read_text("utf-8").splitlines()]


def test_the_shipped_corpus_passes_the_check():
    done = run("corpus", "check", ABSTRACTS, "--scheme", "lcc")
    assert (done.code, done.out) == (0, "")


def test_the_shipped_corpus_is_large_enough(shipped):
    assert len(shipped) >= 1_200
    codes = Counter(code for record in shipped for code in record["codes"])
    assert min(codes[code] for code in lcc().assignable) >= 40
    assert sum(len(record["codes"]) > 1 for record in shipped) / len(shipped) >= 0.24
    subclasses = Counter(code for record in shipped for code in record["subclasses"])
    few = {code.code for code in lcc().codes if code.parent not in {None, "K"} and subclasses[code.code] < 4}
    assert few <= NOT_IN_JOURNALS


def test_the_shipped_subclasses_roll_up_to_the_codes(shipped):
    for record in shipped:
        assert tuple(dict.fromkeys(map(lcc().resolve, record["subclasses"]))) == tuple(record["codes"])


def test_the_shipped_abstracts_have_the_length_of_abstracts(shipped):
    lengths = [len(record["text"].split()) for record in shipped]
    assert min(lengths) >= 110
    assert max(lengths) <= 220


def test_the_shipped_corpus_has_a_rich_vocabulary():
    figures = json.loads(run("corpus", "stats", ABSTRACTS, "--format", "json").out)
    assert figures["richness"]["distinct_words"] / figures["richness"]["words"] > 14_000 / 151_000
    assert figures["richness"]["shared_triples"] < 0.20

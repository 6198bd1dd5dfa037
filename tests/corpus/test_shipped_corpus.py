"""Test the shipped corpus, on which the default model is trained."""

import csv
import json
from collections import Counter
from statistics import median

import pytest
from support.program import ABSTRACTS, run

from classmark.corpus.scheme_csv import LCC_FILE, lcc

NOT_IN_JOURNALS = {"AY", "JJ", "LE", "LF", "LG", "LH", "LJ", "LD", "LT"}
"""Subclasses with hardly any journal: almanacs, textbooks, colonial series, single institutions."""


LANGUAGES = ("de", "es", "fr", "id", "it", "pt")


@pytest.fixture(scope="module")
def shipped():
    return [
        json.loads(line) for path in sorted(ABSTRACTS.rglob("*.jsonl")) for line in path.read_text("utf-8").splitlines()
    ]


def test_the_shipped_corpus_passes_the_check():
    done = run("corpus", "check", ABSTRACTS, "--scheme", "lcc")
    assert (done.code, done.out) == (0, "")


def test_the_shipped_corpus_is_large_enough(shipped):
    english = [record for record in shipped if "language" not in record]
    codes = Counter(code for record in english for code in record["codes"])
    assert min(codes[code] for code in lcc().assignable) >= 60
    assert sum(len(record["codes"]) > 1 for record in shipped) / len(shipped) >= 0.2
    subclasses = Counter(code for record in english for code in record["subclasses"])
    few = {code.code for code in lcc().codes if code.parent not in {None, "K"} and subclasses[code.code] < 10}
    assert few <= NOT_IN_JOURNALS


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_twenty_abstracts_or_more_for_each_class_and_scope_notes_for_all_codes(shipped, language):
    first = Counter(record["codes"][0] for record in shipped if record.get("language") == language)
    assert min(first[code] for code in lcc().assignable) >= 20
    with LCC_FILE.open(encoding="utf-8", newline="") as file:
        assert all(row[f"scope_{language}"] for row in csv.DictReader(file))


def test_the_shipped_subclasses_roll_up_to_the_codes(shipped):
    for record in shipped:
        assert tuple(dict.fromkeys(map(lcc().resolve, record["subclasses"]))) == tuple(record["codes"])


def test_the_shipped_abstracts_have_the_length_of_abstracts(shipped):
    lengths = [len(record["text"].split()) for record in shipped]
    assert min(lengths) >= 20
    assert max(lengths) <= 300
    assert median(lengths) >= 90


def test_the_shipped_corpus_has_a_rich_vocabulary():
    figures = json.loads(run("corpus", "stats", ABSTRACTS, "--format", "json").out)
    assert figures["richness"]["distinct_words"] / figures["richness"]["words"] > 14_000 / 151_000
    assert figures["richness"]["shared_triples"] < 0.20

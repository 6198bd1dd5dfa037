"""``classmark corpus``, on a small corpus and on the shipped one."""

import json
from collections import Counter

import pytest
from conftest import ABSTRACTS, run, write_records

from classmark.corpus import lcc, near_duplicates

NOT_IN_JOURNALS = {"AY", "JJ", "LE", "LF", "LG", "LH", "LJ", "LD", "LT"}
"""Almanacs, textbooks, colonial series, and single institutions: subclasses with shelves, but hardly a journal."""

LONG = "Armed groups changed the security of the whole region after the old regime fell in the spring of that year {}"


def test_a_sound_corpus_passes(corpus):
    done = run("corpus", "check", corpus, "--scheme", "lcc")
    assert (done.code, done.out) == (0, "")
    assert "nothing wrong found" in done.err


@pytest.mark.parametrize(
    ("record", "problem"),
    [
        ({"text": LONG, "codes": ["a"]}, "c.jsonl:41: no title"),
        ({"title": "T", "text": LONG}, "c.jsonl:41: no codes"),
        ({"title": "T", "text": "", "codes": ["a"]}, "c.jsonl:41: the abstract is empty"),
        ({"title": "T", "text": "too short", "codes": ["a"]}, "c.jsonl:41: 2 words, where an abstract has 20 to 1,000"),
        ({"title": "T", "text": "long " * 1001, "codes": ["a"]}, "c.jsonl:41: 1,001 words"),
        ({"title": "T", "text": LONG, "codes": ["b"]}, "the code 'b' has only 1 abstract; fewer than 10 teach little"),
        ({"id": "3", "title": "T", "text": LONG, "codes": ["a"]}, "the id '3' stands 2 times"),
        ({"note": "x"}, "c.jsonl:41: no field 'text', 'abstract' or 'title'"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path, record, problem):
    sound = [
        {
            "id": str(i),
            "title": "T",
            "text": " ".join(f"{chr(97 + i % 26)}{chr(97 + j)}{'x' * (i // 26)}" for j in range(25)),
            "codes": ["a"],
        }
        for i in range(40)
    ]
    write_records(tmp_path / "c.jsonl", [*sound, record])
    done = run("corpus", "check", "c.jsonl", cwd=tmp_path)
    assert done.code == 1
    assert any(problem in line for line in done.lines), done.out


def test_codes_outside_the_scheme_are_found(tmp_path):
    write_records(tmp_path / "c.jsonl", [{"title": "T", "text": LONG, "codes": ["Y1"]}])
    done = run("corpus", "check", "c.jsonl", "--scheme", "lcc", cwd=tmp_path)
    assert "c.jsonl:1: the code 'Y1' fits nowhere in the scheme" in done.lines


def test_near_duplicates_are_found_and_others_are_not():
    texts = [LONG.format("one"), "Wheat and soil in the valleys of the north", LONG.format("two"), "", ""]
    assert near_duplicates(texts) == [(0, 2)]


def test_statistics_count_what_is_there(corpus, records):
    figures = json.loads(run("corpus", "stats", corpus, "--format", "json").out)
    codes = Counter(code for record in records for code in record["codes"])
    assert figures["abstracts"] == 48
    assert figures["codes"] == codes
    assert figures["with_several_codes"] == sum(len(record["codes"]) > 1 for record in records)
    assert f"U\t{codes['U']}" in run("corpus", "stats", corpus).lines


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


def test_the_language_of_the_shipped_corpus_is_rich():
    figures = json.loads(run("corpus", "stats", ABSTRACTS, "--format", "json").out)
    assert figures["richness"]["distinct_words"] / figures["richness"]["words"] > 14_000 / 151_000
    assert figures["richness"]["shared_triples"] < 0.20

"""``classmark corpus``, on a small corpus and on the shipped one."""

import json
import random
from collections import Counter

import pytest
from support.program import ABSTRACTS, run, write_records

from classmark.corpus.analysis.near_duplicates import near_duplicates
from classmark.corpus.scheme_csv import lcc

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
        (
            {"title": "T", "text": LONG, "codes": ["x" * 2_000]},
            f"c.jsonl:41: the code {'x' * 40 + '…'!r} has 2,000 letters",
        ),
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
    found = near_duplicates(texts)
    assert found.first == {2: 0}
    assert found.groups == (0, 1, 0, 3, 4)


def in_letters(number):
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def test_what_resembles_two_texts_brings_them_into_one_group():
    words = [in_letters(i) for i in range(100)]
    texts = [" ".join(words[start : start + 60]) for start in (0, 24, 12)]
    found = near_duplicates(texts)
    assert found.first == {2: 0}
    assert found.groups == (0, 0, 0)


def from_one_form(many):
    """Return texts of 120 words that differ in 14 of them, anywhere."""
    rng = random.Random(1)
    form = [in_letters(i) for i in range(120)]
    starts = [rng.randrange(106) for _ in range(many)]
    return [" ".join([*form[:start], *(f"own{in_letters(100 * i + j)}" for j in range(14)), *form[start + 14 :]])
            for i, start in enumerate(starts)]  # fmt: skip


def test_thousands_of_texts_from_one_form_are_one_group_each_named_once(tmp_path):
    texts = from_one_form(2_000)
    found = near_duplicates(texts)
    assert set(found.groups) == {0}
    assert sorted(found.first) == list(range(1, 2_000))
    write_records(
        tmp_path / "c.jsonl",
        [{"id": str(i), "title": "T", "text": t, "codes": ["a"]} for i, t in enumerate(texts[:300])],
    )
    lines = run("corpus", "check", "c.jsonl", cwd=tmp_path).lines
    assert lines == [f"c.jsonl:{i}: nearly the same text as c.jsonl:1" for i in range(2, 301)]


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


def test_pairs_of_codes_are_counted_where_they_are_not_too_many(tmp_path):
    many = [f"c{i}" for i in range(20_000)]
    records = [{"text": LONG, "codes": codes} for codes in (many, ["a", "b"], ["a", "b", "c"])]
    path = write_records(tmp_path / "c.jsonl", records)
    figures = json.loads(run("corpus", "stats", path, "--format", "json").out)
    assert figures["pairs"] == {"a;b": 2, "a;c": 1, "b;c": 1}
    assert (figures["without_pairs"], len(figures["codes"])) == (1, 20_003)
    assert "with too many codes to count their pairs\t1" in run("corpus", "stats", path).lines


@pytest.mark.parametrize("command", ["train -o m", "evaluate --folds 2", "corpus audit", "corpus stats"])
def test_a_code_that_is_too_long_is_named_with_its_place(tmp_path, command):
    records = [{"text": LONG, "codes": ["a"]}, {"text": LONG, "codes": ["x" * 1_000_000]}]
    done = run(*command.split(), write_records(tmp_path / "c.jsonl", records), cwd=tmp_path)
    assert (done.code, done.out) == (1, "")
    assert f"c.jsonl:2: the code {'x' * 40 + '…'!r} has 1,000,000 letters, where 1,000 are the most" in done.err


def test_a_code_that_is_too_long_is_named_in_a_scheme(tmp_path):
    (tmp_path / "s.csv").write_text(f"code,name\na,A\n{'x' * 1_001},X\n", encoding="utf-8")
    done = run("codes", "--scheme", tmp_path / "s.csv")
    assert (done.code, "line 3: the code" in done.err) == (1, True)

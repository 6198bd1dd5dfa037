"""Test ``classmark corpus check`` and ``classmark corpus stats``."""

import json
from collections import Counter

import pytest
from support.program import run, write_records

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
        (
            {"title": "T", "text": LONG, "codes": ["b"]},
            "1 of 2 codes has fewer than 5 abstracts: how well it is found is not known: 'b' 1",
        ),
        ({"id": "3", "title": "T", "text": LONG, "codes": ["a"]}, "the id '3' stands 2 times"),
        (
            {"title": "T", "text": LONG, "codes": ["x" * 2_000]},
            f"c.jsonl:41: the code {'x' * 40 + '…'!r} has 2,000 letters",
        ),
        ({"note": "x"}, "c.jsonl:41: no field 'text', 'abstract' or 'title'"),
    ],
)
def test_each_problem_is_reported_with_its_file_and_line(tmp_path, record, problem):
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


def test_codes_outside_the_scheme_are_reported(tmp_path):
    write_records(tmp_path / "c.jsonl", [{"title": "T", "text": LONG, "codes": ["Y1"]}])
    done = run("corpus", "check", "c.jsonl", "--scheme", "lcc", cwd=tmp_path)
    assert "c.jsonl:1: the code 'Y1' fits nowhere in the scheme" in done.lines


def test_rare_codes_are_reported_in_one_sentence_with_the_rarest_named(tmp_path):
    rows = [{"id": str(i), "title": "T", "text": LONG.format(i), "codes": [f"c{i:02}"]} for i in range(20)]
    write_records(tmp_path / "c.jsonl", [*rows, rows[0] | {"id": "x"}])
    (tmp_path / "s.csv").write_text("code,name\n" + "".join(f"c{i:02},Code {i}\n" for i in range(20)), "utf-8")
    done = run("corpus", "check", "c.jsonl", "--scheme", "s.csv", cwd=tmp_path)
    [line] = [line for line in done.lines if "fewer than 5 abstracts" in line]
    assert line.startswith(
        "20 of 20 codes have fewer than 5 abstracts: how well they are found is not known: 'c01' Code 1, 1; "
        "'c02' Code 2, 1;"
    )
    assert line.endswith("; and 15 more")


def test_check_says_of_rare_codes_what_train_says(tmp_path):
    texts = ["army soldiers front", "wheat soil farm", "tanks enemy battle", "maize barley field", "navy fleet siege"]
    codes = ["U", "S", "U", "S", "U"]
    rows = [{"id": t, "title": t, "text": f"{t} " * 9, "codes": [c]} for t, c in zip(texts, codes, strict=True)]
    corpus = write_records(tmp_path / "c.jsonl", rows)
    checked = run("corpus", "check", corpus)
    [line] = [line for line in checked.lines if "fewer than" in line]
    sentence = line.partition(" known: ")[0] + " known"
    assert sentence == "2 of 2 codes have fewer than 5 abstracts: how well they are found is not known"
    assert sentence in run("train", corpus, "-o", tmp_path / "m").err
    assert "classmark: 5 abstracts, 2 codes: " in checked.err


def test_check_says_that_one_code_cannot_be_trained(tmp_path):
    corpus = write_records(tmp_path / "c.jsonl", [{"id": "1", "title": "T", "text": LONG.format(1), "codes": ["U"]}])
    checked = run("corpus", "check", corpus)
    assert checked.lines == ["all abstracts have the one code 'U'; a classifier needs two or more"]
    assert checked.err == "classmark: 1 abstract, 1 code: 1 problem found\n"
    assert checked.lines[0] in run("train", corpus, "-o", tmp_path / "m").err


def test_statistics_count_abstracts_and_codes(corpus, records):
    figures = json.loads(run("corpus", "stats", corpus, "--format", "json").out)
    codes = Counter(code for record in records for code in record["codes"])
    assert figures["abstracts"] == 48
    assert figures["codes"] == codes
    assert figures["with_several_codes"] == sum(len(record["codes"]) > 1 for record in records)
    assert f"U\t{codes['U']}" in run("corpus", "stats", corpus).lines


def test_abstracts_with_very_many_codes_are_left_out_of_the_pair_counts(tmp_path):
    many = [f"c{i}" for i in range(20_000)]
    records = [{"text": LONG, "codes": codes} for codes in (many, ["a", "b"], ["a", "b", "c"])]
    path = write_records(tmp_path / "c.jsonl", records)
    figures = json.loads(run("corpus", "stats", path, "--format", "json").out)
    assert figures["pairs"] == {"a;b": 2, "a;c": 1, "b;c": 1}
    assert (figures["without_pairs"], len(figures["codes"])) == (1, 20_003)
    assert "with too many codes to count their pairs\t1" in run("corpus", "stats", path).lines


@pytest.mark.parametrize("command", ["train -o m", "evaluate --folds 2", "corpus audit", "corpus stats"])
def test_a_code_that_is_too_long_is_reported_with_its_file_and_line(tmp_path, command):
    records = [{"text": LONG, "codes": ["a"]}, {"text": LONG, "codes": ["x" * 1_000_000]}]
    done = run(*command.split(), write_records(tmp_path / "c.jsonl", records), cwd=tmp_path)
    assert (done.code, done.out) == (1, "")
    assert f"c.jsonl:2: the code {'x' * 40 + '…'!r} has 1,000,000 letters, where 1,000 are the most" in done.err


def test_a_code_that_is_too_long_in_a_scheme_is_reported_with_its_line(tmp_path):
    (tmp_path / "s.csv").write_text(f"code,name\na,A\n{'x' * 1_001},X\n", encoding="utf-8")
    done = run("codes", "--scheme", tmp_path / "s.csv")
    assert (done.code, "line 3: the code" in done.err) == (1, True)

"""Test ``classmark corpus audit``: wrong codes are found and listed."""

import csv
import json
import re
import subprocess
import sys

import pytest
from support.program import ABSTRACTS, ROOT, SHARED, on_a_terminal, run, write_records

CLASSES = ("J", "M", "S", "U")
ANOTHER = {"J": "M", "M": "S", "S": "U", "U": "J"}
COLUMNS = ["place", "id", "doubt", "codes", "scores", "instead", "instead_scores", "title"]
BENCHMARK = ROOT / "tests" / "benchmarks" / "audit.py"


@pytest.fixture(scope="module")
def correct():
    """Return sixty shipped abstracts of each of four classes."""
    lines = [line for code in CLASSES for line in (ABSTRACTS / f"{code}.jsonl").read_text("utf-8").splitlines()[:60]]
    records = [json.loads(line) for line in lines]
    return [record | {"codes": [code for code in record["codes"] if code in CLASSES]} for record in records]


@pytest.fixture(scope="module")
def swapped(correct):
    """Return the indices of the ten records that get another code."""
    return range(5, len(correct), 24)


@pytest.fixture(scope="module")
def faulty(correct, swapped, tmp_path_factory):
    records = [
        record | {"codes": [ANOTHER[record["codes"][0]]]} if number in swapped else record
        for number, record in enumerate(correct)
    ]
    return write_records(tmp_path_factory.mktemp("faulty") / "faulty.jsonl", records)


@pytest.fixture(scope="module")
def listed(faulty):
    done = run("corpus", "audit", faulty, "--format", "jsonl")
    assert done.code == 0, done.err
    return done.records


def with_codes(correct, identifier, codes):
    return [record | {"codes": codes} if record["id"] == identifier else record for record in correct]


def finding(path, identifier):
    records = run("corpus", "audit", path, "--format", "jsonl", "--top", "240").records
    return next(record for record in records if record["id"] == identifier)


def test_swapped_codes_are_listed_first(listed, swapped):
    first = [record["line"] - 1 for record in listed[: len(swapped)]]
    assert len(set(first) & set(swapped)) >= 8


def test_a_swapped_code_is_doubted_and_the_true_code_suggested(listed, correct, swapped):
    for record in listed[:5]:
        gold = correct[record["line"] - 1]
        assert record["line"] - 1 in swapped
        assert record["wrong"] == [ANOTHER[gold["codes"][0]]]
        assert record["instead"][0]["code"] == gold["codes"][0]
        assert record["title"] == gold["title"]


def test_findings_are_sorted_by_rising_agreement(listed):
    agreement = [record["agreement"] for record in listed]
    assert agreement == sorted(agreement)
    for record in listed:
        lowest = min(code["score"] for code in record["codes"])
        others = [code["score"] for code in record["instead"] if code not in record["codes"]]
        if others:
            assert record["agreement"] == pytest.approx(lowest / (lowest + max(others)), abs=0.01)


def test_a_removed_code_is_reported_as_missing(correct, tmp_path):
    path = write_records(tmp_path / "c.jsonl", with_codes(correct, "J056", ["J"]))
    found = finding(path, "J056")
    assert (found["wrong"], found["missing"]) == ([], ["U"])


def test_an_added_code_is_reported_as_wrong(correct, tmp_path):
    path = write_records(tmp_path / "c.jsonl", with_codes(correct, "S002", ["S", "M"]))
    found = finding(path, "S002")
    assert (found["wrong"], found["missing"]) == (["M"], [])
    assert [code["code"] for code in found["codes"]] == ["S", "M"]
    assert [code["code"] for code in found["instead"]] == ["S"]


def test_text_output_has_one_line_per_abstract(faulty, listed):
    done = run("corpus", "audit", faulty)
    first, record = done.lines[0].split("\t"), listed[0]
    assert len(done.lines) == len(listed)
    assert first[:2] == [f"{faulty}:{record['line']}", record["id"]]
    assert first[2] == f"{record['wrong'][0]} seems wrong, {record['missing'][0]} seems missing"
    assert first[3] == record["codes"][0]["code"]
    assert float(first[4]) == pytest.approx(record["codes"][0]["score"], abs=0.001)
    assert first[-1] == record["title"]
    assert f"{len(listed)} of 240 abstracts have doubtful codes" in done.err


def test_csv_and_tsv_name_their_columns(faulty, tmp_path):
    text = run("corpus", "audit", faulty).lines
    assert run("corpus", "audit", faulty, "--format", "tsv").lines == ["\t".join(COLUMNS), *text]
    assert run("corpus", "audit", faulty, "--output", tmp_path / "doubts.csv").out == ""
    with (tmp_path / "doubts.csv").open(encoding="utf-8", newline="") as lines:
        assert ["\t".join(row) for row in csv.reader(lines)] == ["\t".join(COLUMNS), *text]


def test_a_terminal_shows_the_title_and_the_doubtful_codes(faulty, listed):
    args = ("corpus", "audit", faulty, "--top", "1", "--quiet")
    code, shown = on_a_terminal(*args, env={"COLUMNS": "120", "NO_COLOR": "1"})
    record = listed[0]
    assert code == 0
    place, title, given, instead = re.sub(r"\x1b\[[\d;]*m", "", shown).splitlines()[:4]
    assert place == f"{faulty}:{record['line']}  {record['id']}"
    assert title.strip() == record["title"]
    assert re.fullmatch(rf"  given    {record['wrong'][0]} 0\.\d+ seems wrong", given)
    assert re.fullmatch(rf"  instead  {record['missing'][0]} 0\.\d+ seems missing", instead)


def test_control_characters_in_titles_are_escaped(correct, swapped, tmp_path):
    path = write_records(
        tmp_path / "c.jsonl",
        [
            record | {"title": f"\x1b[31m\t{record['title']}", "codes": [ANOTHER[record["codes"][0]]]}
            if number == swapped[1]
            else record
            for number, record in enumerate(correct)
        ],
    )
    done = run("corpus", "audit", path)
    assert "\x1b" not in done.out
    assert "\t\\x1b[31m\\t" in done.lines[0]


def test_top_limits_the_number_of_findings(faulty, listed):
    done = run("corpus", "audit", faulty, "--top", "3", "--format", "jsonl")
    assert done.records == listed[:3]
    assert f"the 3 most doubtful are listed; for all of them: --top {len(listed)}" in done.err
    assert run("corpus", "audit", faulty, "--top", "3", "--quiet").err == ""


def test_finer_codes_roll_up_to_the_scheme(correct, tmp_path):
    path = write_records(tmp_path / "c.jsonl", with_codes(correct, "S002", ["ML3800"]))
    done = run("corpus", "audit", path, "--scheme", "lcc", "--format", "jsonl", "--top", "1")
    assert done.code == 0, done.err
    [found] = done.records
    assert (found["id"], found["wrong"]) == ("S002", ["M"])
    assert found["instead"][0]["name"] == "Agriculture"


WORDS = "soil and wheat in dry valleys"


@pytest.mark.parametrize(
    ("codes", "args", "exit_code", "message"),
    [
        (["a", "b", "a", "b"], [], 1, "4 abstracts are too few for an audit"),
        (["a"] * 8, [], 1, "all abstracts have the one code 'a'"),
        ([*"SJSJSJSJ", "Y12"], ["--scheme", "lcc"], 1, "c.jsonl:9: the code 'Y12' fits nowhere in the scheme"),
        ([*"abababab", ""], [], 1, "c.jsonl:9: the abstract has no codes"),
        ([*"abababab"], ["--output", "x.odt"], 2, "its ending names no format"),
        ([*"abababab"], ["--output", "nowhere/x.csv"], 2, "there is no folder nowhere"),
        ([*"abababab"], ["--top", "0"], 2, "--top"),
    ],
)
def test_a_corpus_that_cannot_be_audited_is_refused_with_a_reason(tmp_path, codes, args, exit_code, message):
    write_records(tmp_path / "c.jsonl", [{"text": f"{WORDS} {code}", "codes": code} for code in codes])
    done = run("corpus", "audit", "c.jsonl", *args, cwd=tmp_path)
    assert (done.code, done.out) == (exit_code, "")
    assert message in done.err


def test_drop_rare_leaves_out_codes_of_a_single_abstract(correct, tmp_path):
    path = write_records(tmp_path / "c.jsonl", [*correct, correct[0] | {"codes": ["Z"]}])
    assert "of 241 abstracts" in run("corpus", "audit", path).err
    assert "of 240 abstracts" in run("corpus", "audit", path, "--drop-rare", "2").err


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.exists(), reason="the benchmark data is not here")
def test_most_swapped_codes_of_catalogue_records_are_listed_first():
    command = [sys.executable, BENCHMARK, SHARED / "tib-lcc" / "train.jsonl.gz", "--scheme", "lcc"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    header, _, alike, by_frequency = (line.split("\t") for line in done.stdout.splitlines())
    column = header.index("in first 5 %")
    assert float(alike[column]) >= 0.70
    assert float(by_frequency[column]) >= 0.60


def test_an_audit_of_few_abstracts_says_that_it_tells_little(tmp_path):
    words = {"U": "army war soldiers", "S": "soil wheat farm", "L": "school pupils lessons"}
    rows = [{"id": f"{code}{i}", "text": f"{text} {i}", "codes": [code]} for code, text in words.items() for i in "ab"]
    done = run("corpus", "audit", write_records(tmp_path / "c.jsonl", rows))
    assert done.code == 0
    assert "that tells little, as 2 abstracts per code are few to learn from" in done.err
    assert "10 or more would do" in done.err

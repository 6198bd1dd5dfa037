"""Test ``classmark train``: the models it makes, and the corpora it refuses."""

import gzip
import json
import os
import re
import subprocess
import sys
from random import Random
from string import ascii_lowercase

import pytest
from support.program import ABSTRACTS, on_a_terminal, run, shown_at, write_records
from typer.testing import CliRunner

from classmark.cli.app import app

TWO = [("a", "army war soldiers"), ("a", "war army"), ("b", "soil wheat"), ("b", "wheat farm soil")]


def records_of(pairs):
    return [{"id": str(i), "text": text, "codes": code.split(";")} for i, (code, text) in enumerate(pairs)]


def test_same_seed_and_corpus_give_the_same_model_file(corpus, tmp_path):
    for name in ("one", "two"):
        assert run("train", corpus, "-o", tmp_path / name, "--seed", "7", fresh=name == "two").code == 0
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_the_number_of_processes_does_not_change_the_model(corpus, tmp_path):
    for jobs in ("1", "2"):
        assert run("train", corpus, "-o", tmp_path / jobs, "--jobs", jobs).code == 0
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()


def test_training_reports_codes_abstracts_and_scope_notes(corpus, tmp_path):
    done = run("train", corpus, "-o", tmp_path / "m")
    assert done.out == ""
    assert "4 codes, trained on 48 abstracts in" in done.err
    done = run("train", corpus, "-o", tmp_path / "m", "--scheme", "lcc")
    assert "20 codes, trained on 48 abstracts and 2,100 scope notes in" in done.err


def test_a_model_predicts_its_training_abstracts(corpus, model, records):
    predicted = run("predict", corpus, "--model", model, "--format", "jsonl").records
    best = [record["ranking"][0]["code"] for record in predicted]
    right = sum(code in record["codes"] for code, record in zip(best, records, strict=True))
    assert right / len(records) > 0.9


def test_custom_codes_need_no_scheme(tmp_path):
    path = write_records(tmp_path / "own.jsonl", records_of(TWO))
    assert run("train", path, "-o", tmp_path / "m").code == 0
    assert run("predict", "-m", tmp_path / "m", given="war and army").lines[0].split("\t")[:2] == ["a", "a"]


@pytest.mark.parametrize("name", ["c.csv", "c.tsv", "c.jsonl.gz", "folder"])
def test_all_corpus_formats_give_the_same_model(tmp_path, name):
    rows = records_of(TWO)
    if name == "folder":
        for row in rows:
            (tmp_path / name / row["codes"][0]).mkdir(parents=True, exist_ok=True)
            (tmp_path / name / row["codes"][0] / f"{row['id']}.txt").write_text(row["text"], encoding="utf-8")
    elif name.endswith(".gz"):
        (tmp_path / name).write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    else:
        comma = "," if name.endswith(".csv") else "\t"
        lines = [comma.join(["id", "text", "codes"])]
        lines += [comma.join([row["id"], row["text"], ";".join(row["codes"])]) for row in rows]
        (tmp_path / name).write_text("\n".join(lines), encoding="utf-8")
    plain = write_records(tmp_path / "plain.jsonl", rows)
    assert run("train", plain, "-o", tmp_path / "plain.model").code == 0
    assert run("train", tmp_path / name, "-o", tmp_path / "other.model").code == 0
    assert (tmp_path / "plain.model").read_bytes() == (tmp_path / "other.model").read_bytes()


def test_a_model_can_be_trained_on_scope_notes_alone(tmp_path):
    scheme = tmp_path / "own.csv"
    scheme.write_text("code,name,scope\n1,War,army; soldiers; battles\n2,Farms,wheat; soil; cattle\n", encoding="utf-8")
    done = run("train", "--scheme", scheme, "--output", tmp_path / "m")
    assert done.code == 0, done.err
    assert "2 codes, trained on 0 abstracts and 2 scope notes" in done.err
    assert "it has seen no abstract" in done.err
    assert run("predict", "-m", tmp_path / "m", given="Soil for wheat").lines[0].split("\t")[:2] == ["2", "Farms"]


def test_a_code_without_abstracts_is_learned_from_its_scope_note(tmp_path):
    scheme = tmp_path / "own.csv"
    scheme.write_text("code,name,scope\na,War,\nb,Farms,\nc,Ships,ships; sea; navies\n", encoding="utf-8")
    path = write_records(tmp_path / "c.jsonl", records_of(TWO))
    assert run("train", path, "--scheme", scheme, "-o", tmp_path / "m").code == 0
    [record] = run("predict", "-m", tmp_path / "m", "-f", "jsonl", given="navies at sea").records
    assert record["ranking"][0]["code"] == "c"


@pytest.mark.parametrize(
    ("scheme", "code", "message"),
    [
        (None, 2, "there is nothing to train on; name a corpus, or a --scheme with scope notes"),
        ("code,name\na,x\nb,y\n", 1, "there is nothing to train on: no code has an abstract or a scope note"),
        ("code,name,scope\na,x,war\nb,y,\n", 1, "the one code 'a'; a classifier needs two or more"),
    ],
)
def test_training_without_abstracts_or_scope_notes_is_refused(tmp_path, scheme, code, message):
    (tmp_path / "own.csv").write_text(scheme or "", encoding="utf-8")
    done = run("train", "-o", "m", *(["--scheme", "own.csv"] if scheme else []), cwd=tmp_path)
    assert done.code == code
    assert message in done.err


def test_finer_codes_are_rolled_up_before_training(tmp_path):
    rows = records_of([("UA15;JZ5588", "army war"), ("UG", "war army"), ("S1-972", "soil wheat"), ("SB", "wheat soil")])
    rows += records_of([("JZ1", "treaty state"), ("E183", "colony war"), ("F12", "colony town")])
    path = write_records(tmp_path / "fine.jsonl", rows)
    scheme = tmp_path / "s.csv"
    scheme.write_text("code,name\nU,War\nJ,Politics\nS,Farms\nE-F,America\n", encoding="utf-8")
    assert run("train", path, "-o", tmp_path / "m", "--scheme", scheme).code == 0
    [record] = run("predict", "-m", tmp_path / "m", "-f", "jsonl", given="army").records
    assert {ranked["code"] for ranked in record["ranking"]} == {"U", "J", "S", "E-F"}


@pytest.mark.parametrize(
    ("pairs", "args", "message"),
    [
        (
            [("a", "x y"), ("a", "y z")],
            [],
            "all abstracts have the one code 'a'; a classifier needs two or more",
        ),
        (
            [("U", "army"), ("Y", "sky")],
            ["--scheme", "lcc"],
            "c.jsonl:2: the code 'Y' fits nowhere in the scheme",
        ),
        ([*TWO, ("", "no code")], [], "c.jsonl:5: the abstract has no codes (field 'codes')"),
        ([*TWO, ("a", " ")], [], "c.jsonl:5: the abstract is empty"),
    ],
)
def test_a_corpus_that_cannot_be_trained_on_is_refused_with_a_reason(tmp_path, pairs, args, message):
    write_records(tmp_path / "c.jsonl", records_of(pairs))
    done = run("train", "c.jsonl", "-o", "m", *args, cwd=tmp_path)
    assert (done.code, done.out) == (1, "")
    assert message in done.err
    assert not (tmp_path / "m").exists()


def test_broken_records_are_counted_and_refused(tmp_path):
    (tmp_path / "c.jsonl").write_text("{\n{\n{\n", encoding="utf-8")
    done = run("train", "c.jsonl", "-o", "m", cwd=tmp_path)
    assert done.code == 1
    assert "c.jsonl:1: not JSON" in done.err
    assert "(and 2 more such records)" in done.err


def test_codes_with_one_abstract_are_trained_and_reported(tmp_path):
    path = write_records(tmp_path / "c.jsonl", records_of([*TWO, *TWO, *TWO, ("c", "sea ships")]))
    done = run("train", path, "-o", tmp_path / "m")
    assert done.code == 0, done.err
    assert "1 of 3 codes has fewer than 5 abstracts: how well it is found is not known" in done.err
    [record] = run("predict", "-m", tmp_path / "m", "-f", "jsonl", given="ships at sea").records
    assert record["ranking"][0]["code"] == "c"


def test_two_abstracts_with_a_code_each_are_trained(tmp_path):
    path = write_records(tmp_path / "c.jsonl", records_of([("a", "army war"), ("b", "soil wheat")]))
    done = run("train", path, "-o", tmp_path / "m")
    assert done.code == 0, done.err


def test_drop_rare_trains_without_rare_codes(tmp_path):
    path = write_records(tmp_path / "c.jsonl", records_of([*TWO, ("c;a", "sea ships"), ("d", "sky")]))
    done = run("train", path, "-o", tmp_path / "m", "--drop-rare", "2")
    assert done.code == 0
    assert "2 codes, trained on 5 abstracts" in done.err


def test_a_refused_corpus_leaves_the_old_model_unchanged(tmp_path):
    (tmp_path / "m").write_bytes(b"old")
    write_records(tmp_path / "c.jsonl", records_of([("a", "x"), ("a", "y")]))
    assert run("train", tmp_path / "c.jsonl", "-o", tmp_path / "m").code == 1
    assert (tmp_path / "m").read_bytes() == b"old"


@pytest.mark.parametrize(
    "command", [["train", "-o", "m"], ["evaluate", "--folds", "2"], ["corpus", "audit"]], ids=" ".join
)
@pytest.mark.parametrize("field", ["title", "text"])
def test_titles_or_texts_of_single_letters_are_accepted(records, tmp_path, command, field):
    letters = [" ".join(Random(i).choices(ascii_lowercase, k=20)) for i in range(16)]
    single = [record | {field: some} for record, some in zip(records[::3], letters, strict=True)]
    done = run(*command, write_records(tmp_path / "c.jsonl", single), cwd=tmp_path)
    assert (done.code, "unforeseen" in done.err) == (0, False), done.err


@pytest.fixture
def many_codes(tmp_path):
    rng = Random(3)
    words = ["".join(rng.choices(ascii_lowercase[:12], k=7)) for _ in range(40_000)]
    records = [{"text": " ".join(rng.sample(words, 40)), "codes": [f"c{i % 800}"]} for i in range(1_600)]
    return write_records(tmp_path / "c.jsonl", records)


def test_training_that_needs_more_memory_than_is_free_is_refused_at_the_start(many_codes, tmp_path):
    """Limit the process to 2 GB of memory, half of which its libraries reserve."""
    limit = "import resource; resource.setrlimit(resource.RLIMIT_AS, (2 * 10**9,) * 2)"
    program = f"{limit}\nfrom classmark.cli import main\nmain()"
    command = [sys.executable, "-c", program, "train", many_codes, "-o", tmp_path / "m", "--jobs", "1"]
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 1
    need = "training 800 codes on [0-9,]+ words, word pairs and affixes takes about [0-9.]+ GB of memory"
    assert re.search(f"{need}, and [0-9.]+ GB are free; leave out rare codes", done.stderr), done.stderr


def test_training_that_needs_much_memory_says_so_at_the_start(corpus, tmp_path, monkeypatch):
    monkeypatch.setattr("classmark.model.training.memory_need.WARNING_BYTES", 1_000)
    done = CliRunner().invoke(app, ["train", str(corpus), "-o", str(tmp_path / "m")])
    assert "training 4 codes on " in done.stderr


@pytest.fixture(scope="module")
def telling_corpus(tmp_path_factory):
    """Return a corpus with enough abstracts for an estimate."""
    lines = [line for code in "MU" for line in (ABSTRACTS / f"{code}.jsonl").read_text("utf-8").splitlines()[:15]]
    records = [json.loads(line) | {"codes": [code]} for code, line in zip("M" * 15 + "U" * 15, lines, strict=True)]
    return write_records(tmp_path_factory.mktemp("telling") / "c.jsonl", records)


@pytest.mark.parametrize("width", [60, 100])
def test_what_to_expect_is_told_in_short_lines(telling_corpus, tmp_path, width):
    lines = shown_at(width, "train", telling_corpus, "-o", tmp_path / "m")
    start = lines.index("classmark: expect on new abstracts like these:")
    for line, name in zip(lines[start + 1 : start + 4], ("precision at 1", "micro-F1", "macro-F1"), strict=True):
        assert re.fullmatch(rf"classmark:   {name} +[01]\.\d{{3}} \(95 %: [01]\.\d{{3}} to [01]\.\d{{3}}\)", line)


def test_progress_stays_on_one_line(telling_corpus, tmp_path):
    _, seen = on_a_terminal("train", telling_corpus, "-o", tmp_path / "m", env={"COLUMNS": "60", "NO_COLOR": "1"})
    frames = [frame for frame in re.split(r"[\r\n]+", re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", seen)) if "━" in frame]
    assert frames
    for frame in frames:
        assert re.fullmatch(r"training on 30 abstracts 0:00:\d\d [━╸╺ ]+", frame)
        assert len(frame) <= 60

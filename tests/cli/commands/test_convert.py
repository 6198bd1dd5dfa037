"""Test ``classmark corpus convert``: conversion there and back, and splits."""

import json

import pytest
from support.formats import DICTS, RECORD_FILES, SOIL
from support.program import run, write_records

from classmark.cli.formats import RecordFormat
from classmark.corpus.formats import FORMATS
from classmark.corpus.input.read import read_abstracts

ODD = "A \\ \"b\" <c> --- d_e é 中 'f' ``g''"
TRICKY = [
    {"id": "10.1000/a_b-1", "title": "50% of {R&D}: $5 #1 ~x^2", "text": ODD, "codes": ["U", "E-F"]},
    {"id": "2", "title": "", "text": "No title, and no codes.", "codes": []},
    {"id": "3", "title": "Long", "text": "word " * 5_000 + "end", "codes": ["own code"]},
]


@pytest.mark.parametrize("name", sorted(set(RecordFormat) - {"annif"}))
def test_converting_there_and_back_keeps_id_title_text_and_codes(tmp_path, name):
    write_records(tmp_path / "in.jsonl", TRICKY)
    ending = FORMATS[name].endings[0]
    assert run("corpus", "convert", "in.jsonl", f"out{ending}", cwd=tmp_path).code == 0
    assert run("corpus", "convert", f"out{ending}", "back.jsonl", cwd=tmp_path).code == 0
    back = [json.loads(line) for line in (tmp_path / "back.jsonl").read_text("utf-8").splitlines()]
    assert back == TRICKY


def test_converting_to_annif_warns_about_the_fields_it_drops(tmp_path):
    write_records(tmp_path / "in.jsonl", DICTS)
    done = run("corpus", "convert", "in.jsonl", "out.tsv", "--to", "annif", cwd=tmp_path)
    assert "annif can't hold ids, titles apart from texts, nor spaces and angle brackets in codes" in done.err
    assert (tmp_path / "out.tsv").read_text("utf-8").splitlines()[1] == f"Soils {SOIL}\t<S>"
    stats = json.loads(run("corpus", "stats", "out.tsv", "--format", "json", cwd=tmp_path).out)
    assert stats["codes"] == {"U": 1, "J": 1, "S": 1}


def test_a_folder_of_all_formats_is_converted_to_json_lines_on_stdout(tmp_path):
    for name, content in RECORD_FILES.items():
        (tmp_path / name).write_bytes(content)
    done = run("corpus", "convert", tmp_path, "-", "--to", "jsonl")
    assert done.records == DICTS * len(RECORD_FILES)
    assert done.code == 0


def test_unreadable_records_are_left_out_and_reported(tmp_path):
    (tmp_path / "in.jsonl").write_text(json.dumps(DICTS[0]) + "\n{broken\n", encoding="utf-8")
    done = run("corpus", "convert", "in.jsonl", "out.json", cwd=tmp_path)
    assert done.code == 1
    assert "in.jsonl:2: not JSON" in done.err
    assert json.loads((tmp_path / "out.json").read_text("utf-8")) == DICTS[:1]


@pytest.mark.parametrize(
    ("records", "args", "message"),
    [
        ([{"note": "x"}], ["o.csv"], "in.jsonl:1: no field"),
        ([{"text": "x" * 9_000, "title": "y" * 12_000}], ["o.mrc"], "in.jsonl:1: too long for a MARC record"),
        ([{"text": "word " * 30_000}], ["o.mrc"], "in.jsonl:1: too long for a MARC record"),
        (DICTS, ["o.pdf"], "o.pdf: its ending names no format to write; end it in .jsonl, .ndjson, .json, .csv"),
        (DICTS, ["o"], "o: its ending names no format"),
        (DICTS, ["o.csv.gz"], "o.csv.gz: its ending names no format"),
        (DICTS, ["in.jsonl"], "in.jsonl is read and would be written, too"),
        (DICTS, ["no/o.csv"], "there is no folder no"),
        (DICTS, ["o", "--split", "80"], "--split 80: name two or three numbers above 0"),
        (DICTS, ["o", "--split", "80,x"], "--split 80,x: name two or three numbers"),
        (DICTS, ["o", "--split", "80,0"], "--split 80,0: name two or three numbers"),
        (DICTS, [".", "--split", "8,2", "--to", "csv"], ". is in the way"),
    ],
)
def test_a_failed_conversion_leaves_no_file(tmp_path, records, args, message):
    write_records(tmp_path / "in.jsonl", records)
    before = (tmp_path / "in.jsonl").read_bytes()
    if args[0] == ".":
        (tmp_path / "train.csv").mkdir()
        message = "train.csv is a folder"
    done = run("corpus", "convert", "in.jsonl", *args, cwd=tmp_path)
    assert done.code in {1, 2}
    assert message in done.err
    assert {path.name for path in tmp_path.iterdir()} - {"train.csv"} == {"in.jsonl"}
    assert (tmp_path / "in.jsonl").read_bytes() == before


def test_an_output_inside_the_input_folder_is_refused(tmp_path):
    write_records(tmp_path / "in.jsonl", DICTS)
    for args in (["o.csv"], ["parts", "--split", "8,2"]):
        done = run("corpus", "convert", ".", *args, cwd=tmp_path)
        assert done.code == 2
        assert f"{args[0]} is in ., which is read; name an output elsewhere" in done.err


def test_the_same_seed_gives_the_same_split(corpus, tmp_path, records):
    for folder, seed in (("a", 1), ("b", 1), ("c", 2)):
        done = run(
            "corpus", "convert", corpus, tmp_path / folder, "--split", "50,25,25", "--seed", seed, fresh=folder == "b"
        )
        assert done.code == 0, done.err
    parts = {path.name: path.read_text("utf-8") for path in (tmp_path / "a").iterdir()}
    assert sorted(parts) == ["dev.jsonl", "test.jsonl", "train.jsonl"]
    assert parts == {path.name: path.read_text("utf-8") for path in (tmp_path / "b").iterdir()}
    assert parts != {path.name: path.read_text("utf-8") for path in (tmp_path / "c").iterdir()}
    ids = [json.loads(line)["id"] for text in parts.values() for line in text.splitlines()]
    assert sorted(ids) == sorted(record["id"] for record in records)
    assert abs(len(parts["train.jsonl"].splitlines()) - 24) <= 2


def test_a_split_in_two_writes_train_and_test(corpus, tmp_path):
    run("corpus", "convert", corpus, tmp_path / "parts", "--split", "3,1", "--to", "ris")
    assert sorted(path.name for path in (tmp_path / "parts").iterdir()) == ["test.ris", "train.ris"]


BROKEN_CODE = "U\nTI  - EVIL\nER  - \nTY  - JOUR\tx <http://x"


@pytest.mark.parametrize(
    ("to", "expected"),
    [("ris", "U TI - EVIL ER - TY - JOUR x <http://x"), ("annif", "U_TI_-_EVIL_ER_-_TY_-_JOUR_x__http://x")],
)
def test_line_breaks_in_a_code_are_replaced_by_spaces(tmp_path, to, expected):
    write_records(tmp_path / "a.jsonl", [{"id": "1", "text": "soil", "codes": [BROKEN_CODE]}])
    out = tmp_path / f"o.{to}"
    assert run("corpus", "convert", tmp_path / "a.jsonl", out, "--to", to).code == 0
    [record] = read_abstracts([str(out)], to)
    assert record.codes == (expected,)

"""Test ``classmark predict``, as a process on real files."""

import csv
import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from support.formats import DOAJ
from support.program import modules_loaded_by, run, write_records
from support.texts import HEAVY, MIXED, SECURITY


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    path = tmp_path / "mixed.jsonl"
    lines = [record if isinstance(record, str) else json.dumps(record) for record in MIXED]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_an_abstract_from_a_pipe_is_classified_by_the_default_model():
    done = run("predict", given=SECURITY)
    assert done.code == 0, done.err
    rows = [line.split("\t") for line in done.lines]
    assert {row[0] for row in rows} == {"U", "J"}
    assert {row[0]: row[1] for row in rows} == {"U": "Military Science", "J": "Political science"}
    assert [float(row[2]) for row in rows] == sorted((float(row[2]) for row in rows), reverse=True)


@pytest.mark.parametrize("count", [1, 3, 100])
def test_assign_gives_an_abstract_its_best_codes_whatever_the_thresholds(count):
    [everything] = run("predict", "--top", "100", "--format", "jsonl", given=SECURITY).records
    best = [ranked["code"] for ranked in everything["ranking"]][:count]
    done = run("predict", "--assign", count, "--format", "jsonl", given=SECURITY)
    assert [record["codes"] for record in done.records] == [best]
    assert [record["status"] for record in done.records] == ["ok"]
    assert [row.split("\t")[0] for row in run("predict", "--assign", count, given=SECURITY).lines] == best


def test_assign_with_a_threshold_gives_the_best_codes_that_reach_it():
    reaching = [row.split("\t")[0] for row in run("predict", "--threshold", "0.2", given=SECURITY).lines]
    assert len(reaching) > 1
    for count in (1, 20):
        done = run("predict", "--threshold", "0.2", "--assign", count, given=SECURITY)
        assert [row.split("\t")[0] for row in done.lines] == reaching[:count]


def test_assign_adds_the_best_codes_to_records_that_are_kept(tmp_path):
    path = write_records(tmp_path / "c.jsonl", [{"id": "1", "text": SECURITY}])
    [record] = run("predict", path, "--keep", "--assign", "4").records
    assert len(record["codes"]) == 4


def test_assign_needs_a_positive_number():
    done = run("predict", "--assign", "0", given=SECURITY)
    assert (done.code, done.out) == (2, "")
    assert "--assign" in done.err


def test_a_file_is_classified_as_from_a_pipe(tmp_path):
    path = tmp_path / "abstract.txt"
    path.write_text(SECURITY, encoding="utf-8")
    assert run("predict", path).out == run("predict", given=SECURITY).out


def test_a_folder_gives_one_line_per_file_in_name_order(tmp_path, model):
    (tmp_path / "sub").mkdir()
    for name, text in {
        "b.txt": "army",
        "a.md": "soil",
        "sub/c.txt": "army",
        ".hidden.txt": "x",
        "d.doc": "x",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = run("predict", tmp_path, "--model", model)
    assert [line.split("\t")[0] for line in done.lines] == ["a.md", "b.txt", "sub/c.txt"]
    assert "3 records" in done.err


def test_each_input_record_gives_one_output_record_in_order(mixed, model):
    done = run("predict", mixed, "--model", model, "--format", "jsonl")
    assert done.code == 1
    assert [record["id"] for record in done.records] == ["a", f"{mixed}:2", "c", f"{mixed}:4", "e", "f"]
    statuses = [record["status"] for record in done.records]
    assert statuses == [statuses[0], "error", "empty", "error", statuses[4], "error"]
    assert {statuses[0], statuses[4]} <= {"ok", "uncertain"}
    assert all(record["reason"] for record in done.records if record["status"] in {"error", "empty"})
    assert f"{mixed}:2: not JSON" in done.err
    assert "6 records: " in done.err
    assert "3 error" in done.err


def test_strict_stops_at_the_first_bad_record_and_leaves_no_file(mixed, model, tmp_path):
    out = tmp_path / "out.csv"
    done = run("predict", mixed, "--model", model, "--strict", "--output", out)
    assert done.code == 1
    assert done.err == f"classmark: error: {mixed}:2: not JSON " + done.err.split("not JSON ")[1]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mixed.jsonl"]


def test_rankings_are_sorted_and_limited_by_top(model):
    [record] = run("predict", "--model", model, "--format", "jsonl", "--top", "3", given=SECURITY).records
    scores = [ranked["score"] for ranked in record["ranking"]]
    assert len(scores) == 3
    assert scores == sorted(scores, reverse=True)
    assert record["status"] == "ok"
    assert record["source"] == "stdin"
    assert set(record["codes"]) <= {ranked["code"] for ranked in record["ranking"]}
    assert set(record["ranking"][0]) == {"code", "name", "score"}


def test_the_threshold_option_replaces_the_thresholds_of_the_model(model):
    everything = run("predict", "--model", model, "--threshold", "0", given=SECURITY)
    assert {line.split("\t")[0] for line in everything.lines} == {"J", "M", "S", "U"}
    best = run("predict", "--model", model, "--threshold", "1", given=SECURITY)
    assert [line.split("\t")[3] for line in best.lines] == ["uncertain"]
    assert "no code reached its threshold" in best.err
    assert best.code == 0


@pytest.mark.parametrize("format", ["csv", "tsv"])
def test_tables_have_one_row_per_record(mixed, model, tmp_path, format):
    out = tmp_path / f"out.{format}"
    done = run("predict", mixed, "--model", model, "--output", out)
    assert done.out == ""
    with out.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="," if format == "csv" else "\t"))
    assert [row["id"] for row in rows] == ["a", f"{mixed}:2", "c", f"{mixed}:4", "e", "f"]
    assert rows[1]["status"] == "error"
    assert rows[0]["codes"]
    assert len(rows[0]["scores"].split(";")) == len(rows[0]["codes"].split(";"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", '{"id": 7, "title": "Soil", "text": "wheat"}\n'),
        ("a.jsonl", '\ufeff{"id": 7, "title": "Soil", "abstract": "wheat"}\r\n'),
        ("a.csv", "id,title,text\n7,Soil,wheat\n"),
        ("a.csv", '\ufeffID;Title;Abstract\r\n7;Soil;"wheat"\r\n'),
        ("a.tsv", "id\ttitle\ttext\n7\tSoil\twheat\n"),
    ],
    ids=["jsonl", "jsonl with BOM and CRLF", "csv", "csv of a spreadsheet", "tsv"],
)
def test_record_formats_are_read_plain_and_gzipped(tmp_path, model, name, content):
    plain, packed = tmp_path / name, tmp_path / f"{name}.gz"
    plain.write_bytes(content.encode())
    packed.write_bytes(gzip.compress(content.encode()))
    results = [run("predict", path, "--model", model, "--format", "jsonl").records for path in (plain, packed)]
    [[first], [second]] = results
    assert first["id"] == "7"
    assert first["ranking"] == second["ranking"]
    assert first["ranking"][0]["code"] == "S"


def test_json_from_a_pipe_is_recognised_by_its_first_character(model):
    given = '{"id": "x", "text": "soil"}\n{"id": "y", "text": "army"}\n'
    assert [line.split("\t")[0] for line in run("predict", "--model", model, given=given).lines] == ["x", "y"]


def test_line_input_gives_one_output_line_per_line_even_for_empty_lines(model):
    done = run("predict", "--model", model, "--input-format", "lines", given="soil\n\narmy\n")
    assert [line.split("\t")[0] for line in done.lines] == ["stdin:1", "stdin:2", "stdin:3"]
    assert "empty" in done.lines[1]
    assert done.code == 1


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("e.txt", b"", "e.txt: the abstract is empty"),
        ("e.jsonl", b"", "e.jsonl: the file has no records"),
        ("e.csv", b"", "e.csv is empty; its first line must name the columns"),
        ("l.txt", "Müller".encode("latin-1"), "l.txt: not UTF-8 (byte 0xFC at position 2)"),
        ("l.jsonl", b'{"text": "M\xfcller"}\n', "l.jsonl:1: not UTF-8 (byte 0xFC at position 12)"),
        ("l.csv", b"id,text\n1,M\xfcller\n", "l.csv:2: not UTF-8"),
        ("c.csv", b"id,note\n1,x\n", "c.csv:1: no column 'text', 'abstract' or 'title'"),
        ("q.csv", b'id,text\n1,"never closed\n2,x\n', "q.csv:2: not CSV, the lines from here to 3 are lost"),
        ("m.csv", b"id,text\r1,war\r2,army\r", "m.csv:1: new-line character seen in unquoted field"),
        ("2.csv", b"id,text,text\n1,war,army\n", "2.csv:1: the column 'text' stands twice"),
        ("z.txt.gz", b"\x1f\x8b", "z.txt.gz can't be read: Compressed file ended"),
        ("a.docx", b"PK", "a.docx: files ending in .docx are not read; save it as text"),
        ("w.csv", b"id,text\n1,a,b\n", "w.csv:2: 3 columns where the first line names 2"),
        ("d.jsonl", b"[" * 100_000 + b"\n", "d.jsonl:1: nested more than 100 deep, which no abstract is"),
        ("t.jsonl", b'{"text": 5}\n', "'title' and 'text' must be strings"),
        (
            "g.jsonl.gz",
            gzip.compress(b'{"text": "soil"}\n' * 99, mtime=0)[:-9],
            "g.jsonl.gz: the file is damaged after",
        ),
    ],
)
def test_an_unreadable_file_is_reported_by_name(tmp_path, model, name, content, message):
    (tmp_path / name).write_bytes(content)
    done = run("predict", name, "--model", model, cwd=tmp_path)
    assert done.code == 1
    assert message in done.err


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["nowhere.txt"], "there is no file or folder nowhere.txt"),
        (["a.txt", "--model", "none"], "there is no model file none; make one with: classmark train"),
        (["a.txt", "--threshold", "2"], "--threshold"),
        (["a.txt", "--format", "xml"], "'xml' is not one of"),
        (["a.txt", "--output", "."], ". is a folder"),
        (["a.txt", "--output", "x.xlsx"], "x.xlsx: its ending names no format; end it in .txt, .jsonl"),
        (["a.txt", "--threshold", "nan"], "is not a number from 0 to 1"),
        ([""], "there is no file or folder ''"),
        (["a.txt", "--output", "no/where.csv"], "can't be written: there is no folder no"),
    ],
)
def test_usage_errors_exit_with_2(tmp_path, args, message):
    (tmp_path / "a.txt").write_text("soil", encoding="utf-8")
    done = run("predict", *args, cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert message in done.err


def test_a_folder_without_readable_files_is_reported(tmp_path):
    (tmp_path / "a.doc").write_text("x", encoding="utf-8")
    done = run("predict", tmp_path)
    assert done.code == 1
    assert "has no files that can be read" in done.err


def test_a_broken_file_in_a_folder_does_not_stop_the_run(tmp_path, model):
    (tmp_path / "a.csv").write_text("nothing,here\n", encoding="utf-8")
    (tmp_path / "b.txt").write_text("soil", encoding="utf-8")
    done = run("predict", tmp_path, "--model", model)
    assert [line.split("\t")[0] for line in done.lines] == ["a.csv", "b.txt"]
    assert done.code == 1


def test_an_abstract_in_unknown_words_gets_no_code(model):
    [record] = run("predict", "--model", model, "--format", "jsonl", given="這是一篇中文摘要").records
    assert (record["status"], record["codes"]) == ("unfamiliar", [])


def test_control_characters_in_an_id_are_escaped(tmp_path, model):
    path = write_records(tmp_path / "a.jsonl", [{"id": "a\tb\n\x1b[31m", "text": "soil"}])
    done = run("predict", path, "--model", model)
    assert done.lines[0].split("\t")[0] == "a\\tb\\n\\x1b[31m"


@pytest.mark.parametrize(
    ("args", "absent"),
    [(["--help"], HEAVY | {"numpy"}), (["codes"], HEAVY | {"numpy"}), (["predict"], HEAVY)],
    ids=["help", "codes", "predict"],
)
def test_heavy_libraries_are_not_imported_at_start_up(args, absent):
    assert not absent & modules_loaded_by(*args)


def test_a_quote_in_a_tsv_field_does_not_swallow_later_records(tmp_path, model):
    path = tmp_path / "q.tsv"
    path.write_text('id\ttext\n1\t"army war\n2\t"soil ""wheat"""\n3\tmusic\n', encoding="utf-8")
    done = run("predict", path, "--model", model)
    assert [line.split("\t")[0] for line in done.lines] == ["1", "2", "3"]


def test_a_broken_file_in_a_list_does_not_stop_the_run(tmp_path, model):
    for name, text in {"a.txt": "army", "b.csv": "", "c.txt": "soil"}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = run("predict", "a.txt", "b.csv", "c.txt", "--model", model, cwd=tmp_path)
    assert [line.split("\t")[0] for line in done.lines] == ["a.txt", "b.csv", "c.txt"]
    assert done.code == 1


def test_skipped_files_are_counted(tmp_path, model):
    for name in ("a.txt", "b.doc", "c.dat"):
        (tmp_path / name).write_text("army", encoding="utf-8")
    os.mkfifo(tmp_path / "pipe.txt")
    done = run("predict", tmp_path, "--model", model)
    assert [line.split("\t")[0] for line in done.lines] == ["a.txt"]
    assert "2 files were passed over, their endings are not read: .dat, .doc" in done.err


def test_a_file_name_that_is_not_unicode_is_escaped(tmp_path, model):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / os.fsdecode(b"\xff.txt")).write_text("army", encoding="utf-8")
    for extra in ([], ["--format", "jsonl"], ["--output", tmp_path / "out.csv"]):
        assert run("predict", tmp_path / "in", "--model", model, *extra).code == 0
    assert "\\udcff.txt" in (tmp_path / "out.csv").read_text("utf-8")


@pytest.mark.parametrize("head", [b'{"id": "x"', b'{ "id": "x"', b'\n {"id": "x"'])
def test_json_lines_are_recognised_in_a_slow_pipe(model, head):
    command = [sys.executable, "-m", "classmark.cli", "predict", "--model", model, "--format", "jsonl"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        for byte in head:
            process.stdin.write(bytes([byte]))
            process.stdin.flush()
        out, _ = process.communicate(b', "text": "soil"}\n')
    assert [json.loads(line)["id"] for line in out.splitlines()] == ["x"]


def test_predictions_are_written_as_parquet(tmp_path, model):
    (tmp_path / "a.json").write_text(json.dumps(DOAJ), encoding="utf-8")
    assert run("predict", tmp_path / "a.json", "--model", model, "-o", tmp_path / "o.parquet").code == 0
    rows = pq.read_table(tmp_path / "o.parquet").to_pylist()
    assert [(row["id"], row["codes"], row["status"]) for row in rows] == [("1", ["U"], "ok"), ("2", ["S"], "ok")]
    assert rows[0]["names"] == ["Military Science"]
    assert rows[0]["scores"][0] > 0.5

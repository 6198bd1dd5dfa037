"""Test ``classmark predict --scheduler`` on a Dask cluster of a scheduler and two workers on this machine."""

import csv
import gzip
import json
import os
import subprocess
import sys
import zipfile
from importlib.util import find_spec

import pytest
from support.dask_cluster import names_in, parts_of, whole
from support.program import modules_loaded_by, run, write_records

from classmark.corpus.output.locks import lock_folder

pytestmark = pytest.mark.skipif(
    not (find_spec("distributed") and find_spec("fsspec")), reason="needs pip install 'classmark[dask]'"
)
SOIL = {"a.txt": "soil", "b.txt": "", "c.csv": "id,note\n", "sub/d.jsonl": '{"text": "war"}\n{broken\n', "e.pdf": "x"}


@pytest.mark.parametrize("ending", ["jsonl", "csv"])
def test_a_cluster_run_on_a_folder_gives_the_same_records(tmp_path, model, cluster, ending):
    for name, text in SOIL.items():
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_text(text, encoding="utf-8")
    (tmp_path / "in" / "f.jsonl.gz").write_bytes(gzip.compress(b'{"text": "soil"}\n' * 9)[:-9])
    args = ("predict", "in", "--model", model, "--format", ending)
    usual = run(*args, "--output", f"usual.{ending}", cwd=tmp_path)
    done = run(*args, "--output", "out", "--scheduler", cluster.address, cwd=tmp_path)
    assert done == usual
    assert done.code == 1
    assert whole(tmp_path / "out") == (tmp_path / f"usual.{ending}").read_bytes()


def test_a_large_file_is_split_at_line_ends_and_line_numbers_stay_right(tmp_path, model, cluster, records):
    lines = [json.dumps({"text": record["text"]}) for record in records] * 40
    lines[700] = "{broken"
    lines[900] = ""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode())
    args = ("predict", path, "--model", model)
    assert run(*args, "--output", tmp_path / "usual.jsonl").code == 1
    done = run(*args, "--output", f"file://{tmp_path}/out", "--scheduler", cluster.address)
    assert done.code == 1
    assert f"{path}:701: not JSON" in done.err
    assert len(parts_of(tmp_path / "out")) > 1
    assert whole(tmp_path / "out") == (tmp_path / "usual.jsonl").read_bytes()


def test_line_input_is_split_and_each_csv_partition_has_a_header(tmp_path, model, cluster):
    path = tmp_path / "a.txt"
    path.write_text(("soil and wheat " * 40 + "\n\narmy\n") * 4_000, encoding="utf-8")
    args = ("predict", path, "--model", model, "--input-format", "lines", "--format", "csv")
    run(*args, "--output", tmp_path / "usual.csv")
    assert run(*args, "--output", tmp_path / "out", "--scheduler", cluster.address).code == 1
    usual, *tables = [
        list(csv.reader(path.read_text("utf-8").splitlines()))
        for path in (tmp_path / "usual.csv", *parts_of(tmp_path / "out"))
    ]
    assert len(tables) > 1
    assert {tuple(table[0]) for table in tables} == {tuple(usual[0])}
    assert [row for table in tables for row in table[1:]] == usual[1:]


def test_the_manifest_describes_each_partition(tmp_path, model, cluster, large_corpus, expected_output):
    done = run("predict", large_corpus, "--model", model, "--scheduler", cluster.address, "--output", tmp_path / "out")
    assert (done.code, done.out) == (0, "")
    parts = parts_of(tmp_path / "out")
    assert names_in(tmp_path / "out") == ["manifest.json", *(part.name for part in parts)]
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert [part["file"] for part in manifest["parts"]] == [part.name for part in parts]
    assert [part["size"] for part in manifest["parts"]] == [part.stat().st_size for part in parts]
    assert [part["records"] for part in manifest["parts"]] == [part.read_bytes().count(b"\n") for part in parts]
    firsts = [1 + sum(before["records"] for before in manifest["parts"][:n]) for n in range(len(parts))]
    assert [part["first_record"] for part in manifest["parts"]] == firsts
    assert manifest["records"] == expected_output.count(b"\n") == sum(manifest["statuses"].values())
    assert {source["source"] for part in manifest["parts"] for source in part["sources"]} == {str(large_corpus)}
    assert f"{manifest['records']:,} records" in done.err


def test_a_second_cluster_run_into_the_same_folder_is_refused(tmp_path, model, cluster, corpus):
    args = ("predict", corpus, "--model", model, "--scheduler", cluster.address, "--output", tmp_path / "out")
    with lock_folder(tmp_path / "out"):
        done = run(*args)
    assert done.code == 2
    assert f"another run is writing to {tmp_path / 'out'}; wait for it, or name another folder" in done.err
    assert names_in(tmp_path) == []
    assert run(*args).code == 0


def test_a_complete_output_folder_is_left_unchanged(tmp_path, model, cluster, corpus):
    args = ("predict", corpus, "--scheduler", cluster.address, "--output", tmp_path / "out")
    first = run(*args, "--model", model)
    manifest = (tmp_path / "out" / "manifest.json").stat().st_mtime_ns
    again = run(*args, "--model", model)
    assert again.code == 0
    assert "is complete already" in again.err
    assert again.lines == first.lines
    other = run(*args)
    assert other.code == 2
    assert "is complete and had another model" in other.err
    assert (tmp_path / "out" / "manifest.json").stat().st_mtime_ns == manifest


def test_strict_stops_a_cluster_run_at_a_bad_record(tmp_path, model, cluster):
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "soil"}\n{broken\n', encoding="utf-8")
    args = ("predict", path, "--model", model, "--scheduler", cluster.address, "--output", tmp_path / "out")
    done = run(*args, "--strict")
    assert done.code == 1
    assert "a.jsonl:2: not JSON" in done.err
    assert not (tmp_path / "out" / "manifest.json").exists()


def test_a_cluster_reads_and_writes_urls(tmp_path, model, cluster, records):
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        for name, text in SOIL.items():
            archive.writestr(f"in/{name}", text)
        archive.writestr("in/large.jsonl", "".join(json.dumps(record) + "\n" for record in records) * 40)
    with zipfile.ZipFile(tmp_path / "in.zip") as archive:
        archive.extractall(tmp_path)
    usual = run("predict", tmp_path / "in", "--model", model, "--format", "jsonl")
    url = f"zip://in::{tmp_path}/in.zip"
    done = run("predict", url, "--model", model, "--scheduler", cluster.address, "--output", f"local://{tmp_path}/out")
    assert done.code == 1, done.err
    got = [json.loads(line) for line in whole(tmp_path / "out").splitlines()]
    assert [record["codes"] for record in got] == [record["codes"] for record in usual.records]
    assert got[0]["source"] == f"zip://in/a.txt::{tmp_path}/in.zip"
    assert [record["id"] for record in got[:3]] == ["a.txt", "b.txt", "c.csv"]
    assert names_in(tmp_path / "out") == ["manifest.json", *(path.name for path in parts_of(tmp_path / "out"))]
    assert len(parts_of(tmp_path / "out")) > 1


def test_training_on_a_cluster_gives_the_same_model(tmp_path, model, own_cluster, corpus, scheme):
    out = tmp_path / "other.safetensors"
    done = run("train", corpus, "--output", out, "--scheme", scheme, "--scheduler", own_cluster.address)
    assert done.code == 0, done.err
    assert out.read_bytes() == model.read_bytes()
    ask = (
        "import sys; from distributed import Client\n"
        "print(Client(sys.argv[1]).run(lambda: 'sklearn.svm' in __import__('sys').modules).values())"
    )
    command = [sys.executable, "-c", ask, own_cluster.address]
    assert "True" in subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(
    ("args", "message", "code"),
    [
        (["nowhere.jsonl", "--output", "out"], "there is no file or folder nowhere.jsonl", 2),
        (["-", "--output", "out"], "--scheduler needs files or folders as input, and a folder as --output", 2),
        (["a.jsonl"], "--scheduler needs files or folders as input, and a folder as --output", 2),
        (["a.jsonl", "--output", "a.jsonl"], "a.jsonl is read and would be written, too", 2),
        (["a.jsonl", "--output", "."], "is not empty; name a new folder", 2),
        (["a.jsonl", "--output", ".", "--resume"], "is not empty; name a new folder", 2),
        (["a.jsonl", "--output", "nosuch://x/y"], "nosuch://x/y can't be opened", 2),
        (["c.csv", "--output", "out"], "c.csv:1: no column 'text', 'abstract' or 'title'", 1),
        (["a.jsonl", "--output", "out", "--model", "none"], "there is no model file none", 2),
    ],
)
def test_wrong_use_of_scheduler_is_reported(tmp_path, cluster, args, message, code):
    write_records(tmp_path / "a.jsonl", [{"text": "soil"}])
    (tmp_path / "c.csv").write_text("id,note\n1,x\n", encoding="utf-8")
    done = run("predict", *args, "--scheduler", cluster.address, cwd=tmp_path)
    assert message in done.err
    assert done.code == code


def test_resume_without_an_earlier_run_starts_and_says_so(tmp_path, cluster):
    write_records(tmp_path / "a.jsonl", [{"text": "soil"}])
    args = ["predict", "a.jsonl", "--output", "out", "--resume", "--scheduler", cluster.address]
    done = run(*args, cwd=tmp_path)
    assert done.code == 0, done.err
    assert "to continue, so this one starts at the first record" in done.err
    assert "is complete already" in run(*args, cwd=tmp_path).err


def test_a_missing_cluster_library_is_reported_with_its_extra(tmp_path, monkeypatch):
    (tmp_path / "before").mkdir()
    (tmp_path / "before" / "fsspec.py").write_text("raise ImportError", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path / 'before'}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    write_records(tmp_path / "a.jsonl", [{"text": "soil"}])
    args = ("predict", "a.jsonl", "--scheduler", "tcp://127.0.0.1:1", "--output", "out")
    done = run(*args, cwd=tmp_path, fresh=True)
    assert done.code == 1
    assert "--scheduler needs fsspec, which is not installed; type: pip install 'classmark[dask]'" in done.err


def test_cluster_libraries_are_imported_only_with_scheduler():
    assert not {"distributed", "dask", "fsspec", "joblib"} & modules_loaded_by("predict")

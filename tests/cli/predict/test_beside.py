"""Test ``predict --beside``, which writes codes into a file beside each input file."""

import csv
import gzip
import io
import json

from support.formats import ARMY, RECORD_FILES, SOIL
from support.program import run


def test_beside_writes_one_file_per_input_and_does_not_read_it_again(tmp_path, model):
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.txt").write_text(ARMY, encoding="utf-8")
    (tmp_path / "sub" / "b.md").write_text(SOIL, encoding="utf-8")
    (tmp_path / "c.jsonl.gz").write_bytes(gzip.compress(RECORD_FILES["a.jsonl"]))
    (tmp_path / "d.csv").write_bytes(b"no,text\n")
    for _ in range(2):
        done = run("predict", tmp_path, "--beside", "--model", model)
        assert done.code == 1
        assert done.out == ""
        assert "3 files written beside those that were read, NAME.codes.txt" in done.err
        assert "5 records" in done.err
    names = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert names == {"a.txt", "a.codes.txt", "sub/b.md", "sub/b.codes.txt", "c.jsonl.gz", "c.codes.txt", "d.csv"}
    assert (tmp_path / "a.codes.txt").read_text().startswith("U\tMilitary Science\t")
    assert [line.split("\t")[:2] for line in (tmp_path / "c.codes.txt").read_text().splitlines()] == [
        ["1", "U"],
        ["2", "S"],
    ]


def test_beside_writes_any_output_format(tmp_path, model):
    (tmp_path / "a.txt").write_text(ARMY, encoding="utf-8")
    for name in ("jsonl", "csv", "parquet"):
        assert run("predict", tmp_path, "--beside", "--model", model, "-f", name).code == 0
    assert json.loads((tmp_path / "a.codes.jsonl").read_text())["id"] == "a.txt"
    [row] = csv.DictReader(io.StringIO((tmp_path / "a.codes.csv").read_text()))
    assert row["codes"] == "U"

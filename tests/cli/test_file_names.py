"""Test file names that are too long or not Unicode."""

import os
import subprocess
from pathlib import Path

import pytest
from support.program import run


def test_output_names_of_nearly_255_bytes_are_written(tmp_path, corpus):
    for name in ("x" * 250 + ".csv", "y" * 250 + ".txt"):
        done = run("predict", corpus, "-o", name, cwd=tmp_path)
        assert done.code == 0, done.err
        assert [path.name for path in tmp_path.iterdir()] == [name]
        (tmp_path / name).unlink()


def test_an_output_name_that_is_too_long_is_reported(tmp_path, corpus):
    done = run("corpus", "convert", corpus, "x" * 256 + ".csv", cwd=tmp_path)
    assert done.code == 2
    assert ".csv can't be written: File name too long" in done.err


def test_beside_skips_a_file_whose_output_name_would_be_too_long(tmp_path, model):
    for name in ("a", "b" + "x" * 249, "c"):
        (tmp_path / f"{name}.txt").write_text("soil", encoding="utf-8")
    done = run("predict", ".", "--beside", "--model", model, cwd=tmp_path)
    assert done.code == 1
    assert "xxx.codes.txt can't be written: File name too long" in done.err
    assert "2 files written beside those that were read" in done.err
    assert (tmp_path / "a.codes.txt").exists()
    assert (tmp_path / "c.codes.txt").exists()


@pytest.mark.parametrize("name", ["out.parquet", "out.jsonl", "out.csv", "out.tsv", "out.txt"])
def test_input_names_that_are_not_unicode_are_escaped_in_every_format(tmp_path, model, name):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("soil", encoding="utf-8")
    Path(os.fsdecode(os.fsencode(tmp_path / "in") + b"/b\xff.txt")).write_text("soil", encoding="utf-8")
    done = run("predict", "in", "--model", model, "-o", name, cwd=tmp_path)
    assert done.code == 0, done.err
    assert rb"b\udcff.txt" in (tmp_path / name).read_bytes().replace(b"\\\\", b"\\")


def test_an_input_path_that_is_too_long_is_reported(tmp_path, model):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("soil", encoding="utf-8")
    here = os.open(tmp_path / "in", os.O_RDONLY)
    for _ in range(20):
        os.mkdir("x" * 250, dir_fd=here)
        below = os.open("x" * 250, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    done = run("predict", "in", "--model", model, cwd=tmp_path)
    subprocess.run(["rm", "-rf", tmp_path / "in"], check=True)
    assert done.code == 1
    assert "xxx: " in done.err
    assert "File name too long" in done.err

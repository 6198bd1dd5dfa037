"""Test failing writes: old files stay whole, the error says what to do, and a second run finishes."""

import os
import resource
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from support.faulty import (
    WITH_FREQUENT_CHECKPOINTS,
    finished,
    has_mapped,
    limit,
    make_room,
    names,
    small_disk,
    started,
    wait_for,
)
from support.program import write_records

from classmark.corpus.errors import OutputError
from classmark.model.streaming.shards import EncodedTexts, ShardedTexts
from classmark.model.text.ragged import RaggedArray

RESUME_HINT = "records are done, continue with the same command and --resume"
HOW = ["--jobs", "1", "--input-format", "jsonl"]


def test_a_full_disk_is_reported_and_the_run_resumes_when_there_is_room(tmp_path, several_batches, model):
    whole, disk = tmp_path / "whole.jsonl", tmp_path / "disk"
    command = ["predict", several_batches, "--model", model, *HOW, "--output"]
    assert finished(*command, whole).returncode == 0
    with small_disk(disk, f"{whole.stat().st_size // 1024 * 2 // 3}k"):
        out = disk / "out.jsonl"
        out.write_text("old", encoding="utf-8")
        done = finished(*command, out, program=WITH_FREQUENT_CHECKPOINTS)
        assert done.returncode == 1
        assert f"error: {out} can't be written: No space left on device; make room first" in done.stderr
        assert RESUME_HINT in done.stderr
        assert out.read_text("utf-8") == "old"
        make_room(disk)
        assert finished(*command, out, "--resume").returncode == 0
        assert out.read_bytes() == whole.read_bytes()
        assert names(disk) == ["out.jsonl"]


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("predict many.jsonl --model small.safetensors --jobs 1 -o out.jsonl", "out.jsonl"),
        ("predict many.jsonl --model small.safetensors --jobs 1 --keep -o out.jsonl", "out.jsonl"),
        ("predict texts --beside --model small.safetensors --top 9 --format text", "texts/a.codes.txt"),
        ("corpus convert many.jsonl out.ris", "out.ris"),
        ("train corpus.jsonl --jobs 1 -o own.model", "own.model"),
        ("evaluate corpus.jsonl --model small.safetensors --report report.html", "report.html"),
    ],
    ids=["predict", "keep", "beside", "convert", "train", "report"],
)
def test_a_failed_write_leaves_the_old_file_unchanged(fault_folder, command, name):
    before = names(fault_folder)
    done = finished(*command.split(), cwd=fault_folder, preexec_fn=limit(resource.RLIMIT_FSIZE, 10))
    assert done.returncode == 1
    assert f"error: {name} can't be written: File too large; raise the limit on the size of files" in done.stderr
    assert (fault_folder / name).read_text("utf-8") == "old"
    assert names(fault_folder) == before
    assert RESUME_HINT not in done.stderr
    assert finished(*command.split(), cwd=fault_folder).returncode == 0
    assert (fault_folder / name).read_text("utf-8", "replace") != "old"
    assert names(fault_folder) == before


def test_a_full_temporary_folder_of_training_is_reported(tmp_path):
    weights, ids = np.ones(100_000, np.float32), RaggedArray(np.zeros(0, np.int64), np.zeros(100_000, np.int64))
    rows = EncodedTexts(weights, ids, {})
    with small_disk(tmp_path / "disk", "100k"):
        shards = ShardedTexts(tmp_path / "disk", ())
        with pytest.raises(
            OutputError, match=r"the temporary folder .*disk \(see TMPDIR\) can't be written.*make room"
        ):
            shards.add(rows, np.zeros(100_000, np.uint64))


@pytest.mark.parametrize("program", [WITH_FREQUENT_CHECKPOINTS, ""], ids=["at a checkpoint", "at the end"])
def test_a_removed_output_folder_is_reported(tmp_path, several_batches, model, program):
    out = tmp_path / "gone" / "out.jsonl"
    out.parent.mkdir()
    with started("predict", "-", "--model", model, *HOW, "--output", out, program=program) as process:
        process.stdin.write(several_batches.read_text("utf-8"))
        wait_for(lambda: names(out.parent), process)
        shutil.rmtree(out.parent)
        _, stderr = process.communicate(several_batches.read_text("utf-8"))
    assert process.returncode == 1
    assert (
        f"error: {out} can't be written: No such file or directory; its folder was removed, create it again" in stderr
    )
    assert RESUME_HINT not in stderr
    assert names(tmp_path) == []


def add(path: Path) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write('{"text": "soil"}\n')


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def put_another(path: Path) -> None:
    write_records(path.with_name("new"), [{"text": "soil and wheat"}]).replace(path)


@pytest.mark.parametrize(
    ("name", "change", "what"),
    [
        ("corpus.jsonl", add, "the input"),
        ("corpus.jsonl", cut, "the input"),
        ("corpus.jsonl", put_another, "the input"),
        ("corpus.jsonl", Path.unlink, "the input"),
        ("small.safetensors", put_another, "the model"),
    ],
)
def test_an_input_or_model_that_changes_while_it_is_read_is_reported(fault_folder, several_batches, name, change, what):
    os.mkfifo(fault_folder / "slow.jsonl")
    command = ["predict", "slow.jsonl", "corpus.jsonl", "--model", "small.safetensors", *HOW, "-o", "out.jsonl"]
    with started(*command, cwd=fault_folder) as process:
        with (fault_folder / "slow.jsonl").open("w", encoding="utf-8") as pipe:
            pipe.write(several_batches.read_text("utf-8"))
            wait_for(lambda: has_mapped(process.pid, "small.safetensors"), process)
            change(fault_folder / name)
        _, stderr = process.communicate()
    assert process.returncode == 1
    assert f"error: {what} changed while it was read, so the output may hold some of both; run it again" in stderr
    assert not (fault_folder / ".out.jsonl.part").exists()


@pytest.mark.parametrize(
    "command",
    [
        "predict - --model small.safetensors --jobs 1 --input-format jsonl -o out.jsonl",
        "predict - --model small.safetensors --input-format jsonl --keep -o out.jsonl",
        "corpus convert - out.ris --input-format jsonl",
        "train - --input-format jsonl --jobs 1 -o own.model",
    ],
    ids=["predict", "keep", "convert", "train"],
)
def test_two_runs_do_not_write_one_output(fault_folder, corpus, command):
    [name] = {"out.jsonl", "out.ris", "own.model"} & set(command.split())
    with started(*command.split(), cwd=fault_folder) as process, corpus.open(encoding="utf-8") as records:
        process.stdin.writelines([next(records), next(records)])
        process.stdin.flush()
        wait_for((fault_folder / f".{name}.part").exists, process)
        second = finished(*command.split(), cwd=fault_folder, input=corpus.read_text("utf-8"))
        assert (second.returncode, second.stdout) == (2, "")
        assert f"another run is writing {name}; wait for it, or name another file" in second.stderr
        assert (fault_folder / name).read_text("utf-8") == "old"
        _, stderr = process.communicate(records.read())
    assert process.returncode == 0, stderr
    assert (fault_folder / name).read_text("utf-8", "replace") != "old"
    assert not (fault_folder / f".{name}.part").exists()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is such a place on Linux")
@pytest.mark.parametrize("home", [{}, {"HOME": "/proc", "TMPDIR": "/proc"}], ids=["none", "read-only"])
def test_the_program_runs_without_a_writable_folder(corpus, model, home):
    bare = {"PATH": os.defpath, **home}
    for command in (["codes"], ["predict", corpus, "--model", model], ["evaluate", corpus, "--model", model]):
        done = finished(*command, cwd="/proc", env=bare, input="")
        assert done.returncode == 0, done.stderr
        assert done.stdout


def test_no_file_is_written_without_an_output_option(tmp_path, corpus, model):
    places = {name: str(tmp_path) for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")}
    for command in (["predict", corpus, "--model", model], ["evaluate", corpus, "--model", model], ["codes"]):
        assert finished(*command, cwd=tmp_path, env=os.environ | places, input="").returncode == 0
    assert names(tmp_path) == []

"""Faults in the middle of a run: what was there stays whole, the error says what to do, a second run finishes."""

import os
import resource
import shutil
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from support.faulty import (
    NOTING,
    feed_nothing,
    finished,
    is_running,
    make_room,
    maps,
    names,
    small_disk,
    started,
    wait_for,
    workers,
)
from support.program import ABSTRACTS, write_records

from classmark.corpus.errors import OutputError
from classmark.model.streaming.shards import EncodedTexts, ShardedTexts
from classmark.model.text.ragged import RaggedArray

GO_ON = "records are done, go on with the same command and --resume"
HOW = ["--jobs", "1", "--input-format", "jsonl"]


@pytest.fixture(scope="module")
def many(records, tmp_path_factory):
    """As many records as take several batches."""
    return write_records(tmp_path_factory.mktemp("many") / "many.jsonl", records * 80)


@pytest.fixture
def folder(tmp_path, corpus, many, model):
    """What commands read, with what earlier runs left."""
    for path in (corpus, many, model):
        shutil.copy(path, tmp_path)
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text("soil and wheat", encoding="utf-8")
    for name in ("out.jsonl", "out.ris", "own.model", "texts/a.codes.txt", "report.html"):
        (tmp_path / name).write_text("old", encoding="utf-8")
    return tmp_path


def limit(which: int, most: int):
    """Return what puts a limit on what the program may use."""
    return partial(resource.setrlimit, which, (most, most))


def test_a_full_disk_is_named_and_the_run_goes_on_when_there_is_room(tmp_path, many, model):
    whole, disk = tmp_path / "whole.jsonl", tmp_path / "disk"
    command = ["predict", many, "--model", model, *HOW, "--output"]
    assert finished(*command, whole).returncode == 0
    with small_disk(disk, f"{whole.stat().st_size // 1024 * 2 // 3}k"):
        out = disk / "out.jsonl"
        out.write_text("old", encoding="utf-8")
        done = finished(*command, out, program=NOTING)
        assert done.returncode == 1
        assert f"error: {out} can't be written: No space left on device; make room first" in done.stderr
        assert GO_ON in done.stderr
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
def test_a_file_that_can_not_be_written_to_its_end_leaves_the_old_one(folder, command, name):
    before = names(folder)
    done = finished(*command.split(), cwd=folder, preexec_fn=limit(resource.RLIMIT_FSIZE, 10))
    assert done.returncode == 1
    assert f"error: {name} can't be written: File too large; raise the limit on the size of files" in done.stderr
    assert (folder / name).read_text("utf-8") == "old"
    assert names(folder) == before
    assert GO_ON not in done.stderr
    assert finished(*command.split(), cwd=folder).returncode == 0
    assert (folder / name).read_text("utf-8", "replace") != "old"
    assert names(folder) == before


def test_a_training_that_has_no_room_for_its_temporary_files_says_where(tmp_path):
    weights, ids = np.ones(100_000, np.float32), RaggedArray(np.zeros(0, np.int64), np.zeros(100_000, np.int64))
    rows = EncodedTexts(weights, ids, {})
    with small_disk(tmp_path / "disk", "100k"):
        spool = ShardedTexts(tmp_path / "disk", ())
        with pytest.raises(
            OutputError, match=r"the temporary folder .*disk \(see TMPDIR\) can't be written.*make room"
        ):
            spool.add(rows, np.zeros(100_000, np.uint64))


@pytest.mark.parametrize("program", [NOTING, ""], ids=["while it is noted", "at the end"])
def test_a_folder_that_is_taken_away_is_said(tmp_path, many, model, program):
    out = tmp_path / "gone" / "out.jsonl"
    out.parent.mkdir()
    with started("predict", "-", "--model", model, *HOW, "--output", out, program=program) as process:
        process.stdin.write(many.read_text("utf-8"))
        wait_for(lambda: names(out.parent), process)
        shutil.rmtree(out.parent)
        _, said = process.communicate(many.read_text("utf-8"))
    assert process.returncode == 1
    assert f"error: {out} can't be written: No such file or directory; its folder was taken away, make it anew" in said
    assert GO_ON not in said
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
def test_what_changes_while_it_is_read_is_said(folder, many, name, change, what):
    os.mkfifo(folder / "slow.jsonl")
    command = ["predict", "slow.jsonl", "corpus.jsonl", "--model", "small.safetensors", *HOW, "-o", "out.jsonl"]
    with started(*command, cwd=folder) as process:
        with (folder / "slow.jsonl").open("w", encoding="utf-8") as pipe:
            pipe.write(many.read_text("utf-8"))
            wait_for(lambda: maps(process.pid, "small.safetensors"), process)
            change(folder / name)
        _, said = process.communicate()
    assert process.returncode == 1
    assert f"error: {what} changed while it was read, so the output may hold some of both; run it again" in said
    assert not (folder / ".out.jsonl.part").exists()


def test_too_little_memory_is_said(folder):
    command = ["train", "corpus.jsonl", "--jobs", "1", "-o", "own.model"]
    little = limit(resource.RLIMIT_AS, 250 << 20)
    done = finished(*command, cwd=folder, preexec_fn=little, env=os.environ | {"OPENBLAS_NUM_THREADS": "1"})
    assert done.returncode == 1
    assert "error: there is not enough memory; raise its limit, or ask for less at a time" in done.stderr
    assert (folder / "own.model").read_text("utf-8") == "old"
    assert not (folder / ".own.model.part").exists()


SPREADING = (
    "import classmark.model.training.linear_svm as it; it._WORTH_SPREADING = 0; from classmark.cli import main; main()"
)


@pytest.mark.slow
def test_no_room_for_what_workers_share_is_said(tmp_path):
    command = ["train", ABSTRACTS, "--scheme", "lcc", "--jobs", "2", "-o", tmp_path / "own.model"]
    with small_disk(tmp_path / "disk", "200k"):
        environment = os.environ | {"JOBLIB_TEMP_FOLDER": str(tmp_path / "disk")}
        done = finished(*command, program=SPREADING, env=environment)
    assert done.returncode == 1
    assert "error: a temporary file (see TMPDIR) can't be written: No space left on device; make room" in done.stderr
    assert not (tmp_path / "own.model").exists()


def test_too_few_open_files_for_workers_are_said(folder):
    command = ["train", "corpus.jsonl", "--jobs", "2", "-o", "own.model"]
    done = finished(*command, program=SPREADING, cwd=folder, preexec_fn=limit(resource.RLIMIT_NOFILE, 18))
    assert done.returncode == 1
    assert "error: too many files are open; ask for fewer --jobs, or raise the limit (ulimit -n)" in done.stderr
    assert (folder / "own.model").read_text("utf-8") == "old"


@pytest.mark.parametrize("victim", ["worker", "all but the workers"])
def test_a_process_that_is_killed_costs_no_record(folder, records, victim):
    write_records(folder / "more.jsonl", records * 280)
    os.mkfifo(folder / "slow.jsonl")
    command = ["predict", "more.jsonl", "slow.jsonl", "--model", "small.safetensors", "--jobs", "2", "-o", "out.jsonl"]
    with started(*command, cwd=folder, program=NOTING) as process:
        wait_for(lambda: len(workers(process)) == 2, process)
        left = workers(process)
        wait_for(lambda: all(maps(worker, "small.safetensors") for worker in left), process)
        os.kill(left[0] if victim == "worker" else process.pid, signal.SIGKILL)
        if victim == "worker":
            feed_nothing(folder / "slow.jsonl", process)
            _, said = process.communicate()
            assert process.returncode == 1
            assert "error: a worker process was ended from outside, perhaps for lack of memory; try again" in said
            assert GO_ON in said
        else:
            process.wait()
            wait_for(lambda: not any(map(is_running, left)))
        assert (folder / "out.jsonl").read_text("utf-8") == "old"
        (folder / "slow.jsonl").unlink()
        (folder / "slow.jsonl").symlink_to(os.devnull)  # nothing came after
        again = finished(*command, "--resume", cwd=folder)
    assert "there is no earlier run" not in again.stderr
    written = (folder / "out.jsonl").read_bytes()
    assert finished(*command[:-1], "whole.jsonl", cwd=folder).returncode == again.returncode
    assert written == (folder / "whole.jsonl").read_bytes()
    assert written.count(b"\n") == 280 * 48 + 1


LOST_HALF_WAY = """
import gc, os, signal
from joblib import delayed
from joblib.externals.loky.backend.queues import SimpleQueue
from classmark.model.parallel import worker_processes as losses

losses._PATIENCE = 0.1

def lost(number):
    [results] = [queue for queue in gc.get_objects() if isinstance(queue, SimpleQueue)]
    with results._wlock:
        os.write(results._writer.fileno(), (100_000).to_bytes(4, "big") + b"half")
        os.kill(os.getpid(), signal.SIGKILL)

with losses.worker_processes(2) as spread:
    spread(delayed(lost)(number) for number in range(20))
"""


def test_a_worker_that_is_lost_while_it_hands_over_a_result_ends_the_run():
    command = [sys.executable, "-c", LOST_HALF_WAY]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "BrokenProcessPool: " in done.stderr


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
def test_two_runs_do_not_write_one_output(folder, corpus, command):
    [name] = {"out.jsonl", "out.ris", "own.model"} & set(command.split())
    with started(*command.split(), cwd=folder) as process, corpus.open(encoding="utf-8") as records:
        process.stdin.writelines([next(records), next(records)])
        process.stdin.flush()
        wait_for((folder / f".{name}.part").exists, process)
        second = finished(*command.split(), cwd=folder, input=corpus.read_text("utf-8"))
        assert (second.returncode, second.stdout) == (2, "")
        assert f"another run is writing {name}; wait for it, or name another file" in second.stderr
        assert (folder / name).read_text("utf-8") == "old"
        _, said = process.communicate(records.read())
    assert process.returncode == 0, said
    assert (folder / name).read_text("utf-8", "replace") != "old"
    assert not (folder / f".{name}.part").exists()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is such a place on Linux")
@pytest.mark.parametrize("home", [{}, {"HOME": "/proc", "TMPDIR": "/proc"}], ids=["none", "read-only"])
def test_no_place_to_write_is_needed(corpus, model, home):
    bare = {"PATH": os.defpath, **home}
    for command in (["codes"], ["predict", corpus, "--model", model], ["evaluate", corpus, "--model", model]):
        done = finished(*command, cwd="/proc", env=bare, input="")
        assert done.returncode == 0, done.stderr
        assert done.stdout


def test_nothing_is_written_but_what_is_asked_for(tmp_path, corpus, model):
    places = {name: str(tmp_path) for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")}
    for command in (["predict", corpus, "--model", model], ["evaluate", corpus, "--model", model], ["codes"]):
        assert finished(*command, cwd=tmp_path, env=os.environ | places, input="").returncode == 0
    assert names(tmp_path) == []


FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full here")
ABSTRACT = "army and navy of the war"


@needs_full
@pytest.mark.parametrize(
    "command",
    ["--version", "--help", "predict --help", "codes", "predict", "predict --format jsonl", "explain -", "model show"],
)
def test_a_full_standard_output_is_an_error_in_a_sentence(command):
    with FULL.open("w", encoding="utf-8") as full:
        done = finished(*command.split(), input=ABSTRACT, stdout=full)
    assert done.returncode == 1
    [sentence] = done.stderr.splitlines()
    assert sentence.startswith("classmark: error: ")
    assert "No space left on device" in sentence


@needs_full
def test_a_full_standard_error_costs_no_result(tmp_path, corpus, model):
    with FULL.open("w", encoding="utf-8") as full:
        done = finished("predict", corpus, "--model", model, "-o", tmp_path / "out.jsonl", stderr=full)
    assert done.returncode == 0
    assert (tmp_path / "out.jsonl").read_bytes().count(b"\n") == 48


def test_what_is_said_is_not_among_the_results_where_the_standard_error_is_closed(corpus, model):
    command = ["predict", corpus, "--model", model]
    usual = finished(*command)
    assert "48 records: " in usual.stderr
    assert finished(*command, preexec_fn=partial(os.close, 2)).stdout == usual.stdout

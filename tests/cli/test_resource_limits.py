"""Test limits on memory and open files, and killed worker processes."""

import os
import resource
import shutil
import signal
import subprocess
import sys
from functools import partial

import pytest
from support.faulty import (
    ALWAYS_IN_PARALLEL,
    WITH_FREQUENT_CHECKPOINTS,
    finished,
    has_mapped,
    is_running,
    keep_reopening,
    small_disk,
    started,
    wait_for,
    workers,
)
from support.program import ABSTRACTS, write_records

RESUME_HINT = "records are done, go on with the same command and --resume"


@pytest.fixture(scope="module")
def many(records, tmp_path_factory):
    """Return records for several batches."""
    return write_records(tmp_path_factory.mktemp("many") / "many.jsonl", records * 80)


@pytest.fixture
def folder(tmp_path, corpus, many, model):
    """Return a folder with input and old output files."""
    for path in (corpus, many, model):
        shutil.copy(path, tmp_path)
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text("soil and wheat", encoding="utf-8")
    for name in ("out.jsonl", "out.ris", "own.model", "texts/a.codes.txt", "report.html"):
        (tmp_path / name).write_text("old", encoding="utf-8")
    return tmp_path


def limit(which: int, most: int):
    """Return a function that limits a resource of the process."""
    return partial(resource.setrlimit, which, (most, most))


def test_running_out_of_memory_is_reported(folder):
    command = ["train", "corpus.jsonl", "--jobs", "1", "-o", "own.model"]
    little = limit(resource.RLIMIT_AS, 250 << 20)
    done = finished(*command, cwd=folder, preexec_fn=little, env=os.environ | {"OPENBLAS_NUM_THREADS": "1"})
    assert done.returncode == 1
    assert "error: there is not enough memory; raise its limit, or ask for less at a time" in done.stderr
    assert (folder / "own.model").read_text("utf-8") == "old"
    assert not (folder / ".own.model.part").exists()


@pytest.mark.slow
def test_a_full_temporary_folder_of_the_workers_is_reported(tmp_path):
    command = ["train", ABSTRACTS, "--scheme", "lcc", "--jobs", "2", "-o", tmp_path / "own.model"]
    with small_disk(tmp_path / "disk", "200k"):
        environment = os.environ | {"JOBLIB_TEMP_FOLDER": str(tmp_path / "disk")}
        done = finished(*command, program=ALWAYS_IN_PARALLEL, env=environment)
    assert done.returncode == 1
    assert "error: a temporary file (see TMPDIR) can't be written: No space left on device; make room" in done.stderr
    assert not (tmp_path / "own.model").exists()


def test_a_limit_on_open_files_is_reported(folder):
    command = ["train", "corpus.jsonl", "--jobs", "2", "-o", "own.model"]
    done = finished(*command, program=ALWAYS_IN_PARALLEL, cwd=folder, preexec_fn=limit(resource.RLIMIT_NOFILE, 18))
    assert done.returncode == 1
    assert "error: too many files are open; ask for fewer --jobs, or raise the limit (ulimit -n)" in done.stderr
    assert (folder / "own.model").read_text("utf-8") == "old"


@pytest.mark.parametrize("victim", ["worker", "all but the workers"])
def test_a_killed_process_loses_no_record(folder, records, victim):
    write_records(folder / "more.jsonl", records * 280)
    os.mkfifo(folder / "slow.jsonl")
    command = ["predict", "more.jsonl", "slow.jsonl", "--model", "small.safetensors", "--jobs", "2", "-o", "out.jsonl"]
    with started(*command, cwd=folder, program=WITH_FREQUENT_CHECKPOINTS) as process:
        wait_for(lambda: len(workers(process)) == 2, process)
        left = workers(process)
        wait_for(lambda: all(has_mapped(worker, "small.safetensors") for worker in left), process)
        os.kill(left[0] if victim == "worker" else process.pid, signal.SIGKILL)
        if victim == "worker":
            keep_reopening(folder / "slow.jsonl", process)
            _, stderr = process.communicate()
            assert process.returncode == 1
            assert "error: a worker process was ended from outside, perhaps for lack of memory; try again" in stderr
            assert RESUME_HINT in stderr
        else:
            process.wait()
            wait_for(lambda: not any(map(is_running, left)))
        assert (folder / "out.jsonl").read_text("utf-8") == "old"
        (folder / "slow.jsonl").unlink()
        (folder / "slow.jsonl").symlink_to(os.devnull)  # no more input
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

losses.GRACE_SECONDS = 0.1

def lost(number):
    [results] = [queue for queue in gc.get_objects() if isinstance(queue, SimpleQueue)]
    with results._wlock:
        os.write(results._writer.fileno(), (100_000).to_bytes(4, "big") + b"half")
        os.kill(os.getpid(), signal.SIGKILL)

with losses.worker_processes(2) as spread:
    spread(delayed(lost)(number) for number in range(20))
"""


def test_a_worker_killed_while_sending_its_result_ends_the_run():
    command = [sys.executable, "-c", LOST_HALF_WAY]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "BrokenProcessPool: " in done.stderr

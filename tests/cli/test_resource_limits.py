"""Test limits on memory and open files, and killed worker processes."""

import os
import resource
import signal
import subprocess
import sys

import pytest
from support.faulty import (
    ALWAYS_IN_PARALLEL,
    WITH_FREQUENT_CHECKPOINTS,
    finished,
    has_mapped,
    is_running,
    keep_reopening,
    limit,
    small_disk,
    started,
    wait_for,
    workers,
)
from support.program import ABSTRACTS, write_records

RESUME_HINT = "records are done, continue with the same command and --resume"


def test_running_out_of_memory_is_reported(fault_folder):
    command = ["train", "corpus.jsonl", "--jobs", "1", "-o", "own.model"]
    little = limit(resource.RLIMIT_AS, 250 << 20)
    done = finished(*command, cwd=fault_folder, preexec_fn=little, env=os.environ | {"OPENBLAS_NUM_THREADS": "1"})
    assert done.returncode == 1
    assert "error: there is not enough memory; raise its limit, or ask for less at a time" in done.stderr
    assert (fault_folder / "own.model").read_text("utf-8") == "old"
    assert not (fault_folder / ".own.model.part").exists()


@pytest.mark.slow
def test_a_full_temporary_folder_of_the_workers_is_reported(tmp_path):
    command = ["train", ABSTRACTS, "--scheme", "lcc", "--jobs", "2", "-o", tmp_path / "own.model"]
    with small_disk(tmp_path / "disk", "200k"):
        environment = os.environ | {"JOBLIB_TEMP_FOLDER": str(tmp_path / "disk")}
        done = finished(*command, program=ALWAYS_IN_PARALLEL, env=environment)
    assert done.returncode == 1
    assert "error: a temporary file (see TMPDIR) can't be written: No space left on device; make room" in done.stderr
    assert not (tmp_path / "own.model").exists()


def test_a_limit_on_open_files_is_reported(fault_folder):
    command = ["train", "corpus.jsonl", "--jobs", "2", "-o", "own.model"]
    done = finished(
        *command, program=ALWAYS_IN_PARALLEL, cwd=fault_folder, preexec_fn=limit(resource.RLIMIT_NOFILE, 18)
    )
    assert done.returncode == 1
    assert "error: too many files are open; ask for fewer --jobs, or raise the limit (ulimit -n)" in done.stderr
    assert (fault_folder / "own.model").read_text("utf-8") == "old"


@pytest.mark.parametrize("victim", ["worker", "all but the workers"])
def test_a_killed_process_loses_no_record(fault_folder, records, victim):
    write_records(fault_folder / "more.jsonl", records * 280)
    os.mkfifo(fault_folder / "slow.jsonl")
    command = ["predict", "more.jsonl", "slow.jsonl", "--model", "small.safetensors", "--jobs", "3", "-o", "out.jsonl"]
    with started(*command, cwd=fault_folder, program=WITH_FREQUENT_CHECKPOINTS) as process:
        wait_for(lambda: len(workers(process)) == 2, process)
        left = workers(process)
        wait_for(lambda: all(has_mapped(worker, "small.safetensors") for worker in left), process)
        os.kill(left[0] if victim == "worker" else process.pid, signal.SIGKILL)
        if victim == "worker":
            keep_reopening(fault_folder / "slow.jsonl", process)
            _, stderr = process.communicate()
            assert process.returncode == 1
            assert "error: a worker process was ended from outside, perhaps for lack of memory; try again" in stderr
            assert RESUME_HINT in stderr
        else:
            process.wait()
            wait_for(lambda: not any(map(is_running, left)))
        assert (fault_folder / "out.jsonl").read_text("utf-8") == "old"
        (fault_folder / "slow.jsonl").unlink()
        (fault_folder / "slow.jsonl").symlink_to(os.devnull)  # no more input
        again = finished(*command, "--resume", cwd=fault_folder)
    assert "there is no earlier run" not in again.stderr
    written = (fault_folder / "out.jsonl").read_bytes()
    assert finished(*command[:-1], "whole.jsonl", cwd=fault_folder).returncode == again.returncode
    assert written == (fault_folder / "whole.jsonl").read_bytes()
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

"""Test closed and full standard streams."""

import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from support.faulty import (
    ALWAYS_IN_PARALLEL,
    finished,
)
from support.program import write_records


@pytest.mark.parametrize("number", [0, 1, 2], ids=["input", "output", "errors"])
def test_a_closed_standard_stream_loses_no_result_of_worker_processes(tmp_path, corpus, model, number):
    out = tmp_path / "out.jsonl"
    words = ["predict", corpus, "--model", model, "--jobs", "2", "-o", out]
    done = finished(*words, program=ALWAYS_IN_PARALLEL, preexec_fn=partial(os.close, number), timeout=100)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert "error" not in done.stderr
    assert out.read_bytes().count(b"\n") == 48


@pytest.mark.parametrize("word", ["--version", "--help"])
def test_a_closed_standard_output_is_an_error(word):
    done = finished(word, preexec_fn=partial(os.close, 1))
    assert done.returncode == 1
    assert done.stderr == "classmark: error: the standard output can't be written: Bad file descriptor\n"


FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full here")
ABSTRACT = "army and navy of the war"


@needs_full
@pytest.mark.parametrize(
    "command",
    ["--version", "--help", "predict --help", "codes", "predict", "predict --format jsonl", "explain -", "model show"],
)
def test_a_full_standard_output_is_reported_in_one_sentence(command):
    with FULL.open("w", encoding="utf-8") as full:
        done = finished(*command.split(), input=ABSTRACT, stdout=full)
    assert done.returncode == 1
    [sentence] = done.stderr.splitlines()
    assert sentence.startswith("classmark: error: ")
    assert "No space left on device" in sentence


@needs_full
def test_a_full_standard_error_loses_no_result(tmp_path, corpus, model):
    with FULL.open("w", encoding="utf-8") as full:
        done = finished("predict", corpus, "--model", model, "-o", tmp_path / "out.jsonl", stderr=full)
    assert done.returncode == 0
    assert (tmp_path / "out.jsonl").read_bytes().count(b"\n") == 48


def test_messages_do_not_reach_stdout_when_stderr_is_closed(corpus, model):
    command = ["predict", corpus, "--model", model]
    usual = finished(*command)
    assert "48 records: " in usual.stderr
    assert finished(*command, preexec_fn=partial(os.close, 2)).stdout == usual.stdout


def test_a_closed_output_pipe_ends_the_run_quietly(tmp_path, model):
    path = write_records(tmp_path / "a.jsonl", [{"id": str(i), "text": "soil"} for i in range(20_000)])
    command = f"{sys.executable} -m classmark.cli predict {path} --model {model} | head -n 1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("0\t")
    assert "Traceback" not in done.stderr
    assert "error" not in done.stderr.lower()


@pytest.mark.parametrize("redirection", [">&-", "<&-"])
def test_closed_standard_streams_are_reported(model, redirection):
    command = f"{sys.executable} -m classmark.cli predict --model {model} {redirection}"
    done = subprocess.run(command, shell=True, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    assert done.returncode == 2
    assert b"is closed" in done.stderr

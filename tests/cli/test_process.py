"""Test the program as a process: imports from the working folder, and signals at any moment."""

import os
import shutil
import signal
import subprocess
from functools import partial

import pytest
from support.faulty import ALWAYS_IN_PARALLEL, finished, has_mapped, reset_signals, started, wait_for, workers

INTERRUPTED_AT = """
import os, signal, sys
class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == {name!r}:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupting())
from classmark.cli import main
main()
"""
"""The program, interrupted when it imports a certain module."""

MODULES = ("joblib", "numpy", "re", "logging", "typer", "signal", "sklearn", "scipy", "matplotlib", "sitecustomize",
           "usercustomize")  # fmt: skip
READ_BY_SITE = ("re", "sitecustomize", "usercustomize")


@pytest.fixture
def hostile(tmp_path, corpus, scheme, model):
    """Return a folder with modules that leave a trace when they are imported."""
    for name in MODULES:
        (tmp_path / f"{name}.py").write_text(f"open('{tmp_path}/run', 'a').write('{name} ')", encoding="utf-8")
    os.mkfifo(tmp_path / "matplotlibrc")  # reading it would block forever
    for path, name in ((corpus, "corpus.jsonl"), (scheme, "small.csv"), (model, "small.model")):
        shutil.copy(path, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize(
    "command",
    [
        "predict corpus.jsonl --model small.model --jobs 2 -o out.jsonl",
        "train corpus.jsonl --scheme small.csv --jobs 2 -o own.model",
        "evaluate corpus.jsonl --model small.model --report report.html",
    ],
    ids=["predict", "train", "evaluate with a report"],
)
def test_modules_in_the_working_folder_are_not_imported(hostile, command):
    done = finished(*command.split(), program=ALWAYS_IN_PARALLEL, cwd=hostile, timeout=100)
    assert done.returncode == 0, done.stderr
    assert not (hostile / "run").exists(), (hostile / "run").read_text("utf-8")


@pytest.mark.parametrize("path", ["", "/:"], ids=["as a module", "with an empty name in PYTHONPATH"])
def test_modules_in_the_working_folder_are_not_imported_with_python_m(hostile, path):
    for name in READ_BY_SITE if path else ():  # Python imports these itself before the program
        (hostile / f"{name}.py").unlink()
    command = ["predict", "corpus.jsonl", "--model", "small.model"]
    done = finished(*command, cwd=hostile, env=os.environ | {"PYTHONPATH": path})
    assert done.returncode == 0, done.stderr
    assert not (hostile / "run").exists(), (hostile / "run").read_text("utf-8")


@pytest.mark.parametrize("name", ["typer", "classmark.corpus.abstract", "numpy", "classmark.model.scoring.scorer"])
def test_ctrl_c_during_imports_prints_stopped_without_a_traceback(model, name):
    command = ["predict", "--model", model]
    done = finished(
        *command, program=INTERRUPTED_AT.format(name=name), input="soil", preexec_fn=reset_signals, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "classmark: stopped\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
@pytest.mark.parametrize("moment", ["as they start", "as they work"])
def test_a_signal_to_all_processes_prints_stopped_once(tmp_path, corpus, model, number, moment):
    many = tmp_path / "many.jsonl"
    many.write_bytes(corpus.read_bytes() * 400)
    command = ["predict", many, "--model", model, "--jobs", "2", "--quiet", "-o", tmp_path / "out.jsonl"]
    with started(*command, program=ALWAYS_IN_PARALLEL) as process:
        wait_for(lambda: workers(process) if moment == "as they start" else has_written(tmp_path), process)
        os.killpg(process.pid, number)
        _, stderr = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert stderr.startswith("classmark: stopped")
    assert stderr.count("\n") == 1, stderr


def has_written(folder):
    part = folder / ".out.jsonl.part"
    return part.exists() and part.stat().st_size > 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_that_is_ignored_at_start_stays_ignored(model, number):
    ignoring = partial(signal.signal, number, signal.SIG_IGN)
    command = ["predict", "--model", model, "--input-format", "lines", "-f", "csv"]
    with started(*command, stdout=subprocess.PIPE, preexec_fn=ignoring) as process:
        process.stdin.write("soil\n" * 2_000)
        process.stdin.flush()
        assert process.stdout.readline().startswith("id,")
        process.send_signal(number)
        out, stderr = process.communicate("wheat\n", timeout=60)
    assert process.returncode == 0, stderr
    assert out.count("\n") == 2_001


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)])
def test_a_signal_leaves_no_temporary_file(tmp_path, model, number, code):
    command = ["predict", "--input-format", "lines", "--model", model, "-o", tmp_path / "out.tsv"]
    with started(*command) as process:
        process.stdin.write("soil\n" * 2_000)
        process.stdin.flush()
        wait_for(lambda: has_mapped(process.pid, model.name), process)
        wait_for((tmp_path / ".out.tsv.part").exists, process)
        process.send_signal(number)
        _, stderr = process.communicate(timeout=60)
    assert (process.returncode, stderr) == (code, "classmark: stopped\n")
    assert list(tmp_path.iterdir()) == []

"""Test output to devices, pipes and redirected files, which are written to and never replaced."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from support.program import run, run_forked

COMMANDS = {
    "predict": "predict in.jsonl -q -j 1 -f jsonl -o",
    "predict one": "predict a.txt -q -o",
    "keep": "predict in.jsonl -q --keep -o",
    "parquet": "predict in.jsonl -q -f parquet -o",
    "convert": "corpus convert in.jsonl -q --to jsonl",
    "audit": "corpus audit in.jsonl -q -f jsonl -j 1 -o",
}


@pytest.fixture
def folder(tmp_path, corpus):
    (tmp_path / "in.jsonl").write_bytes(corpus.read_bytes())
    (tmp_path / "a.txt").write_text("soil and wheat", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("command", "place"),
    [
        *((command, "/dev/stdout") for command in COMMANDS),
        *(("predict", place) for place in ("/dev/fd/1", "/proc/self/fd/1", "link", "log")),
    ],
)
def test_redirected_output_is_appended(folder, command, place):
    assert run(*COMMANDS[command].split(), "plain", cwd=folder).code == 0
    (folder / "log").write_text("precious\n", encoding="utf-8")
    (folder / "link").symlink_to("/dev/stdout")
    with (folder / "log").open("ab") as log, Path(os.devnull).open("rb") as nothing, tempfile.TemporaryFile() as err:
        streams = (nothing.fileno(), log.fileno(), err.fileno())
        assert run_forked([*COMMANDS[command].split(), place], folder, streams) == 0
    assert (folder / "log").read_bytes() == b"precious\n" + (folder / "plain").read_bytes()
    assert not list(folder.glob(".*"))


@pytest.mark.parametrize("number", [*range(3, 10), 999])
def test_a_file_descriptor_that_is_not_open_is_refused(folder, number):
    done = run(*COMMANDS["predict"].split(), f"/dev/fd/{number}", cwd=folder)
    assert (done.code, done.out) == (2, "")
    assert f"/dev/fd/{number} can't be written" in done.err


def test_output_to_shell_pipes_is_complete(folder):
    program = f"{sys.executable} -m classmark.cli {COMMANDS['convert']}"
    line = f"{program} /dev/stdout | cat > piped; {program} >(cat > fed); while ! [ -s fed ]; do sleep 0.1; done"
    done = subprocess.run(["bash", "-c", line], cwd=folder, capture_output=True, check=False)
    assert done.stderr == b""
    assert run(*COMMANDS["convert"].split(), "plain", cwd=folder).code == 0
    assert (folder / "piped").read_bytes() == (folder / "fed").read_bytes() == (folder / "plain").read_bytes()


def test_output_to_a_link_or_a_named_pipe_does_not_replace_it(tmp_path, model):
    (tmp_path / "real.csv").write_text("old", encoding="utf-8")
    (tmp_path / "link.csv").symlink_to("real.csv")
    run("predict", "--model", model, "--output", tmp_path / "link.csv", given="soil")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text("utf-8").startswith("id,")
    os.mkfifo(tmp_path / "pipe.csv")
    with subprocess.Popen(["cat", tmp_path / "pipe.csv"], stdout=subprocess.PIPE) as reader:
        run("predict", "--model", model, "--output", tmp_path / "pipe.csv", given="soil")
        assert reader.stdout.read().startswith(b"id,")
    assert (tmp_path / "pipe.csv").is_fifo()

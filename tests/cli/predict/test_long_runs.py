"""Test long runs of ``predict``: several processes, record order, and resuming after a stop."""

import json
import signal
import subprocess
import sys
import time

import pytest
from support.faulty import reset_signals
from support.program import on_a_terminal, run

WORDS = ("soil", "wheat", "army", "navy", "melody", "singing", "votes", "parties")


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Return 100,000 records: some are broken; each thousandth has no id and comes after an empty line."""
    path = tmp_path_factory.mktemp("many") / "many.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for i in range(100_000):
            text = " ".join(WORDS[(i * k) % 8] for k in range(1, 40))
            record = {"text": text} if i % 1_000 == 0 else {"id": i, "text": text}
            file.write("\n" if i % 1_000 == 0 else "")
            file.write('{"id": "broken"\n' if i % 10_000 == 7 else json.dumps(record) + "\n")
    return path


@pytest.fixture(scope="module")
def whole(many, model):
    """Return the output of one process in one uninterrupted run."""
    out = many.with_name("whole.jsonl")
    done = run("predict", many, "--model", model, "--output", out, "--jobs", "1")
    assert done.code == 1
    assert "100,000 records: " in done.err
    assert "… and 5 more bad records" in done.err
    assert "codes: " in done.err
    return out.read_bytes()


def started(*args, **options):
    command = [sys.executable, "-m", "classmark.cli", *map(str, args)]
    own = {"stderr": subprocess.PIPE, "start_new_session": True, "preexec_fn": reset_signals}
    return subprocess.Popen(command, **own, **options)


def test_several_processes_write_the_same_output_as_one(many, model, whole):
    out = many.with_name("two.jsonl")
    assert run("predict", many, "--model", model, "--output", out, "--jobs", "2").code == 1
    assert out.read_bytes() == whole
    unnamed = [record["id"] for record in map(json.loads, whole.splitlines()[::1_000])]
    assert unnamed == [f"{many}:{1_001 * thousand + 2}" for thousand in range(100)]


def test_several_processes_label_a_folder_in_order(tmp_path, model):
    (tmp_path / "in").mkdir()
    for i in range(11_000):
        (tmp_path / "in" / f"{i}.txt").write_bytes(b"\xff" if i == 10_999 else WORDS[i % 8].encode())
    outs = [tmp_path / f"{jobs}.csv" for jobs in (1, 2)]
    for jobs, out in enumerate(outs, 1):
        done = run("predict", tmp_path / "in", "--model", model, "--output", out, "--jobs", jobs)
        assert "9999.txt" not in done.err
        assert "10999.txt: not UTF-8" in done.err
    assert outs[0].read_bytes() == outs[1].read_bytes()
    ids = [line.partition(",")[0] for line in outs[0].read_text("utf-8").splitlines()[1:]]
    assert ids == sorted(f"{i}.txt" for i in range(11_000))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=["interrupted", "killed"])
def test_a_stopped_run_resumes_at_its_checkpoint(tmp_path, many, model, whole, number):
    out = tmp_path / "out.jsonl"
    command = ["predict", many, "--model", model, "--output", out, "--jobs", "1"]
    process = started(*command)
    while not (tmp_path / ".out.jsonl.journal").exists():
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert not out.exists()
    if number == signal.SIGINT:
        assert process.returncode == 130
        assert b"records are done, continue with the same command and --resume" in err
    noted = json.loads((tmp_path / ".out.jsonl.journal").read_text("utf-8"))["records"]
    assert 0 < noted < 100_000
    other = run(*command, "--top", "2", "--resume")
    assert (other.code, other.out) == (2, "")
    assert f"the earlier run of {out} had another format or option; continue with the same" in other.err
    done = run(*command, "--resume")
    assert "100,000 records: " in done.err
    assert out.read_bytes() == whole
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]


def test_a_terminal_shows_the_progress_of_a_run(tmp_path, many, model):
    _, seen = on_a_terminal("predict", many, "--model", model, "--jobs", "1", "--output", tmp_path / "out.jsonl")
    assert "per second" in seen
    assert "100,000 records: " in seen


def test_resume_without_an_earlier_run_starts_and_says_so(tmp_path, corpus, model):
    out = tmp_path / "out.csv"
    for _ in range(2):  # the second night, there is the complete output of the first
        done = run("predict", corpus, "--model", model, "--output", out, "--resume")
        assert done.code == 0
        assert f"there is no earlier run of {out} to continue, so this one starts at the first record" in done.err
        assert len(out.read_text("utf-8").splitlines()) > 1
    assert run("predict", corpus, "--model", model, "--output", out, "--resume", "--quiet").err == ""


def test_resume_is_refused_where_it_is_of_no_use(tmp_path, corpus):
    out = tmp_path / "out.csv"
    assert "--resume needs an --output file" in run("predict", corpus, "--resume").err
    done = run("predict", "--output", out, "--resume", given="x")
    assert "--resume cannot re-read standard input; pass files" in done.err
    assert list(tmp_path.iterdir()) == []


def test_a_closed_output_pipe_ends_a_long_run_quietly(many, model):
    with started("predict", many, "--model", model, "--jobs", "2", stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""

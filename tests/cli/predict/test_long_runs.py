"""Long runs: all cores, in order, and nothing lost or twice after a stop."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from support.faulty import heed_signals
from support.program import on_a_terminal, run

from classmark.corpus.errors import UsageError
from classmark.corpus.output.resumable import ResumableOutput

WORDS = ("soil", "wheat", "army", "navy", "melody", "singing", "votes", "parties")


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """A hundred thousand records, of which some are bad, with an empty line before each thousandth, which has no id."""
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
    """What one process makes of them in one go."""
    out = many.with_name("whole.jsonl")
    done = run("predict", many, "--model", model, "--output", out, "--jobs", "1")
    assert done.code == 1
    assert "100,000 records: " in done.err
    assert "… and 5 more bad records" in done.err
    assert "codes: " in done.err
    return out.read_bytes()


def started(*args, **options):
    command = [sys.executable, "-m", "classmark.cli", *map(str, args)]
    own = {"stderr": subprocess.PIPE, "start_new_session": True, "preexec_fn": heed_signals}
    return subprocess.Popen(command, **own, **options)


def test_several_processes_write_the_same_in_the_same_order(many, model, whole):
    out = many.with_name("two.jsonl")
    assert run("predict", many, "--model", model, "--output", out, "--jobs", "2").code == 1
    assert out.read_bytes() == whole
    unnamed = [record["id"] for record in map(json.loads, whole.splitlines()[::1_000])]
    assert unnamed == [f"{many}:{1_001 * thousand + 2}" for thousand in range(100)]


def test_several_processes_label_the_files_of_a_folder_in_order(tmp_path, model):
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
def test_a_run_that_was_stopped_goes_on_where_it_was(tmp_path, many, model, whole, number):
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
        assert b"records are done, go on with the same command and --resume" in err
    noted = json.loads((tmp_path / ".out.jsonl.journal").read_text("utf-8"))["records"]
    assert 0 < noted < 100_000
    other = run(*command, "--top", "2", "--resume")
    assert (other.code, other.out) == (2, "")
    assert f"the earlier run of {out} had another format or option; go on with the same" in other.err
    done = run(*command, "--resume")
    assert "100,000 records: " in done.err
    assert out.read_bytes() == whole
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]


def test_a_terminal_shows_how_far_a_run_into_a_file_is(tmp_path, many, model):
    _, seen = on_a_terminal("predict", many, "--model", model, "--jobs", "1", "--output", tmp_path / "out.jsonl")
    assert "a second" in seen
    assert "100,000 records: " in seen


def test_nothing_to_go_on_with_is_said(tmp_path, corpus, model):
    out = tmp_path / "out.csv"
    done = run("predict", corpus, "--model", model, "--output", out, "--resume")
    assert done.code == 2
    assert f"there is no earlier run of {out} to go on with; leave out --resume" in done.err
    assert "--resume needs an --output file" in run("predict", corpus, "--resume").err
    assert "--resume needs files as input" in run("predict", "--output", out, "--resume", given="x").err
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_has_enough_ends_the_run_quietly(many, model):
    with started("predict", many, "--model", model, "--jobs", "2", stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""


def growing(path, *, resume=False, model="m"):
    return ResumableOutput(path, {"model": model}, resume=resume)


def stopped(path, noted="one\n", lost="two"):
    """Write, note, write more, and stop."""
    out = growing(path)
    out.write(noted)
    out.note(1, {})
    out.write(lost)
    out.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)


def test_what_came_after_the_last_note_is_written_again(tmp_path):
    path = tmp_path / "out"
    stopped(path)
    with growing(path, resume=True) as out:
        assert out.progress.records == 1
        out.write("2\n")
    assert path.read_text("utf-8") == "one\n2\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_run_starts_anew_and_leaves_the_old_file_until_it_is_whole(tmp_path):
    path = tmp_path / "out"
    path.write_text("old", encoding="utf-8")
    stopped(path)
    assert path.read_text("utf-8") == "old"
    with growing(path) as out:
        out.write("new")
        assert path.read_text("utf-8") == "old"
    assert path.read_text("utf-8") == "new"


def spoil_journal(folder):
    (folder / ".out.journal").write_text("{", encoding="utf-8")


def cut_part(folder):
    os.truncate(folder / ".out.part", 1)


@pytest.mark.parametrize(
    ("spoil", "model", "message"),
    [
        (lambda folder: None, "other", "had another model"),
        (spoil_journal, "m", "is damaged, or another version's; begin anew with --no-resume"),
        (cut_part, "m", "is shorter than its journal says; begin anew with --no-resume"),
    ],
    ids=["changed", "damaged", "cut"],
)
def test_what_can_not_go_on_is_refused(tmp_path, spoil, model, message):
    stopped(tmp_path / "out")
    spoil(tmp_path)
    with pytest.raises(UsageError, match=message):
        growing(tmp_path / "out", resume=True, model=model)


def test_two_runs_do_not_write_one_output(tmp_path):
    with growing(tmp_path / "out"), pytest.raises(UsageError, match="another run is writing"):
        growing(tmp_path / "out")


def test_an_output_that_another_run_has_just_finished_stays_as_it_is(tmp_path, monkeypatch):
    finish = growing(tmp_path / "out")
    finish.write("first")
    opened = os.open

    def opened_just_before_it_is_finished(path, flags, *args):
        if flags & os.O_EXCL:
            return opened(path, flags, *args)
        monkeypatch.setattr(os, "open", opened)
        descriptor = opened(path, flags, *args)
        finish.__exit__(None, None, None)
        return descriptor

    monkeypatch.setattr(os, "open", opened_just_before_it_is_finished)
    with growing(tmp_path / "out") as out:
        assert (tmp_path / "out").read_text("utf-8") == "first"
        out.write("second")
    assert (tmp_path / "out").read_text("utf-8") == "second"

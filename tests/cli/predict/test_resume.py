"""Test that an unfinished run is never dropped silently, and is checked before it is resumed."""

import json
import os
from pathlib import Path

import pytest
from support.program import run

from classmark.cli.input import InputOptions
from classmark.cli.predict.run import PredictionRun
from classmark.corpus.input.discovery import input_digest
from classmark.corpus.output.resumable import ResumableOutput
from classmark.model.prediction.summary import PredictionSummary
from classmark.model.scoring.classifier import DEFAULT_FILE

HOW = ["predict", "in.jsonl", "--jobs", "1", "--quiet"]


@pytest.fixture(scope="module")
def unfinished(tmp_path_factory, corpus):
    """Return a folder with an input, and the unfinished output of a run that has done 24 of its 48 records."""
    folder = tmp_path_factory.mktemp("unfinished")
    (folder / "in.jsonl").write_bytes(corpus.read_bytes())
    assert run(*HOW, "-o", "whole.jsonl", cwd=folder).code == 0
    stop_half_way(folder)
    return folder


def stop_half_way(folder: Path) -> None:
    """Write the files that a run leaves when it is stopped after half of its records."""
    given = PredictionRun(
        input=InputOptions(paths=["in.jsonl"]),
        requested_format="jsonl",
        model=DEFAULT_FILE,
        top=5,
        threshold=None,
        jobs=1,
        strict=False,
        quiet=True,
    )
    lines = (folder / "whole.jsonl").read_text("utf-8").splitlines(keepends=True)
    tally = PredictionSummary()
    for record in map(json.loads, lines[:24]):
        tally.statuses[record["status"]] += 1
        tally.codes.update(record["codes"])
    here = Path.cwd()
    os.chdir(folder)
    try:
        out = ResumableOutput(Path("out.jsonl"), given.fingerprint(input_digest(["in.jsonl"])), resume=None)
        out.write("".join(lines[:24]))
        out.checkpoint(24, tally.plain)
        out.write("lost")
        out.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    finally:
        os.chdir(here)


@pytest.fixture
def folder(unfinished, tmp_path):
    for path in unfinished.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
        (tmp_path / path.name).chmod(path.stat().st_mode & 0o7777)
    os.utime(tmp_path / "in.jsonl", ns=(1, (unfinished / "in.jsonl").stat().st_mtime_ns))
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_an_unfinished_run_is_reported_and_kept(folder):
    before = contents(folder)
    done = run(*HOW, "-o", "out.jsonl", cwd=folder)
    assert done.code == 2
    assert (
        "24 records of out.jsonl were done by a run that was stopped; continue with --resume, or start over with "
        "--no-resume, which drops them"
    ) in done.err
    assert contents(folder) == before


@pytest.mark.parametrize("option", ["--resume", "--no-resume"])
def test_resume_and_no_resume_give_the_same_complete_output(folder, option):
    whole = (folder / "whole.jsonl").read_bytes()
    assert run(*HOW, "-o", "out.jsonl", option, cwd=folder).code == 0
    assert contents(folder) == {
        "in.jsonl": (folder / "in.jsonl").read_bytes(),
        "whole.jsonl": whole,
        "out.jsonl": whole,
    }


@pytest.mark.parametrize(
    "command",
    [
        ["predict", "in.jsonl", "--keep", "-o", "out.jsonl"],
        ["corpus", "convert", "in.jsonl", "out.jsonl"],
        ["train", "in.jsonl", "-o", "out.jsonl"],
    ],
    ids=["keep", "convert", "train"],
)
def test_other_commands_do_not_overwrite_an_unfinished_run(folder, command):
    before = contents(folder)
    done = run(*command, cwd=folder)
    assert done.code == 2
    assert ".out.jsonl.part holds the part of out.jsonl that a stopped run of predict has done; continue" in done.err
    assert contents(folder) == before


def test_output_from_standard_input_starts_afresh(tmp_path):
    given = '{"text": "soil"}\n' * 5_000
    command = ["predict", "-", "--input-format", "jsonl", "--jobs", "1", "-o", "out.jsonl"]
    assert run(*command, given=given, cwd=tmp_path).code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]


def change(key, value):
    def spoil(folder: Path) -> None:
        path = folder / ".out.jsonl.journal"
        journal = json.loads(path.read_text("utf-8"))
        *outer, last = key.split(".")
        inner = journal
        for name in outer:
            inner = inner[name]
        inner[last] = value(inner[last]) if callable(value) else value
        path.write_text(json.dumps(journal), encoding="utf-8")

    return spoil


def more_records(folder: Path) -> None:
    change("records", lambda count: count + 100)(folder)
    change("tally.statuses.ok", lambda count: count + 100)(folder)


def negative(folder: Path) -> None:
    change("tally.statuses", {"ok": -24})(folder)
    change("records", -24)(folder)


def write(text):
    return lambda folder: (folder / ".out.jsonl.journal").write_text(text, encoding="utf-8")


def other_bytes(folder: Path) -> None:
    path = folder / ".out.jsonl.part"
    path.write_bytes(b"X" * path.stat().st_size)


def shorter(folder: Path) -> None:
    os.truncate(folder / ".out.jsonl.part", 100)


DAMAGED, MISMATCH = "is damaged, or another version's", "is not what its checkpoint says"


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        pytest.param(more_records, DAMAGED, id="more records"),
        pytest.param(negative, DAMAGED, id="negative counts"),
        pytest.param(change("records", 24.0), DAMAGED, id="a fraction of a record"),
        pytest.param(change("size", lambda size: size - 100), MISMATCH, id="fewer bytes"),
        pytest.param(change("size", 10**30), "is shorter than its checkpoint says", id="more bytes"),
        pytest.param(change("size", 0), DAMAGED, id="no bytes"),
        pytest.param(change("lines", 23), MISMATCH, id="fewer lines"),
        pytest.param(change("digest", "00"), MISMATCH, id="different digest"),
        pytest.param(change("tally", []), DAMAGED, id="a list as tally"),
        pytest.param(change("tally", {}), DAMAGED, id="an empty tally"),
        pytest.param(change("tally.codes", {"S": "many"}), DAMAGED, id="words as counts"),
        pytest.param(change("tally.bad", [1]), DAMAGED, id="numbers as sentences"),
        pytest.param(change("tally.statuses", {"fine": 24}), DAMAGED, id="an unknown status"),
        pytest.param(change("purpose", {}), "had another version of classmark", id="an empty purpose"),
        pytest.param(change("purpose.more", 1), "had another more", id="a purpose with an unknown key"),
        pytest.param(write("5"), DAMAGED, id="a number"),
        pytest.param(write("[" * 100_000), DAMAGED, id="nested lists"),
        pytest.param(write("\0"), DAMAGED, id="no JSON"),
        pytest.param(other_bytes, MISMATCH, id="other bytes"),
        pytest.param(shorter, "is shorter than its checkpoint says", id="a shorter part"),
    ],
)
def test_a_tampered_journal_is_refused(folder, spoil, message):
    spoil(folder)
    done = run(*HOW, "-o", "out.jsonl", "--resume", cwd=folder)
    assert done.code == 2, done.err
    assert message in done.err
    assert "start over with --no-resume" in done.err
    assert not (folder / "out.jsonl").exists()
    assert run(*HOW, "-o", "out.jsonl", "--no-resume", cwd=folder).code == 0
    assert (folder / "out.jsonl").read_bytes() == (folder / "whole.jsonl").read_bytes()

"""Test runs killed at any write: old files stay whole, and a second run gives the same as an uninterrupted one."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from support.program import ROOT, write_records

PREDICT = ["predict", "in.jsonl", "--jobs", "1", "--model", "small.model", "--quiet"]
SCENARIOS = [
    ([*PREDICT, "-o", "out.jsonl"], [[*PREDICT, "-o", "out.jsonl", "--resume"]], False),
    ([*PREDICT, "-o", "out.csv"], [[*PREDICT, "-o", "out.csv", "--resume"]], True),
    ([*PREDICT, "--keep", "-o", "kept.jsonl"], [], False),
    (["predict", "texts", "--beside", "--model", "small.model"], [], False),
    (["train", "corpus.jsonl", "-o", "own.model", "--jobs", "1"], [], False),
    (["corpus", "convert", "in.jsonl", "out.ris"], [], False),
    (["corpus", "convert", "corpus.jsonl", "parts", "--split", "2,1"], [], False),
]
"""A command, the commands to run after a kill, and whether these are killed, too."""


@pytest.fixture
def folder(tmp_path, records, model):
    """Return a folder with the input of the commands, and old output of each."""
    folder = tmp_path / "folder"
    for name in ("texts", "parts"):
        (folder / name).mkdir(parents=True)
    write_records(folder / "corpus.jsonl", records)
    write_records(folder / "in.jsonl", records * 32)
    for number, record in enumerate(records[:20]):
        (folder / "texts" / f"{number}.txt").write_text(record["text"], encoding="utf-8")
        (folder / "texts" / f"{number}.codes.txt").write_text("old", encoding="utf-8")
    for name in ("out.jsonl", "out.csv", "kept.jsonl", "own.model", "out.ris", "parts/train.jsonl", "parts/test.jsonl"):
        (folder / name).write_text("old", encoding="utf-8")
    (folder / "small.model").write_bytes(model.read_bytes())
    return folder


def run_and_kill(folder: Path, kills: int, scenarios: list[tuple]) -> list[dict]:
    """Kill each command this many times, and return the results."""
    tasks = [
        {"folder": str(folder), "command": command, "again": [*again, command], "kills": kills, "twice": twice}
        for command, again, twice in scenarios
    ]
    program = [sys.executable, ROOT / "tests" / "support" / "killing.py", json.dumps(tasks)]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_runs_killed_at_some_writes_lose_nothing(folder):
    [done] = run_and_kill(folder, 4, SCENARIOS[1:2])
    assert (done["kills"], done["faults"]) == (4, [])


@pytest.mark.slow
def test_runs_killed_at_200_writes_lose_nothing(folder):
    done = run_and_kill(folder, 40, SCENARIOS)
    assert sum(each["kills"] for each in done) >= 200, done
    assert [each["faults"] for each in done] == [[]] * len(SCENARIOS)

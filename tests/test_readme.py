"""What README shows is what happens."""

import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from support import reference
from support.formats import RECORD_FILES
from support.program import ABSTRACTS, run, write_records

from classmark.corpus.input.read import read_abstracts
from classmark.model.persistence.model_file import open_classifier
from classmark.model.scoring.classifier import DEFAULT_FILE

TEXT = reference.README.read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", TEXT, re.DOTALL)
LINES = [line for kind, block in BLOCKS if kind == "sh" for line in block.splitlines()]
NOT_RUN = {
    "python -m pip install": "test_release.py builds what is installed, and a test does not change what it runs in",
    "python tests/benchmarks/": "takes minutes, on records that are not in the repository",
    "classmark [a-z]+ (tib-lcc|doaj)/": "takes minutes, on records that are not in the repository",
    "python -m pytest ": "it is what runs this",
    "dask ": "serves until it is stopped; test_on_cluster.py starts both",
    "classmark .* --scheduler tcp://HOST": "test_on_cluster.py does it with an address",
    "classmark train corpus/abstracts": "a test of its own below",
}
"""Lines that are not run with the others, each with its reason."""


def blocks(kind):
    return [block for found, block in BLOCKS if found == kind]


def lines_to_run():
    return [line for line in LINES if not any(re.match(pattern, line) for pattern in NOT_RUN)]


def options_by_command():
    """Return the options that blocks and sentences name, by the command that they go with."""
    mentioned = re.findall(r"(?<!`)`(classmark [a-z][^`]*)`", re.sub(r"```.*?```", "", TEXT, flags=re.DOTALL))
    found = defaultdict(set)
    for command in [*mentioned, *re.findall(r"classmark [a-z][^|>#\n]*", "\n".join(LINES))]:
        words = command.split()[1:]
        found[tuple(words[: 1 + (words[0] in {"corpus", "model"})])] |= set(re.findall(r"--[a-z-]+", command))
    return found


@pytest.fixture
def desk(tmp_path, records):
    """A folder with the files that README's commands name, and what a Mac's clipboard is read with."""
    for folder in ("abstracts", "papers"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text(records[0]["text"], encoding="utf-8")
    (tmp_path / "abstract.txt").write_text(records[0]["text"], encoding="utf-8")
    for name in ("corpus.jsonl", "new.jsonl", "dev.jsonl"):
        write_records(tmp_path / name, records)
    subprocess.run(["gzip", "-k", "corpus.jsonl"], cwd=tmp_path, check=True)
    (tmp_path / "corpus.jsonl.gz").rename(tmp_path / "articles.jsonl.gz")
    (tmp_path / "catalogue.mrc").write_bytes(RECORD_FILES["a.mrc"])
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "pbpaste").write_text("#!/bin/sh\ncat abstract.txt\n", encoding="utf-8")
    (tmp_path / "bin" / "pbpaste").chmod(0o755)
    return tmp_path


def test_all_commands_run_one_after_another(desk):
    path = os.pathsep.join([str(desk / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]])
    for line in lines_to_run():
        command = ["bash", "-o", "pipefail", "-c", line]
        done = subprocess.run(command, cwd=desk, env=os.environ | {"PATH": path}, stdin=subprocess.DEVNULL, check=False)
        assert done.returncode == 0, line
    for name in ("codes.tsv", "codes.csv", "doubts.csv", "own.safetensors", "report.html"):
        assert (desk / name).stat().st_size > 0


def test_each_reason_not_to_run_a_command_has_one():
    assert [pattern for pattern in NOT_RUN if not any(re.match(pattern, line) for line in LINES)] == []


def test_no_block_is_forgotten():
    """All blocks of commands are run above, all others below, but for what training on other records said."""
    counts = {kind: len(blocks(kind)) for kind, _ in BLOCKS}
    counts.pop("sh")
    assert counts == {"text": 3, "csv": 1, "json": 1, "python": 1, "console": 1}


def test_the_first_command_prints_what_is_shown():
    sentence = re.search(r'echo "(.*?)" \| classmark predict', blocks("sh")[0])[1]
    assert run("predict", given=sentence, fresh=True).out == blocks("text")[0]


def test_explanations_are_those_that_are_shown():
    sentence = re.search(r'echo "(.*?)" \| classmark explain', TEXT)[1]
    assert run("explain", "-", "--code", "U", "--top", "4", given=sentence).out == blocks("text")[1]
    assert run("explain", "--code", "U", "--top", "3").out == blocks("text")[2]


def test_a_line_of_json_has_the_keys_that_are_shown():
    [shown] = map(json.loads, blocks("json"))
    [found] = run("predict", "--format", "jsonl", given="Soldiers and armies at war").records
    assert list(found) == list(shown)
    assert list(found["ranking"][0]) == list(shown["ranking"][0])


def test_training_says_what_is_shown(corpus, tmp_path):
    done = run("train", corpus, "--output", "tib.safetensors", cwd=tmp_path)
    shown, said = (re.sub(r"[\d.,]+", "#", text).splitlines() for text in (blocks("console")[0], done.err))
    assert set(shown[:2]) <= set(said)


@pytest.mark.parametrize("command", sorted(options_by_command()), ids=" ".join)
def test_commands_have_the_options_that_are_shown(command):
    known = run(*command, "--help")
    assert known.code == 0, known.err
    assert options_by_command()[command] <= set(re.findall(r"--[a-z-]+", known.out))


def test_the_reference_is_what_the_program_says():
    assert reference.PLACE.search(TEXT)[0] == reference.reference(), "write it anew: python tests/support/reference.py"


def test_the_python_example_runs():
    [program] = blocks("python")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "ok ('S',)\n"


def test_the_scheme_example_makes_a_classifier(tmp_path):
    (tmp_path / "codes.csv").write_text(blocks("csv")[0], encoding="utf-8")
    done = run("train", "--scheme", "codes.csv", "--output", "m", cwd=tmp_path)
    assert done.code == 0, done.err
    assert run("predict", "-m", tmp_path / "m", given="Birds and insects in their habitat").out.startswith(
        "1.1\tAnimals"
    )


def test_the_default_model_is_made_from_the_shipped_corpus_by_the_command_that_is_shown(tmp_path):
    path = tmp_path / "default.safetensors"
    assert "classmark train corpus/abstracts --scheme lcc --output model/default.safetensors" in TEXT
    assert run("train", ABSTRACTS, "--scheme", "lcc", "--output", path, fresh=True).code == 0
    made, shipped = open_classifier(path), open_classifier(DEFAULT_FILE)
    abstracts = list(read_abstracts([str(ABSTRACTS / "U.jsonl")]))
    assert made.card.corpus_digest == shipped.card.corpus_digest
    same_libraries = made.card.versions == shipped.card.versions
    differences = np.abs(made.scorer.score(abstracts) - shipped.scorer.score(abstracts))
    assert differences.max() < (1e-4 if same_libraries else 0.05)
    assert DEFAULT_FILE.stat().st_size < 10_500_000

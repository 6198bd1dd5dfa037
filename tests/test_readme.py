"""What README shows is what happens."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import ABSTRACTS, run

from classmark.corpus import read_abstracts
from classmark.model import DEFAULT_FILE, open_classifier

README = Path(__file__).parents[1] / "README.md"
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
COMMANDS = sorted(
    {line for kind, block in BLOCKS if kind == "sh" for line in re.findall(r"classmark [a-z][^|>\n]*", block)}
)


def blocks(kind):
    return [block for found, block in BLOCKS if found == kind]


def test_the_first_command_prints_what_is_shown():
    sentence = re.search(r'echo "(.*?)" \| classmark predict', blocks("sh")[0])[1]
    assert run("predict", given=sentence, fresh=True).out == blocks("text")[0]


def test_explanations_are_those_that_are_shown():
    sentence = re.search(r'echo "(.*?)" \| classmark explain', README.read_text("utf-8"))[1]
    assert run("explain", "-", "--code", "U", "--top", "4", given=sentence).out == blocks("text")[1]
    assert run("explain", "--code", "U", "--top", "3").out == blocks("text")[2]


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_have_the_options_that_are_shown(command):
    words = command.split()[1:]
    name = words[:2] if words[0] in {"corpus", "model"} else words[:1]
    known = run(*name, "--help").out
    for option in re.findall(r"--[a-z-]+", command):
        assert option in known


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
    assert "classmark train corpus/abstracts --scheme lcc --output model/default.safetensors" in README.read_text(
        "utf-8"
    )
    assert run("train", ABSTRACTS, "--scheme", "lcc", "--output", path, fresh=True).code == 0
    made, shipped = open_classifier(path), open_classifier(DEFAULT_FILE)
    abstracts = list(read_abstracts([str(ABSTRACTS / "U.jsonl")]))
    assert made.card.corpus_digest == shipped.card.corpus_digest
    same_libraries = made.card.versions == shipped.card.versions
    differences = np.abs(made.scorer.score(abstracts) - shipped.scorer.score(abstracts))
    assert differences.max() < (1e-4 if same_libraries else 0.05)
    assert DEFAULT_FILE.stat().st_size < 10_500_000

"""What the pages of documentation show is what happens."""

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
from support.pages import PAGES, ROOT, anchors_of, blocks, blocks_of, prose_of, section
from support.program import ABSTRACTS, run, write_records

from classmark.corpus.input.read import read_abstracts
from classmark.model.persistence.model_file import open_classifier
from classmark.model.scoring.classifier import DEFAULT_FILE

LINES = [line for block in blocks("sh") for line in block.splitlines()]
NOT_RUN = {
    "python -m pip install": "test_release.py builds what is installed, and a test does not change what it runs in",
    "python tests/benchmarks/": "takes minutes, on records that are not in the repository",
    "classmark [a-z]+ (tib-lcc|doaj)/": "takes minutes, on records that are not in the repository",
    "python -m pytest ": "it is what runs this",
    "classmark serve": "serves until it is stopped; the tests in tests/cli/serve start it",
    "curl ": "needs the server",
    "dask ": "serves until it is stopped; test_on_cluster.py starts both",
    "classmark .* --scheduler tcp://HOST": "test_on_cluster.py does it with an address",
    "classmark train corpus/abstracts": "a test of its own below",
}
"""Lines that are not run with the others, each with its reason."""


def is_run(line):
    return not any(re.match(pattern, line) for pattern in NOT_RUN)


def options_by_command():
    """Return the options that blocks and sentences name, by the command that they go with."""
    mentioned = [found for page in PAGES for found in re.findall(r"`(classmark [a-z][^`]*)`", prose_of(page))]
    found = defaultdict(set)
    for command in [*mentioned, *re.findall(r"classmark [a-z][^|>#\n]*", "\n".join(LINES))]:
        words = command.split()[1:]
        found[tuple(words[: 1 + (words[0] in {"corpus", "model"})])] |= set(re.findall(r"--[a-z-]+", command))
    return found


@pytest.fixture
def desk(tmp_path, records, model):
    """A folder with the files that the commands name, and what a Mac's clipboard is read with."""
    for folder in ("abstracts", "papers", "corpus", "bin"):
        (tmp_path / folder).mkdir()
    for name in ("abstract.txt", "abstracts/a.txt", "papers/a.txt"):
        (tmp_path / name).write_text(records[0]["text"], encoding="utf-8")
    for name in ("corpus.jsonl", "new.jsonl", "dev.jsonl"):
        write_records(tmp_path / name, records)
    subprocess.run(["gzip", "-k", "corpus.jsonl"], cwd=tmp_path, check=True)
    (tmp_path / "corpus.jsonl.gz").rename(tmp_path / "articles.jsonl.gz")
    (tmp_path / "corpus" / "abstracts").symlink_to(ABSTRACTS)
    (tmp_path / "catalogue.mrc").write_bytes(RECORD_FILES["a.mrc"])
    (tmp_path / "own.safetensors").write_bytes(model.read_bytes())
    (tmp_path / "bin" / "pbpaste").write_text("#!/bin/sh\ncat abstract.txt\n", encoding="utf-8")
    (tmp_path / "bin" / "pbpaste").chmod(0o755)
    return tmp_path


def shell(line, folder):
    path = os.pathsep.join([str(folder / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", line],
        cwd=folder,
        env=os.environ | {"PATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page_run_in_their_order_and_print_what_is_shown(desk, page):
    printed = None
    for language, text in blocks_of(page):
        if language == "text":
            assert printed == text
        for line in text.splitlines() if language == "sh" else []:
            if is_run(line):
                done = shell(line, desk)
                assert done.returncode == 0, f"{line}\n{done.stderr}"
                printed = done.stdout
                for output in re.findall(r"(?:>|-o|--output|--report) (\S+)", line):
                    assert (desk / output).stat().st_size > 0, line


def test_each_reason_not_to_run_a_command_has_one():
    assert [pattern for pattern in NOT_RUN if not any(re.match(pattern, line) for line in LINES)] == []


def test_no_block_is_forgotten():
    """Commands and the text that they print are tested above, all others below."""
    languages = [block.language for page in PAGES for block in blocks_of(page) if block.language != "sh"]
    assert {language: languages.count(language) for language in languages} == {
        "text": 5,
        "csv": 1,
        "turtle": 1,
        "json": 1,
        "python": 1,
        "console": 1,
        "ini": 1,
        "dockerfile": 1,
        "nginx": 1,
    }


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
    assert reference.PLACE.search(PAGES["cli/README.md"])[0] == reference.reference(), (
        "write it again: python tests/support/reference.py"
    )


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


def test_the_skos_example_makes_a_classifier(tmp_path):
    (tmp_path / "codes.ttl").write_text(blocks("turtle")[0], encoding="utf-8")
    done = run("train", "--scheme", "codes.ttl", "--output", "m", cwd=tmp_path)
    assert done.code == 0, done.err
    said = run("predict", "-m", tmp_path / "m", given="Birds and insects in their habitat").out
    assert said.startswith("http://example.org/animals\tAnimals")


@pytest.mark.parametrize("page", PAGES)
def test_links_inside_the_project_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", prose_of(page)):
        path, _, anchor = target.partition("#")
        if re.match("https?:", path):
            continue
        there = (ROOT / page).parent / path if path else ROOT / page
        assert there.exists(), target
        if anchor:
            assert anchor in anchors_of(there.resolve().relative_to(ROOT).as_posix()), target


TABLES = {
    "zotero.csv": "Key,Item Type,Title,Abstract Note,Manual Tags\nK,book,{},{},\n",
    "scopus.csv": "Authors,Title,Year,Abstract,Author Keywords,EID\nRoe J.,{},2020,{},,2-s2\n",
    "excel.csv": "\ufeffid;title;abstract;codes\r\n1;{};{};\r\n",
}
RECIPES = re.findall(r"\| `classmark (predict [^`]*)` \| (.*?) \|", section("README.md", "## Recipes"))


@pytest.mark.parametrize(("command", "field"), RECIPES, ids=lambda text: text.split()[-1])
def test_the_recipes_work(tmp_path, command, field):
    arguments = command.split()
    name, output = arguments[1], arguments[-1]
    if name in TABLES:
        table = TABLES[name].format("Soils", "Wheat on saline soils in dry years")
        (tmp_path / name).write_text(table, encoding="utf-8", newline="")
    else:
        (tmp_path / name).write_bytes(RECORD_FILES[{"catalogue.mrc": "a.mrc", "doaj.tar.gz": "dump.tar.gz"}[name]])
    assert run(*arguments, cwd=tmp_path).code == 0
    if name in TABLES:
        header, line = (re.split("[,;]", line.rstrip()) for line in (tmp_path / output).read_text("utf-8").splitlines())
        assert line[header.index(field)] == "S"
    assert b"S" in (tmp_path / output).read_bytes()


def test_the_figures_of_readme_are_those_of_the_measurements():
    shown = "".join(
        section("README.md", f"## {heading}")
        for heading in ("How good it is", "How fast it is", "How many abstracts a code needs")
    )
    figures = set(re.findall(r"\d\.\d{3}|\d+,\d{3}|\d\.\d\d s|\d\d s", shown))
    assert len(figures) > 30
    assert {figure for figure in figures if figure not in PAGES["tests/benchmarks/README.md"]} == set()
    for name, right in re.findall(r"^\| (.*?) \| (0\.\d+)", PAGES["tests/benchmarks/README.md"], re.MULTILINE)[:2]:
        assert f"{float(right):.0%}".replace("%", f" of 100 {name.replace('catalogue', 'library catalogue')}") in (
            PAGES["README.md"].replace("\n  ", " ")
        )


def test_the_default_model_is_made_from_the_shipped_corpus_by_the_command_that_is_shown(tmp_path):
    path = tmp_path / "default.safetensors"
    options = ("--scheme", "lcc", "--codes-field", "subclasses", "--hand-picked")
    assert f"classmark train corpus/abstracts {' '.join(options)} --output model/default.safetensors" in LINES
    assert run("train", ABSTRACTS, *options, "--output", path, fresh=True).code == 0
    made, shipped = open_classifier(path), open_classifier(DEFAULT_FILE)
    abstracts = list(read_abstracts([str(ABSTRACTS / "U.jsonl"), str(ABSTRACTS / "de" / "U.jsonl")]))
    assert made.card.corpus_digest == shipped.card.corpus_digest
    same_libraries = made.card.versions == shipped.card.versions
    for level in (1, 2):
        found, expected = (each.at_level(level).scorer.score(abstracts) for each in (made, shipped))
        assert np.abs(found - expected).max() < (1e-4 if same_libraries else 0.05)
    assert DEFAULT_FILE.stat().st_size <= 15_000_000

"""Test that commands never overwrite a file that they read."""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pytest
import typer.main
from support.program import run, run_forked, write_records
from support.reference import commands

from classmark.cli.app import app


@dataclass(frozen=True)
class Command:
    """Parameters of a command that name files to read or to write.

    Keys are names of parameters; values are the words before the path on the command line: none for an argument.
    """

    reads: dict[str, list[str]]
    writes: dict[str, list[str]]
    rest: tuple[str, ...] = ()
    ending: str = ".jsonl"


MODEL, SCHEME, OUTPUT = {"model": ["--model"]}, {"scheme": ["--scheme"]}, {"output": ["--output"]}
CORPUS = {"corpus": []}
COMMANDS = {
    "predict": Command({"paths": [], **MODEL}, OUTPUT),
    "explain": Command({"paths": [], **MODEL}, {}),
    "train": Command({**CORPUS, **SCHEME}, OUTPUT),
    "evaluate": Command(
        {**CORPUS, **MODEL, **SCHEME, "curve": ["--curve"], "compare": ["--compare"]},
        {"report": ["--report"]},
        ending=".html",
    ),
    "codes": Command({**SCHEME, **MODEL}, {}),
    "corpus check": Command({"files": [], **SCHEME}, {}),
    "corpus stats": Command({"files": []}, {}),
    "corpus audit": Command({**CORPUS, **SCHEME}, OUTPUT),
    "corpus convert": Command({"files": []}, {"output": []}),
    "model show": Command({"file": []}, {}),
    "model export": Command({"file": []}, OUTPUT),
    "serve": Command({"models": []}, {}),
}
FIELDS = {"id_field", "title_field", "text_field", "codes_field"}
OF_SERVER = {"uri_prefix", "host", "language", "cors"}
NO_PATHS = {"split", "aim", "threshold", "encoding", "scheduler", "codes", *FIELDS, *OF_SERVER}
"""Parameters whose value is text but no path."""

NEEDED = {"corpus": ["corpus.jsonl"], "files": ["corpus.jsonl"], "paths": ["corpus.jsonl"]}
"""Paths that a command needs in addition to the two in question."""


def options() -> Iterator[tuple[str, set[str]]]:
    """Yield each command with the names of its parameters that may name a file."""
    program = typer.main.get_command(app)
    for context in commands(program.context_class(program, info_name="")):
        kinds = {param.name: param.type.name for param in context.command.params}
        named = {name for name, kind in kinds.items() if kind.split()[-1] not in {"boolean", "choice", "range"}}
        yield context.command_path.strip(), named - NO_PATHS


def test_the_table_of_paths_covers_all_commands():
    assert {name: {*command.reads, *command.writes} for name, command in COMMANDS.items()} == dict(options())


def with_streams(
    arguments: list[str], folder: Path, stdin: IO[bytes] | None = None, stdout: IO[bytes] | None = None
) -> tuple[int, str]:
    """Run the program with redirected streams, and return its exit code and standard error."""
    with Path(os.devnull).open("r+b") as nothing, tempfile.TemporaryFile() as err:
        code = run_forked(arguments, folder, ((stdin or nothing).fileno(), (stdout or nothing).fileno(), err.fileno()))
        err.seek(0)
        return code, err.read().decode()


def same_path(path: Path) -> Path:
    return path


def link(path: Path) -> Path:
    other = path.with_name(f"link{path.suffix}")
    other.symlink_to(path.name)
    return other


def hard_link(path: Path) -> Path:
    other = path.with_name(f"hard{path.suffix}")
    other.hardlink_to(path)
    return other


def arguments_without(name: str, written: str, read: str) -> tuple[list[str], str]:
    """Return the arguments of a command without the two paths in question, and the file extension of these."""
    command = COMMANDS[name]
    needed = [each for option in command.reads if option != read for each in NEEDED.get(option, [])]
    return [*name.split(), *(needed if written != "output" or name != "corpus convert" else [])], command.ending


@pytest.mark.parametrize("by", [same_path, link, hard_link])
@pytest.mark.parametrize(
    ("name", "written", "read"),
    [
        pytest.param(name, written, read, id=f"{name}-{written}-{read}")
        for name, command in COMMANDS.items()
        for written in command.writes
        for read in command.reads
    ],
)
def test_a_command_does_not_overwrite_its_input(tmp_path, corpus, name, written, read, by):
    (tmp_path / "corpus.jsonl").write_bytes(corpus.read_bytes())
    arguments, ending = arguments_without(name, written, read)
    path = tmp_path / f"read{ending}"
    path.write_bytes(corpus.read_bytes())
    command = COMMANDS[name]
    other = by(path)
    options = [*command.reads[read], path.name, *command.writes[written], other.name]
    if name == "evaluate" and read in {"scheme", "curve"}:
        options += ["--folds", "2"] if read == "scheme" else []
    done = run(*arguments, *options, cwd=tmp_path)
    assert done.code == 2, done.err
    assert done.err.count("\n") == 1
    assert "read and would be written, too; name another output" in done.err
    assert path.read_bytes() == corpus.read_bytes()
    assert other.is_symlink() == (by is link)


@pytest.mark.parametrize("name", [name for name, command in COMMANDS.items() if command.writes])
def test_the_file_on_standard_input_is_not_overwritten(tmp_path, corpus, name):
    command = COMMANDS[name]
    path = tmp_path / f"read{command.ending}"
    path.write_bytes(corpus.read_bytes())
    [before] = command.writes.values()
    first = [] if name == "model export" else ["-"]
    with path.open("rb") as stdin:
        code, stderr = with_streams([*name.split(), *first, *before, path.name], tmp_path, stdin=stdin)
    assert code == 2
    assert f"{path.name} is read and would be written, too" in stderr
    assert path.read_bytes() == corpus.read_bytes()


@pytest.mark.parametrize("name", ["predict", "corpus stats", "corpus check", "explain"])
def test_standard_output_is_not_appended_to_the_input(tmp_path, corpus, name):
    path = tmp_path / "in.jsonl"
    path.write_bytes(corpus.read_bytes())
    for read in ("in.jsonl", "."):
        with path.open("ab") as stdout:
            code, stderr = with_streams([*name.split(), read], tmp_path, stdout=stdout)
        assert code == 2
        assert "the standard output is in.jsonl, which is read" in stderr.replace("./", "")
        assert path.read_bytes() == corpus.read_bytes()


@pytest.mark.parametrize(
    "arguments",
    [
        ("corpus", "audit", "folder", "-o", "folder/doubts.csv"),
        ("train", "folder", "-o", "folder/own.model"),
        ("train", "folder", "-o", "link-to-folder/own.model"),
        ("evaluate", "corpus.jsonl", "--curve", "folder", "--report", "folder/page.html"),
        ("corpus", "convert", "folder", "folder/sub/out.csv"),
        ("corpus", "convert", "folder", "folder", "--split", "2,1"),
        ("predict", "folder", "-o", "folder/out.csv"),
        ("predict", "folder", "-o", "link-into-folder.csv"),
        ("predict", "folder", "--scheduler", "tcp://127.0.0.1:1", "-o", "folder/out"),
        ("predict", "folder", "--scheduler", "tcp://127.0.0.1:1", "-o", "folder"),
    ],
    ids=" ".join,
)
def test_output_into_an_input_folder_is_refused(tmp_path, corpus, arguments):
    (tmp_path / "corpus.jsonl").write_bytes(corpus.read_bytes())
    (tmp_path / "folder" / "sub").mkdir(parents=True)
    (tmp_path / "folder" / "in.jsonl").write_bytes(corpus.read_bytes())
    (tmp_path / "link-to-folder").symlink_to("folder")
    (tmp_path / "link-into-folder.csv").symlink_to("folder/new.csv")
    done = run(*arguments, cwd=tmp_path)
    assert done.code == 2, done.err
    assert "folder, which is read; name an output elsewhere, or it is input next time" in done.err
    assert sorted(path.name for path in (tmp_path / "folder").rglob("*")) == ["in.jsonl", "sub"]


def test_a_file_linked_from_an_input_folder_is_not_overwritten(tmp_path, corpus):
    (tmp_path / "own.jsonl").write_bytes(corpus.read_bytes())
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "in.jsonl").symlink_to("../own.jsonl")
    done = run("train", "folder", "-o", "own.jsonl", cwd=tmp_path)
    assert done.code == 2
    assert "own.jsonl is folder/in.jsonl, which is read and would be written, too" in done.err
    assert (tmp_path / "own.jsonl").read_bytes() == corpus.read_bytes()


def test_a_split_does_not_overwrite_its_input(tmp_path, records):
    for name in ("train.jsonl", "test.jsonl"):
        write_records(tmp_path / name, [record | {"author": "A"} for record in records])
        before = (tmp_path / name).read_bytes()
        done = run("corpus", "convert", name, ".", "--split", "80,20", cwd=tmp_path)
        assert done.code == 2
        assert f"{name} is read and would be written, too" in done.err
        assert (tmp_path / name).read_bytes() == before

"""What is read is never written over, whatever the command, and nothing is written through what others laid."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pytest
import typer.main
from support.program import forked, run, write_records
from support.reference import commands

from classmark.cli.app import app
from classmark.corpus.output.atomic import replacing
from classmark.corpus.output.part_files import open_temporary


@dataclass(frozen=True)
class Command:
    """What a command reads and writes: how each is named on the command line, by the option's name in the program.

    A value is what comes before the path: nothing for an argument.
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
}
NO_PATHS = {"split", "aim", "title_field", "text_field", "codes_field", "scheduler", "codes"}
"""Options with a text that is no path."""

NEEDED = {"corpus": ["corpus.jsonl"], "files": ["corpus.jsonl"], "paths": ["corpus.jsonl"]}
"""What a command needs beside the path that is tried."""


def options() -> Iterator[tuple[str, set[str]]]:
    """Give the names of each command's options that may name a file."""
    program = typer.main.get_command(app)
    for context in commands(program.context_class(program, info_name="")):
        kinds = {param.name: param.type.name for param in context.command.params}
        named = {name for name, kind in kinds.items() if kind.split()[-1] not in {"boolean", "choice", "range"}}
        yield context.command_path.strip(), named - NO_PATHS


def test_the_table_of_what_commands_read_and_write_is_whole():
    assert {name: {*command.reads, *command.writes} for name, command in COMMANDS.items()} == dict(options())


def with_streams(
    arguments: list[str], folder: Path, stdin: IO[bytes] | None = None, stdout: IO[bytes] | None = None
) -> tuple[int, str]:
    """Run the program with redirected streams, and return its exit code and what it said."""
    with Path(os.devnull).open("r+b") as nothing, tempfile.TemporaryFile() as err:
        code = forked(arguments, folder, ((stdin or nothing).fileno(), (stdout or nothing).fileno(), err.fileno()))
        err.seek(0)
        return code, err.read().decode()


def itself(path: Path) -> Path:
    return path


def link(path: Path) -> Path:
    other = path.with_name(f"link{path.suffix}")
    other.symlink_to(path.name)
    return other


def hard_link(path: Path) -> Path:
    other = path.with_name(f"hard{path.suffix}")
    other.hardlink_to(path)
    return other


def over(name: str, written: str, read: str) -> tuple[list[str], str]:
    """Return the arguments of a command but for the two paths in question, and the ending that they have."""
    command = COMMANDS[name]
    needed = [each for option in command.reads if option != read for each in NEEDED.get(option, [])]
    return [*name.split(), *(needed if written != "output" or name != "corpus convert" else [])], command.ending


@pytest.mark.parametrize("by", [itself, link, hard_link])
@pytest.mark.parametrize(
    ("name", "written", "read"),
    [
        pytest.param(name, written, read, id=f"{name}-{written}-{read}")
        for name, command in COMMANDS.items()
        for written in command.writes
        for read in command.reads
    ],
)
def test_what_a_command_reads_it_does_not_write_over(tmp_path, corpus, name, written, read, by):
    (tmp_path / "corpus.jsonl").write_bytes(corpus.read_bytes())
    arguments, ending = over(name, written, read)
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
def test_the_file_of_the_standard_input_is_not_written_over(tmp_path, corpus, name):
    command = COMMANDS[name]
    path = tmp_path / f"read{command.ending}"
    path.write_bytes(corpus.read_bytes())
    [before] = command.writes.values()
    first = [] if name == "model export" else ["-"]
    with path.open("rb") as stdin:
        code, said = with_streams([*name.split(), *first, *before, path.name], tmp_path, stdin=stdin)
    assert code == 2
    assert f"{path.name} is read and would be written, too" in said
    assert path.read_bytes() == corpus.read_bytes()


@pytest.mark.parametrize("name", ["predict", "corpus stats", "corpus check", "explain"])
def test_the_standard_output_is_not_added_to_what_is_read(tmp_path, corpus, name):
    path = tmp_path / "in.jsonl"
    path.write_bytes(corpus.read_bytes())
    for read in ("in.jsonl", "."):
        with path.open("ab") as stdout:
            code, said = with_streams([*name.split(), read], tmp_path, stdout=stdout)
        assert code == 2
        assert "the standard output is in.jsonl, which is read" in said.replace("./", "")
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
def test_no_output_goes_where_the_next_run_would_read_it(tmp_path, corpus, arguments):
    (tmp_path / "corpus.jsonl").write_bytes(corpus.read_bytes())
    (tmp_path / "folder" / "sub").mkdir(parents=True)
    (tmp_path / "folder" / "in.jsonl").write_bytes(corpus.read_bytes())
    (tmp_path / "link-to-folder").symlink_to("folder")
    (tmp_path / "link-into-folder.csv").symlink_to("folder/new.csv")
    done = run(*arguments, cwd=tmp_path)
    assert done.code == 2, done.err
    assert "folder, which is read; name an output elsewhere, or it is input next time" in done.err
    assert sorted(path.name for path in (tmp_path / "folder").rglob("*")) == ["in.jsonl", "sub"]


def test_a_file_that_a_folder_has_a_link_to_is_not_written_over(tmp_path, corpus):
    (tmp_path / "own.jsonl").write_bytes(corpus.read_bytes())
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "in.jsonl").symlink_to("../own.jsonl")
    done = run("train", "folder", "-o", "own.jsonl", cwd=tmp_path)
    assert done.code == 2
    assert "own.jsonl is folder/in.jsonl, which is read and would be written, too" in done.err
    assert (tmp_path / "own.jsonl").read_bytes() == corpus.read_bytes()


def test_a_split_does_not_take_the_place_of_what_is_split(tmp_path, records):
    for name in ("train.jsonl", "test.jsonl"):
        write_records(tmp_path / name, [record | {"author": "A"} for record in records])
        before = (tmp_path / name).read_bytes()
        done = run("corpus", "convert", name, ".", "--split", "80,20", cwd=tmp_path)
        assert done.code == 2
        assert f"{name} is read and would be written, too" in done.err
        assert (tmp_path / name).read_bytes() == before


def test_links_beside_the_input_are_replaced_and_not_followed(tmp_path, model):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "paper.txt").write_text("soil and wheat", encoding="utf-8")
    (tmp_path / "keys").write_text("precious", encoding="utf-8")
    (tmp_path / "in" / "paper.codes.txt").symlink_to("../keys")
    done = run("predict", "in", "--beside", "--model", model, cwd=tmp_path)
    assert done.code == 0, done.err
    assert (tmp_path / "keys").read_text("utf-8") == "precious"
    assert not (tmp_path / "in" / "paper.codes.txt").is_symlink()
    assert (tmp_path / "in" / "paper.codes.txt").stat().st_mode & 0o133 == 0
    assert (tmp_path / "in" / "paper.codes.txt").read_text("utf-8").startswith("S\t")


def test_links_in_the_place_of_parts_are_replaced_and_not_followed(tmp_path, corpus):
    (tmp_path / "parts").mkdir()
    (tmp_path / "keys").write_text("precious", encoding="utf-8")
    (tmp_path / "parts" / "train.jsonl").symlink_to("../keys")
    os.mkfifo(tmp_path / "parts" / "test.jsonl")
    done = run("corpus", "convert", corpus, "parts", "--split", "80,20", cwd=tmp_path)
    assert done.code == 0, done.err
    assert (tmp_path / "keys").read_text("utf-8") == "precious"
    assert all(path.is_file() and not path.is_symlink() for path in (tmp_path / "parts").iterdir())


def test_a_link_that_is_named_stays_one(tmp_path, corpus):
    (tmp_path / "out.csv").symlink_to("real.csv")
    assert run("corpus", "convert", corpus, "out.csv", cwd=tmp_path).code == 0
    assert (tmp_path / "out.csv").is_symlink()
    assert (tmp_path / "real.csv").read_bytes().startswith(b"id,")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")
def test_a_link_that_another_user_laid_in_an_open_folder_is_refused(tmp_path, corpus):
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o1777)
    (tmp_path / "keys").write_text("precious", encoding="utf-8")
    (tmp_path / "shared" / "out.csv").symlink_to("../keys")
    os.chown(tmp_path / "shared" / "out.csv", 12345, 12345, follow_symlinks=False)
    done = run("corpus", "convert", corpus, "shared/out.csv", cwd=tmp_path)
    assert done.code == 2
    assert "shared/out.csv leads through a link that another user laid; name the file itself" in done.err
    assert (tmp_path / "keys").read_text("utf-8") == "precious"


def lay_link(path: Path) -> None:
    path.with_name("keys").write_text("precious", encoding="utf-8")
    path.symlink_to("keys")


def lay_hard_link(path: Path) -> None:
    path.with_name("keys").write_text("precious", encoding="utf-8")
    path.hardlink_to(path.with_name("keys"))


def lay_own_file(path: Path) -> None:
    path.write_text("precious", encoding="utf-8")


def lay_private_file(path: Path) -> None:
    lay_own_file(path)
    path.chmod(0o600)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


OUTPUTS = {
    "predict": ["predict", "in.jsonl", "-o", "out.jsonl"],
    "keep": ["predict", "in.jsonl", "--keep", "-o", "out.jsonl"],
    "convert": ["corpus", "convert", "in.jsonl", "out.jsonl"],
}


@pytest.mark.parametrize("lay", [lay_link, lay_hard_link, lay_own_file, lay_private_file, os.mkfifo, os.mkdir])
@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("predict", ".out.jsonl.part"),
        ("predict", ".out.jsonl.journal"),
        ("predict", ".out.jsonl.journal.new"),
        ("keep", ".out.jsonl.part"),
        ("convert", ".out.jsonl.part"),
    ],
)
def test_what_others_laid_under_our_names_is_named_and_left_alone(tmp_path, corpus, command, name, lay):
    (tmp_path / "in.jsonl").write_bytes(corpus.read_bytes())
    lay(tmp_path / name)
    before = contents(tmp_path)
    done = run(*OUTPUTS[command], cwd=tmp_path)
    assert done.code == 2, done.err
    assert f"{name} is in the way" in done.err
    assert contents(tmp_path) == before
    assert os.path.lexists(tmp_path / name)


def test_what_a_killed_run_left_is_known_and_written_over(tmp_path):
    with open_temporary(tmp_path / ".out.part", tmp_path / "out") as stream:
        stream.write(b"half")
    with replacing(tmp_path / "out") as stream:
        stream.write(b"new")
    assert contents(tmp_path) == {"out": b"new"}


def test_what_is_written_has_the_usual_mode(tmp_path):
    (tmp_path / "old").write_bytes(b"old")
    (tmp_path / "old").chmod(0o640)
    umask = os.umask(0o027)
    for name in ("old", "new"):
        with replacing(tmp_path / name) as stream:
            stream.write(b"new")
    os.umask(umask)
    assert [(tmp_path / name).stat().st_mode & 0o7777 for name in ("old", "new")] == [0o640, 0o640]


def test_names_that_leave_no_room_for_ours_are_written(tmp_path, corpus):
    for name in ("x" * 250 + ".csv", "y" * 250 + ".txt"):
        done = run("predict", corpus, "-o", name, cwd=tmp_path)
        assert done.code == 0, done.err
        assert [path.name for path in tmp_path.iterdir()] == [name]
        (tmp_path / name).unlink()


def test_a_name_that_is_too_long_is_named(tmp_path, corpus):
    done = run("corpus", "convert", corpus, "x" * 256 + ".csv", cwd=tmp_path)
    assert done.code == 2
    assert ".csv can't be written: File name too long" in done.err


def test_a_name_too_long_for_codes_beside_it_does_not_stop_the_others(tmp_path, model):
    for name in ("a", "b" + "x" * 249, "c"):
        (tmp_path / f"{name}.txt").write_text("soil", encoding="utf-8")
    done = run("predict", ".", "--beside", "--model", model, cwd=tmp_path)
    assert done.code == 1
    assert "xxx.codes.txt can't be written: File name too long" in done.err
    assert "2 files written beside those that were read" in done.err
    assert (tmp_path / "a.codes.txt").exists()
    assert (tmp_path / "c.codes.txt").exists()


def test_a_file_in_the_way_beside_the_input_does_not_stop_the_others(tmp_path, model):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("soil", encoding="utf-8")
    (tmp_path / ".a.codes.txt.part").write_text("precious", encoding="utf-8")
    done = run("predict", ".", "--beside", "--model", model, cwd=tmp_path)
    assert done.code == 1
    assert ".a.codes.txt.part is in the way" in done.err
    assert (tmp_path / "b.codes.txt").exists()


@pytest.mark.parametrize("name", ["out.parquet", "out.jsonl", "out.csv", "out.tsv", "out.txt"])
def test_names_that_are_no_unicode_are_written_with_escapes(tmp_path, model, name):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("soil", encoding="utf-8")
    Path(os.fsdecode(os.fsencode(tmp_path / "in") + b"/b\xff.txt")).write_text("soil", encoding="utf-8")
    done = run("predict", "in", "--model", model, "-o", name, cwd=tmp_path)
    assert done.code == 0, done.err
    assert rb"b\udcff.txt" in (tmp_path / name).read_bytes().replace(b"\\\\", b"\\")


def test_a_folder_whose_path_is_too_long_is_named(tmp_path, model):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("soil", encoding="utf-8")
    here = os.open(tmp_path / "in", os.O_RDONLY)
    for _ in range(20):
        os.mkdir("x" * 250, dir_fd=here)
        below = os.open("x" * 250, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    done = run("predict", "in", "--model", model, cwd=tmp_path)
    subprocess.run(["rm", "-rf", tmp_path / "in"], check=True)
    assert done.code == 1
    assert "xxx: " in done.err
    assert "File name too long" in done.err

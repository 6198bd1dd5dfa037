"""Test that links and files of others are not followed or changed."""

import os
from pathlib import Path

import pytest
from support.program import run


def test_beside_replaces_links_instead_of_following_them(tmp_path, model):
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


def test_a_split_replaces_links_instead_of_following_them(tmp_path, corpus):
    (tmp_path / "parts").mkdir()
    (tmp_path / "keys").write_text("precious", encoding="utf-8")
    (tmp_path / "parts" / "train.jsonl").symlink_to("../keys")
    os.mkfifo(tmp_path / "parts" / "test.jsonl")
    done = run("corpus", "convert", corpus, "parts", "--split", "80,20", cwd=tmp_path)
    assert done.code == 0, done.err
    assert (tmp_path / "keys").read_text("utf-8") == "precious"
    assert all(path.is_file() and not path.is_symlink() for path in (tmp_path / "parts").iterdir())


def test_an_output_that_is_a_link_stays_a_link(tmp_path, corpus):
    (tmp_path / "out.csv").symlink_to("real.csv")
    assert run("corpus", "convert", corpus, "out.csv", cwd=tmp_path).code == 0
    assert (tmp_path / "out.csv").is_symlink()
    assert (tmp_path / "real.csv").read_bytes().startswith(b"id,")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")
def test_a_link_of_another_user_in_a_shared_folder_is_refused(tmp_path, corpus):
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o1777)
    (tmp_path / "keys").write_text("precious", encoding="utf-8")
    (tmp_path / "shared" / "out.csv").symlink_to("../keys")
    os.chown(tmp_path / "shared" / "out.csv", 12345, 12345, follow_symlinks=False)
    done = run("corpus", "convert", corpus, "shared/out.csv", cwd=tmp_path)
    assert done.code == 2
    assert "shared/out.csv leads through a link that another user made; name the file itself" in done.err
    assert (tmp_path / "keys").read_text("utf-8") == "precious"


def make_link(path: Path) -> None:
    path.with_name("keys").write_text("precious", encoding="utf-8")
    path.symlink_to("keys")


def make_hard_link(path: Path) -> None:
    path.with_name("keys").write_text("precious", encoding="utf-8")
    path.hardlink_to(path.with_name("keys"))


def make_file(path: Path) -> None:
    path.write_text("precious", encoding="utf-8")


def make_private_file(path: Path) -> None:
    make_file(path)
    path.chmod(0o600)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


OUTPUTS = {
    "predict": ["predict", "in.jsonl", "-o", "out.jsonl"],
    "keep": ["predict", "in.jsonl", "--keep", "-o", "out.jsonl"],
    "convert": ["corpus", "convert", "in.jsonl", "out.jsonl"],
}


@pytest.mark.parametrize("make", [make_link, make_hard_link, make_file, make_private_file, os.mkfifo, os.mkdir])
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
def test_foreign_files_under_the_names_of_temporary_files_are_reported_and_kept(tmp_path, corpus, command, name, make):
    (tmp_path / "in.jsonl").write_bytes(corpus.read_bytes())
    make(tmp_path / name)
    before = contents(tmp_path)
    done = run(*OUTPUTS[command], cwd=tmp_path)
    assert done.code == 2, done.err
    assert f"{name} is in the way" in done.err
    assert contents(tmp_path) == before
    assert os.path.lexists(tmp_path / name)


def test_beside_continues_after_a_file_in_the_way(tmp_path, model):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("soil", encoding="utf-8")
    (tmp_path / ".a.codes.txt.part").write_text("precious", encoding="utf-8")
    done = run("predict", ".", "--beside", "--model", model, cwd=tmp_path)
    assert done.code == 1
    assert ".a.codes.txt.part is in the way" in done.err
    assert (tmp_path / "b.codes.txt").exists()

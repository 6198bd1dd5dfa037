"""Test that files are replaced in one step."""

import os
from pathlib import Path

from classmark.corpus.output.atomic import open_temporary, replacing


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_a_temporary_file_of_a_killed_run_is_overwritten(tmp_path):
    with open_temporary(tmp_path / ".out.part", tmp_path / "out") as stream:
        stream.write(b"half")
    with replacing(tmp_path / "out") as stream:
        stream.write(b"new")
    assert contents(tmp_path) == {"out": b"new"}


def test_a_replaced_file_has_the_usual_mode(tmp_path):
    (tmp_path / "old").write_bytes(b"old")
    (tmp_path / "old").chmod(0o640)
    umask = os.umask(0o027)
    for name in ("old", "new"):
        with replacing(tmp_path / name) as stream:
            stream.write(b"new")
    os.umask(umask)
    assert [(tmp_path / name).stat().st_mode & 0o7777 for name in ("old", "new")] == [0o640, 0o640]

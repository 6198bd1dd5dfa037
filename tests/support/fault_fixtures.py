"""Provide input for several batches, and a folder with input and old output."""

import shutil

import pytest

from support.program import write_records


@pytest.fixture(scope="session")
def several_batches(records, tmp_path_factory):
    """Return records for several batches."""
    return write_records(tmp_path_factory.mktemp("many") / "many.jsonl", records * 80)


@pytest.fixture
def fault_folder(tmp_path, corpus, several_batches, model):
    """Return a folder with input and old output files."""
    for path in (corpus, several_batches, model):
        shutil.copy(path, tmp_path)
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text("soil and wheat", encoding="utf-8")
    for name in ("out.jsonl", "out.ris", "own.model", "texts/a.codes.txt", "report.html"):
        (tmp_path / name).write_text("old", encoding="utf-8")
    return tmp_path

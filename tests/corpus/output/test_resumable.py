"""Test outputs that a stopped run leaves and the next run continues."""

import os

import pytest

from classmark.corpus.errors import UsageError
from classmark.corpus.output.resumable import ResumableOutput


def growing(path, *, resume=False, model="m"):
    return ResumableOutput(path, {"model": model}, resume=resume)


def stopped(path, noted="one\n", lost="two"):
    """Write, record a checkpoint, write more, and stop."""
    out = growing(path)
    out.write(noted)
    out.checkpoint(1, {})
    out.write(lost)
    out.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)


def test_output_after_the_last_checkpoint_is_written_again(tmp_path):
    path = tmp_path / "out"
    stopped(path)
    with growing(path, resume=True) as out:
        assert out.progress.records == 1
        out.write("2\n")
    assert path.read_text("utf-8") == "one\n2\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_run_keeps_the_old_file_until_it_is_complete(tmp_path):
    path = tmp_path / "out"
    path.write_text("old", encoding="utf-8")
    stopped(path)
    assert path.read_text("utf-8") == "old"
    with growing(path) as out:
        out.write("new")
        assert path.read_text("utf-8") == "old"
    assert path.read_text("utf-8") == "new"


def spoil_journal(folder):
    (folder / ".out.journal").write_text("{", encoding="utf-8")


def cut_part(folder):
    os.truncate(folder / ".out.part", 1)


@pytest.mark.parametrize(
    ("spoil", "model", "message"),
    [
        (lambda folder: None, "other", "had another model"),
        (spoil_journal, "m", "is damaged, or another version's; start over with --no-resume"),
        (cut_part, "m", "is shorter than its checkpoint says; start over with --no-resume"),
    ],
    ids=["changed", "damaged", "cut"],
)
def test_a_run_that_cannot_be_resumed_is_refused(tmp_path, spoil, model, message):
    stopped(tmp_path / "out")
    spoil(tmp_path)
    with pytest.raises(UsageError, match=message):
        growing(tmp_path / "out", resume=True, model=model)


def test_two_runs_do_not_write_one_output(tmp_path):
    with growing(tmp_path / "out"), pytest.raises(UsageError, match="another run is writing"):
        growing(tmp_path / "out")


def test_an_output_that_another_run_has_just_finished_is_kept(tmp_path, monkeypatch):
    finish = growing(tmp_path / "out")
    finish.write("first")
    opened = os.open

    def opened_just_before_it_is_finished(path, flags, *args):
        if flags & os.O_EXCL:
            return opened(path, flags, *args)
        monkeypatch.setattr(os, "open", opened)
        descriptor = opened(path, flags, *args)
        finish.__exit__(None, None, None)
        return descriptor

    monkeypatch.setattr(os, "open", opened_just_before_it_is_finished)
    with growing(tmp_path / "out") as out:
        assert (tmp_path / "out").read_text("utf-8") == "first"
        out.write("second")
    assert (tmp_path / "out").read_text("utf-8") == "second"

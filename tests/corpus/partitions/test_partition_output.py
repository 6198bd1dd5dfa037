"""Test the output folder of a cluster: finished partitions are kept, and checked before they are trusted."""

import json
from pathlib import Path

import pytest

from classmark.corpus.errors import UsageError
from classmark.corpus.partitions.output import PartitionedOutput
from classmark.corpus.partitions.partition import FileRange, Partition
from classmark.corpus.partitions.result import PartitionResult

PURPOSE = {"model": "m", "input": "i"}
PARTS = [
    Partition(number, (FileRange(f"{number}.txt", f"/{number}.txt", "", 9),), "auto", False) for number in range(2)
]
LINES = [b"one\n", b"two\n"]


@pytest.fixture
def target(tmp_path):
    """Return the output folder of a cluster with two finished partitions."""
    target = PartitionedOutput(str(tmp_path / "out"), "jsonl")
    target.begin(PURPOSE, PARTS)
    for part in PARTS:
        written = target.write(part, LINES)
        target.checkpoint(part, labelled(part, written))
    return target


def labelled(part, written):
    return PartitionResult(part.number, written.size, written.lines, written.value, 2, {"statuses": {"ok": 2}})


def test_finished_partitions_are_known_with_their_counts(target):
    assert target.progress(PURPOSE, PARTS).keys() == {0, 1}
    target.finish(PURPOSE, PARTS, target.progress(PURPOSE, PARTS), {"statuses": {"ok": 4}})
    assert target.is_complete(PURPOSE)
    assert target.complete(PURPOSE, PARTS)["records"] == 4
    assert sorted(path.name for path in Path(target.path).iterdir()) == [
        "manifest.json",
        "part-00000.jsonl",
        "part-00001.jsonl",
    ]


@pytest.mark.parametrize("text", ["5", "null", "{}", "[]", "\xff", "[" * 100_000, '{"number": 0}'])
def test_a_partition_with_a_damaged_checkpoint_is_done_again(target, text):
    Path(target.path, ".part-00000.done").write_text(text, encoding="latin-1")
    assert target.progress(PURPOSE, PARTS).keys() == {1}


@pytest.mark.parametrize("data", [b"one\nxxx\n", b"one\n", b""])
def test_a_partition_that_differs_from_its_checkpoint_is_done_again(target, data):
    Path(target.path, "part-00000.jsonl").write_bytes(data)
    assert target.progress(PURPOSE, PARTS).keys() == {1}


@pytest.mark.parametrize("name", ["plan.json", "manifest.json"])
@pytest.mark.parametrize("text", ["5", "null", "{}", '{"purpose": 1}', "", "[" * 100_000])
def test_a_damaged_plan_or_manifest_is_refused(target, name, text):
    Path(target.path, name).write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=f"{name} in .* is damaged"):
        target.is_complete(PURPOSE) or target.check(PURPOSE, resume=True)


def without_parts(values):
    values["parts"] = []


def another_file(values):
    piece = values["parts"][0].get("pieces", [{}])[0]
    piece |= {"path": "/etc/passwd"}
    values["parts"][0].get("sources", [{}])[0]["source"] = "/etc/passwd"


@pytest.mark.parametrize("spoil", [without_parts, another_file])
@pytest.mark.parametrize("name", ["plan.json", "manifest.json"])
def test_a_plan_or_manifest_of_other_partitions_is_refused(target, name, spoil):
    if name == "manifest.json":
        target.finish(PURPOSE, PARTS, target.progress(PURPOSE, PARTS), {"statuses": {"ok": 4}})
    path = Path(target.path, name)
    values = json.loads(path.read_text("utf-8"))
    spoil(values)
    path.write_text(json.dumps(values), encoding="utf-8")
    with pytest.raises(UsageError, match=f"{name} in .* is damaged, or not of this input"):
        target.complete(PURPOSE, PARTS) if name == "manifest.json" else target.progress(PURPOSE, PARTS)


def test_a_complete_output_with_a_changed_partition_is_refused(target):
    target.finish(PURPOSE, PARTS, target.progress(PURPOSE, PARTS), {"statuses": {"ok": 4}})
    Path(target.path, "part-00001.jsonl").write_bytes(b"one\nxxx\n")
    with pytest.raises(UsageError, match=r"part-00001.jsonl in .* is not what manifest.json says"):
        target.complete(PURPOSE, PARTS)


def test_links_among_partitions_are_replaced_instead_of_followed(target, tmp_path):
    (tmp_path / "keys").write_text("precious", encoding="utf-8")
    place = Path(target.path, "part-00000.jsonl")
    place.unlink()
    place.symlink_to(tmp_path / "keys")
    target.write(PARTS[0], LINES)
    assert (tmp_path / "keys").read_text("utf-8") == "precious"
    assert place.read_bytes() == b"one\ntwo\n"
    assert not place.is_symlink()

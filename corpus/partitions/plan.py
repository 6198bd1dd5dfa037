"""The plan of an unfinished run on a cluster and the manifest of a complete one, as plain values for JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from classmark.corpus.output.checkpoint import RunFingerprint

from .partition import FileRange, Partition
from .result import PartitionResult

MANIFEST, PLAN = "manifest.json", "plan.json"
_COUNTS = ("records", "size", "lines", "digest")


def file_name(partition: Partition, ending: str) -> str:
    """Return the name of the file that holds a partition's predictions."""
    return f"part-{partition.number:05d}.{ending}"


def checkpoint_name(partition: Partition) -> str:
    """Return the name of the file that says that a partition is done."""
    return f".part-{partition.number:05d}.done"


def plan_of(fingerprint: RunFingerprint, partitions: list[Partition]) -> dict[str, Any]:
    """Return the plan of a run: what it is for, and its partitions."""
    return {"purpose": fingerprint, "parts": [_plain_partition(partition) for partition in partitions]}


def manifest_of(
    fingerprint: RunFingerprint,
    partitions: list[Partition],
    results: Mapping[int, PartitionResult],
    total: dict[str, Any],
    ending: str,
) -> dict[str, Any]:
    """Return the manifest of a complete run.

    Parameters
    ----------
    results
        By the partition's number.
    total
        The summary of all predictions, as plain values.
    ending
        Of the names of the files with predictions.
    """
    entries, first_record = [], 1
    for partition in partitions:
        result = results[partition.number]
        entries.append(_manifest_entry(partition, result, first_record, ending))
        first_record += result.records
    return {"purpose": fingerprint, "records": first_record - 1, **total, "parts": entries}


def results_in(manifest: Mapping[str, Any], partitions: list[Partition]) -> dict[int, PartitionResult]:
    """Return the partitions' results, by number, as a manifest has them.

    Raises
    ------
    KeyError, TypeError, ValueError
        The manifest was not made by `manifest_of` for these partitions.
    """
    pairs = zip(partitions, manifest["parts"], strict=True)
    return {partition.number: _result_in(entry, partition.number) for partition, entry in pairs}


def total_in(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return the summary of all predictions, as a manifest has it."""
    return {name: manifest[name] for name in manifest.keys() - {"purpose", "records", "parts"}}


def to_json(values: Mapping[str, Any]) -> bytes:
    """Return values as the bytes of a JSON file."""
    return (json.dumps(values, indent=1) + "\n").encode()


def as_in_json(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as they are read back from JSON, with lists for tuples."""
    return dict(json.loads(to_json(values)))


def _plain_partition(partition: Partition) -> dict[str, Any]:
    return {
        "number": partition.number,
        "pieces": [_plain_range(each) for each in partition.ranges],
        "input_format": partition.input_format,
        "is_one": partition.is_one_file,
    }


def _plain_range(each: FileRange) -> dict[str, Any]:
    return {
        "name": each.name,
        "path": each.path,
        "relative": each.within,
        "size": each.size,
        "start": each.start,
        "end": each.end,
        "line": each.line,
    }


def _manifest_entry(partition: Partition, result: PartitionResult, first_record: int, ending: str) -> dict[str, Any]:
    sources = [{"source": each.name, "start": each.start, "end": each.last} for each in partition.ranges]
    counts = {name: getattr(result, name) for name in _COUNTS}
    name = file_name(partition, ending)
    return {"file": name, "sources": sources, "first_record": first_record, **counts, **result.summary}


def _result_in(entry: Mapping[str, Any], number: int) -> PartitionResult:
    counts = {name: entry[name] for name in _COUNTS}
    summary = {name: entry[name] for name in entry.keys() - counts.keys() - {"file", "sources", "first_record"}}
    return PartitionResult.read({"number": number, **counts, "tally": summary})

"""Fill an output folder with predictions, partition by partition, and write a manifest once it is complete.

Until then a plan says which partitions there are, and beside the predictions of each one a checkpoint says what they
consist of. A run that was stopped continues with the partitions that have no checkpoint.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from classmark.corpus.errors import UsageError
from classmark.corpus.output.checkpoint import RunFingerprint, first_difference
from classmark.corpus.output.digest import Digest

from .folder import Folder, open_folder
from .partition import Partition
from .plan import (
    MANIFEST,
    PLAN,
    as_in_json,
    checkpoint_name,
    file_name,
    manifest_of,
    plan_of,
    results_in,
    to_json,
    total_in,
)
from .result import PartitionResult

_WITH_HEADER = {"csv", "tsv"}
_ANOTHER_FOLDER = "name another folder for the output"


class PartitionedOutput(Struct, frozen=True):
    """An output folder.

    Parameters
    ----------
    path
        A path or URL.
    ending
        Of the names of the files with predictions.
    """

    path: str
    ending: str

    @property
    def folder(self) -> Folder:
        """The folder itself."""
        return open_folder(self.path)

    def write(self, partition: Partition, lines: Iterable[bytes]) -> Digest:
        """Write a partition's predictions, in one step; return the digest of their bytes."""
        digest = Digest()
        self.folder.write(self._name(partition), digest.passing(lines))
        return digest

    def checkpoint(self, partition: Partition, result: PartitionResult) -> None:
        """Write down that a partition is done."""
        self.folder.write(checkpoint_name(partition), [to_json(result.plain)])

    def has(self, partition: Partition, result: PartitionResult) -> bool:
        """Return whether this machine sees a partition's predictions, by their size."""
        return self.folder.size(self._name(partition)) == result.size

    def is_complete(self, fingerprint: RunFingerprint) -> bool:
        """Return whether the folder has a manifest.

        Raises
        ------
        UsageError
            The manifest has another fingerprint, or is damaged.
        """
        if MANIFEST not in self.folder.names():
            return False
        self._check_same(MANIFEST, fingerprint, f"the output in {self.path} is complete and")
        return True

    def complete(self, fingerprint: RunFingerprint, partitions: list[Partition]) -> dict[str, Any]:
        """Return the manifest, after checking all that it says.

        Parameters
        ----------
        partitions
            Of the input; the manifest must have the same.

        Raises
        ------
        UsageError
            The manifest is damaged or of another input, or a file differs from what it says.
        """
        manifest = self._read(MANIFEST)
        try:
            results = results_in(manifest, partitions)
            wanted = manifest_of(fingerprint, partitions, results, total_in(manifest), self.ending)
            is_sound = manifest == as_in_json(wanted)
        except (KeyError, TypeError, ValueError) as error:
            raise self.damaged(MANIFEST) from error
        if not is_sound:
            raise self.damaged(MANIFEST)
        for partition in partitions:
            if not self._holds(partition, results[partition.number]):
                name = self._name(partition)
                raise UsageError(f"{name} in {self.path} is not what {MANIFEST} says; {_ANOTHER_FOLDER}")
        self._tidy()  # a run may have been stopped just before it did so
        return manifest

    def begin(self, fingerprint: RunFingerprint, partitions: list[Partition]) -> None:
        """Write the plan."""
        self.folder.write(PLAN, [to_json(plan_of(fingerprint, partitions))])

    @property
    def has_earlier_run(self) -> bool:
        """Whether the folder holds a run that was stopped."""
        return PLAN in self.folder.names()

    def check(self, fingerprint: RunFingerprint, *, resume: bool) -> None:
        """Raise unless a run can begin here or, with ``resume``, continue.

        Raises
        ------
        UsageError
            The folder is not empty; or the plan of the earlier run is missing or damaged, or has another fingerprint.
        """
        if resume:
            self._check_same(PLAN, fingerprint, f"the earlier run in {self.path}")
        elif self.has_earlier_run:
            raise UsageError(
                f"{self.path} holds a run that was stopped; continue with --resume, or name another folder"
            )
        elif self.folder.names():
            raise UsageError(f"{self.path} is not empty; name a new folder for the output")

    def progress(self, fingerprint: RunFingerprint, partitions: list[Partition]) -> dict[int, PartitionResult]:
        """Return the results of the partitions that are done, by number.

        A partition whose checkpoint is damaged, or whose predictions differ from what it says, is not done.

        Parameters
        ----------
        partitions
            Of the input; the plan must have the same.

        Raises
        ------
        UsageError
            The plan has other partitions.
        """
        if self._read(PLAN) != as_in_json(plan_of(fingerprint, partitions)):
            raise self.damaged(PLAN)
        names = self.folder.names()
        with_checkpoint = [partition for partition in partitions if checkpoint_name(partition) in names]
        found = {partition.number: self._checkpointed(partition) for partition in with_checkpoint}
        return {number: result for number, result in found.items() if result is not None}

    def finish(
        self,
        fingerprint: RunFingerprint,
        partitions: list[Partition],
        results: Mapping[int, PartitionResult],
        total: dict[str, Any],
    ) -> None:
        """Write the manifest, and remove what only an unfinished run needs; see `manifest_of`."""
        manifest = manifest_of(fingerprint, partitions, results, total, self.ending)
        self.folder.write(MANIFEST, [to_json(manifest)])
        self._tidy()

    def damaged(self, name: str) -> UsageError:
        """Return the error to raise if a plan or manifest contradicts itself or the input."""
        return UsageError(f"{name} in {self.path} is damaged, or not of this input; {_ANOTHER_FOLDER}")

    def _name(self, partition: Partition) -> str:
        return file_name(partition, self.ending)

    def _holds(self, partition: Partition, result: PartitionResult) -> bool:
        """Return whether a partition's predictions are what was written: every byte, and a line per record."""
        lines = result.records + 1 if self.ending in _WITH_HEADER else result.records
        if result.number != partition.number or result.lines != lines:
            return False
        if not self.has(partition, result):
            return False
        found = self.folder.digest(self._name(partition))
        return (found.size, found.lines, found.value) == (result.size, result.lines, result.digest)

    def _checkpointed(self, partition: Partition) -> PartitionResult | None:
        try:
            result = PartitionResult.read(self._read(checkpoint_name(partition)))
        except (UsageError, ValueError):
            return None
        return result if self._holds(partition, result) else None

    def _tidy(self) -> None:
        """Remove what only an unfinished run needs."""
        folder = self.folder
        for name in folder.names():
            if name == PLAN or name.startswith((".part-", f".{PLAN}.", f".{MANIFEST}.")):
                folder.remove(name)

    def _read(self, name: str) -> dict[str, Any]:
        try:
            values = json.loads(self.folder.read(name))
        except (ValueError, RecursionError) as error:
            raise self.damaged(name) from error
        if not isinstance(values, dict):
            raise self.damaged(name)
        return values

    def _check_same(self, name: str, fingerprint: RunFingerprint, what: str) -> None:
        """Raise a `UsageError` if a plan or manifest has another fingerprint."""
        earlier = self._read(name).get("purpose")
        if not isinstance(earlier, dict):
            raise self.damaged(name)
        changed = first_difference(fingerprint, earlier)
        if changed is not None:
            raise UsageError(f"{what} had another {changed}; name the same, or another folder for the output")

"""A folder that fills with the predictions of parts, whoever writes them, and gets a manifest once it is whole.

Until then a plan says which parts there are, and beside the predictions of each part a note says what they come to. A
run that was stopped goes on with the parts that have no note.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from classmark.corpus.errors import UsageError
from classmark.corpus.output.journal import Digest, RunFingerprint

from .done import PartitionResult
from .folder import Folder, open_folder
from .partition import Partition

MANIFEST, PLAN = "manifest.json", "plan.json"
_WITH_HEADER = {"csv", "tsv"}


@dataclass(frozen=True)
class PartitionedOutput:
    """An output folder.

    Parameters
    ----------
    path
        A path or URL.
    ending
        Of the files' names.
    """

    path: str
    ending: str

    @property
    def folder(self) -> Folder:
        """The folder itself."""
        return open_folder(self.path)

    def name(self, part: Partition) -> str:
        """Return the file name of a part's predictions."""
        return f"part-{part.number:05d}.{self.ending}"

    def write(self, part: Partition, lines: Iterable[bytes]) -> Digest:
        """Write a part's predictions, in one step; return what they come to as bytes."""
        digest = Digest()
        self.folder.write(self.name(part), digest.passing(lines))
        return digest

    def note(self, part: Partition, done: PartitionResult) -> None:
        """Note that a part is done."""
        self.folder.write(_note(part), [_json(asdict(done))])

    def has(self, part: Partition, done: PartitionResult) -> bool:
        """Whether a part's predictions are to be seen from here."""
        return self.folder.size(self.name(part)) == done.size

    def _holds(self, part: Partition, done: PartitionResult) -> bool:
        """Whether a part's predictions are what was written, to the byte, a line for each record and the header."""
        if done.number != part.number or done.records != done.lines - (self.ending in _WITH_HEADER):
            return False
        if not self.has(part, done):
            return False
        found = self.folder.digest(self.name(part))
        return (found.size, found.lines, found.value) == (done.size, done.lines, done.digest)

    def is_complete(self, purpose: RunFingerprint) -> bool:
        """Whether the folder has a manifest.

        Raises
        ------
        UsageError
            It was made for another purpose, or is damaged.
        """
        if MANIFEST not in self.folder.names():
            return False
        self._check_same(MANIFEST, purpose, f"the output in {self.path} is complete and")
        return True

    def complete(self, purpose: RunFingerprint, parts: list[Partition]) -> dict[str, Any]:
        """Return the manifest, once all that it says is found to be so.

        Parameters
        ----------
        parts
            Of the input, which it must have.

        Raises
        ------
        UsageError
            It is not so.
        """
        manifest = self._read(MANIFEST)
        try:
            done = {part.number: self._done(part, entry) for part, entry in zip(parts, manifest["parts"], strict=True)}
            total = {name: manifest[name] for name in manifest.keys() - {"purpose", "records", "parts"}}
            is_so = manifest == _plain(self._manifest(purpose, parts, done, total))
        except (KeyError, TypeError, ValueError) as error:
            raise self.damaged(MANIFEST) from error
        if not is_so:
            raise self.damaged(MANIFEST)
        for part in parts:
            if not self._holds(part, done[part.number]):
                raise UsageError(
                    f"{self.name(part)} in {self.path} is not what {MANIFEST} says; name another folder for the output"
                )
        self._tidy()  # a run may have ended just before it had done so
        return manifest

    def _done(self, part: Partition, entry: Mapping[str, Any]) -> PartitionResult:
        """Return what a part came to, by the manifest."""
        counted = {name: entry[name] for name in ("size", "lines", "digest", "records")}
        tally = {name: entry[name] for name in entry.keys() - counted.keys() - {"file", "sources", "first_record"}}
        return PartitionResult.read({"number": part.number, **counted, "tally": tally})

    def begin(self, purpose: RunFingerprint, parts: list[Partition]) -> None:
        """Write the plan."""
        self.folder.write(PLAN, [_json(_plan(purpose, parts))])

    def check(self, purpose: RunFingerprint, *, resume: bool) -> None:
        """Find out whether a run can begin here or, with ``resume``, go on.

        Raises
        ------
        UsageError
            The folder is not empty; or it has no earlier run, one with another purpose, or a damaged plan.
        """
        names = self.folder.names()
        if resume and PLAN not in names:
            raise UsageError(f"there is no earlier run in {self.path} to go on with; leave out --resume")
        if resume:
            self._check_same(PLAN, purpose, f"the earlier run in {self.path}")
        elif PLAN in names:
            raise UsageError(f"{self.path} holds a run that was stopped; go on with --resume, or name another folder")
        elif names:
            raise UsageError(f"{self.path} is not empty; name a new folder for the output")

    def progress(self, purpose: RunFingerprint, parts: list[Partition]) -> dict[int, PartitionResult]:
        """Return what came of those parts that are done, by number; a part whose note is not so is to be done again.

        Parameters
        ----------
        parts
            Of the input, which the plan must have.

        Raises
        ------
        UsageError
            It has others.
        """
        if self._read(PLAN) != _plain(_plan(purpose, parts)):
            raise self.damaged(PLAN)
        names = self.folder.names()
        found = {part.number: self._noted(part) for part in parts if _note(part) in names}
        return {number: done for number, done in found.items() if done is not None}

    def _noted(self, part: Partition) -> PartitionResult | None:
        try:
            done = PartitionResult.read(self._read(_note(part)))
        except (UsageError, ValueError):
            return None
        return done if self._holds(part, done) else None

    def finish(
        self,
        purpose: RunFingerprint,
        parts: list[Partition],
        done: Mapping[int, PartitionResult],
        total: dict[str, Any],
    ) -> None:
        """Write the manifest, and remove what only an unfinished run needs."""
        self.folder.write(MANIFEST, [_json(self._manifest(purpose, parts, done, total))])
        self._tidy()

    def _manifest(
        self,
        purpose: RunFingerprint,
        parts: list[Partition],
        done: Mapping[int, PartitionResult],
        total: dict[str, Any],
    ) -> dict[str, Any]:
        entries, first = [], 1
        for part in parts:
            came_to = done[part.number]
            entries.append(self._entry(part, came_to, first))
            first += came_to.records
        return {"purpose": purpose, "records": first - 1, **total, "parts": entries}

    def _tidy(self) -> None:
        """Remove what only an unfinished run needs."""
        folder = self.folder
        for name in folder.names():
            if name == PLAN or name.startswith((".part-", f".{PLAN}.", f".{MANIFEST}.")):
                folder.remove(name)

    def _entry(self, part: Partition, done: PartitionResult, first: int) -> dict[str, Any]:
        sources = [{"source": piece.name, "start": piece.start, "end": piece.last} for piece in part.pieces]
        counted = {name: getattr(done, name) for name in ("records", "size", "lines", "digest")}
        return {"file": self.name(part), "sources": sources, "first_record": first, **counted, **done.tally}

    def _read(self, name: str) -> dict[str, Any]:
        try:
            values = json.loads(self.folder.read(name))
        except (ValueError, RecursionError) as error:
            raise self.damaged(name) from error
        if not isinstance(values, dict):
            raise self.damaged(name)
        return values

    def damaged(self, name: str) -> UsageError:
        """Return the error to raise where a plan or manifest says what can't be."""
        return UsageError(f"{name} in {self.path} is damaged, or not of this input; name another folder for the output")

    def _check_same(self, name: str, purpose: RunFingerprint, what: str) -> None:
        """Compare what a plan or a manifest is for; raises a `UsageError`."""
        earlier = self._read(name).get("purpose")
        if not isinstance(earlier, dict):
            raise self.damaged(name)
        changed = [key for key in {**purpose, **earlier} if earlier.get(key) != purpose.get(key)]
        if changed:
            raise UsageError(f"{what} had another {changed[0]}; name the same, or another folder for the output")


def _plan(purpose: RunFingerprint, parts: list[Partition]) -> dict[str, Any]:
    return {"purpose": purpose, "parts": [asdict(part) for part in parts]}


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as they come back out of JSON."""
    return dict(json.loads(_json(values)))


def _note(part: Partition) -> str:
    return f".part-{part.number:05d}.done"


def _json(values: Mapping[str, Any]) -> bytes:
    return (json.dumps(values, indent=1) + "\n").encode()

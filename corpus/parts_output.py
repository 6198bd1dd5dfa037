"""A folder that fills with the predictions of parts, whoever writes them, and gets a manifest once it is whole.

Until then a plan says which parts there are, and beside the predictions of each part a note says what they come to. A
run that was stopped goes on with the parts that have no note.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from .errors import UsageError
from .parts import Part
from .resuming import Purpose
from .stored_folder import Folder, open_folder

MANIFEST, PLAN = "manifest.json", "plan.json"


@dataclass(frozen=True)
class DonePart:
    """What a part came to.

    Parameters
    ----------
    size
        Of its predictions, in bytes.
    records
        How many there are.
    tally
        What they come to, as plain values.
    """

    number: int
    size: int
    records: int
    tally: dict[str, Any]


@dataclass(frozen=True)
class PartsOutput:
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

    def name(self, part: Part) -> str:
        """Return the file name of a part's predictions."""
        return f"part-{part.number:05d}.{self.ending}"

    def write(self, part: Part, lines: Iterable[bytes]) -> int:
        """Write a part's predictions, in one step; return their size in bytes."""
        folder = self.folder
        folder.write(self.name(part), lines)
        return folder.size(self.name(part))

    def note(self, part: Part, done: DonePart) -> None:
        """Note that a part is done."""
        self.folder.write(_note(part), [_json(asdict(done))])

    def has(self, part: Part, done: DonePart) -> bool:
        """Whether a part's predictions are to be seen from here."""
        return self.folder.size(self.name(part)) == done.size

    def complete(self, purpose: Purpose) -> dict[str, Any] | None:
        """Return the manifest; None if the folder has none.

        Raises
        ------
        UsageError
            It was made for another purpose.
        """
        if MANIFEST not in self.folder.names():
            return None
        manifest = self._read(MANIFEST)
        self._check_same(manifest["purpose"], purpose, f"the output in {self.path} is complete and")
        self._tidy()  # a run may have ended just before it had done so
        return manifest

    def begin(self, purpose: Purpose, parts: list[Part]) -> None:
        """Write the plan."""
        self.folder.write(PLAN, [_json({"purpose": purpose, "parts": [asdict(part) for part in parts]})])

    def check(self, purpose: Purpose, *, resume: bool) -> None:
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
            self._check_same(self._read(PLAN)["purpose"], purpose, f"the earlier run in {self.path}")
        elif PLAN in names:
            raise UsageError(f"{self.path} holds a run that was stopped; go on with --resume, or name another folder")
        elif names:
            raise UsageError(f"{self.path} is not empty; name a new folder for the output")

    def progress(self) -> tuple[list[Part], dict[int, DonePart]]:
        """Return the parts of the plan, and what came of those that are done, by number."""
        names = self.folder.names()
        parts = [Part.read(part) for part in self._read(PLAN)["parts"]]
        noted = [part for part in parts if _note(part) in names]
        done = [(part, DonePart(**self._read(_note(part)))) for part in noted]
        return parts, {part.number: came_to for part, came_to in done if self.has(part, came_to)}

    def finish(self, purpose: Purpose, parts: list[Part], done: Mapping[int, DonePart], total: dict[str, Any]) -> None:
        """Write the manifest, and remove what only an unfinished run needs."""
        entries, first = [], 1
        for part in parts:
            came_to = done[part.number]
            entries.append(self._entry(part, came_to, first))
            first += came_to.records
        manifest = {"purpose": purpose, "records": first - 1, **total, "parts": entries}
        self.folder.write(MANIFEST, [_json(manifest)])
        self._tidy()

    def _tidy(self) -> None:
        """Remove what only an unfinished run needs."""
        folder = self.folder
        for name in folder.names():
            if name == PLAN or name.startswith((".part-", f".{PLAN}.", f".{MANIFEST}.")):
                folder.remove(name)

    def _entry(self, part: Part, done: DonePart, first: int) -> dict[str, Any]:
        sources = [{"source": piece.name, "start": piece.start, "end": piece.last} for piece in part.pieces]
        counted = {"first_record": first, "records": done.records, "size": done.size}
        return {"file": self.name(part), "sources": sources, **counted, **done.tally}

    def _read(self, name: str) -> dict[str, Any]:
        try:
            return dict(json.loads(self.folder.read(name)))
        except ValueError as error:
            raise UsageError(f"{name} in {self.path} is damaged; name another folder") from error

    def _check_same(self, earlier: Purpose, purpose: Purpose, what: str) -> None:
        changed = [key for key, value in purpose.items() if earlier.get(key) != value]
        if changed:
            raise UsageError(f"{what} had another {changed[0]}; name the same, or another folder for the output")


def _note(part: Part) -> str:
    return f".part-{part.number:05d}.done"


def _json(values: Mapping[str, Any]) -> bytes:
    return (json.dumps(values, indent=1) + "\n").encode()

"""An output file that grows under a temporary name, and a journal of how far it has come.

The file takes its own name when it is whole. Until then a kill, a full disk or a power cut costs what came after the
last entry of the journal, and the next run can go on there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from .errors import OutputError, UsageError
from .part_files import give_name, naming, open_part
from .writing import check_writable

Purpose = Mapping[str, Any]


@dataclass(frozen=True)
class Progress:
    """How far an output has come.

    Parameters
    ----------
    purpose
        What the run was to do, as plain values; a run with another one must not go on with the output.
    records, size
        How many records were done, and how many bytes they take in the output.
    tally
        What they come to, as plain values.
    """

    purpose: Purpose
    records: int = 0
    size: int = 0
    tally: dict[str, Any] = field(default_factory=dict)


class GrowingOutput:
    """An output file in the making.

    Parameters
    ----------
    path
        The name that it will have.
    purpose
        See `Progress`.
    resume
        Go on where an earlier run stopped.

    Attributes
    ----------
    progress
        As of the last entry of the journal.

    Raises
    ------
    UsageError
        The folder does not exist or can't be written to; another run is writing the file; there is nothing to go on
        with, or it was made for another purpose.
    OutputError
        It can't be written any longer.
    """

    def __init__(self, path: Path, purpose: Purpose, *, resume: bool) -> None:
        check_writable(path)
        self.name = path
        self._path = path.resolve()
        self._part = self._path.with_name(f".{self._path.name}.part")
        self._journal = self._path.with_name(f".{self._path.name}.journal")
        self._next_journal = self._journal.with_suffix(".new")
        if resume and not self._part.exists():
            raise UsageError(f"there is no earlier run of {path} to go on with; leave out --resume")
        self._stream = open_part(self._part, path)
        try:
            self.progress = self._earlier(purpose) if resume else Progress(purpose)
            if not self.progress.size:
                self._journal.unlink(missing_ok=True)
            self._stream.truncate(self.progress.size)
            self._stream.seek(self.progress.size)
        except BaseException:
            self._leave()
            raise

    def __enter__(self) -> GrowingOutput:
        """Give the output to write to."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """Give the file its name if all went well; keep what the journal tells of if not."""
        if kind is None:
            self._finish()
            return
        self._leave()

    def _leave(self) -> None:
        """Close the file; it stays if there is a journal of it."""
        self._next_journal.unlink(missing_ok=True)
        if not self._journal.exists():
            self._part.unlink(missing_ok=True)
        with suppress(OutputError):  # which was said already
            self._stream.close()

    @property
    def can_go_on(self) -> bool:
        """Whether another run could go on after a stop."""
        return self.progress.records > 0 and self._part.exists() and self._journal.exists()

    def write(self, text: str) -> None:
        """Write text, in UTF-8; of names that are no Unicode, escapes."""
        self._stream.write(text.encode("utf-8", "backslashreplace"))

    def note(self, records: int, tally: dict[str, Any]) -> None:
        """Put all that was written on the disk, and then in the journal how far it is."""
        self._sync()
        with naming(self.name):
            progress = Progress(self.progress.purpose, records, self._stream.tell(), tally)
            with self._next_journal.open("w", encoding="utf-8") as stream:
                stream.write(json.dumps(asdict(progress)))
                stream.flush()
                os.fsync(stream.fileno())
            self._next_journal.replace(self._journal)
        self.progress = progress

    def _finish(self) -> None:
        """Give the file its name; the journal goes just before, as it must not outlive what it tells of."""
        with self._stream:
            self._sync()
            with naming(self.name):
                self._journal.unlink(missing_ok=True)
            give_name(self._stream, self._part, self._path, self.name)

    def _sync(self) -> None:
        """Put on the disk what was written."""
        with naming(self.name):
            self._stream.flush()
            os.fsync(self._stream.fileno())

    def _earlier(self, purpose: Purpose) -> Progress:
        if not self._journal.exists():  # it was stopped before its first entry
            return Progress(purpose)
        try:
            progress = Progress(**json.loads(self._journal.read_text("utf-8")))
            changed = [name for name, value in progress.purpose.items() if purpose.get(name) != value]
            is_short = os.fstat(self._stream.fileno()).st_size < progress.size
        except (AttributeError, TypeError, ValueError) as error:
            raise UsageError(f"{self._journal} is damaged; start anew without --resume") from error
        if is_short:
            raise UsageError(f"{self._part} is shorter than its journal says; start anew without --resume")
        if changed:
            raise UsageError(
                f"the earlier run of {self.name} had another {changed[0]}; go on with the same, or start anew "
                "without --resume"
            )
        return progress

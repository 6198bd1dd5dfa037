"""An output file that grows under a temporary name, and a journal of how far it has come.

The file takes its own name when it is whole. Until then a kill, a full disk or a power cut costs what came after the
last entry of the journal, and the next run can go on there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from .errors import UsageError
from .writing import check_writable, usual_mode

try:
    import fcntl
except ImportError:  # where there are no such locks
    fcntl = None  # type: ignore[assignment]

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
    """

    def __init__(self, path: Path, purpose: Purpose, *, resume: bool) -> None:
        check_writable(path)
        self.name = path
        self._path = path.resolve()
        self._part = self._path.with_name(f".{path.name}.part")
        self._journal = self._path.with_name(f".{path.name}.journal")
        self.progress = self._earlier(purpose) if resume else Progress(purpose)
        self._stream = self._open()
        self._stream.truncate(self.progress.size)
        self._stream.seek(self.progress.size)
        if not resume:
            self._journal.unlink(missing_ok=True)

    def __enter__(self) -> GrowingOutput:
        """Give the output to write to."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """Give the file its name if all went well; keep what the journal tells of if not."""
        if kind is None:
            self._finish()
            return
        self._stream.close()
        if not self.progress.records:
            self._part.unlink(missing_ok=True)

    def write(self, text: str) -> None:
        """Write text, in UTF-8; of names that are no Unicode, escapes."""
        self._stream.write(text.encode("utf-8", "backslashreplace"))

    def note(self, records: int, tally: dict[str, Any]) -> None:
        """Put all that was written on the disk, and then in the journal how far it is."""
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self.progress = Progress(self.progress.purpose, records, self._stream.tell(), tally)
        fresh = self._journal.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as stream:
            json.dump(asdict(self.progress), stream)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(self._journal)

    def _finish(self) -> None:
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._part.chmod(usual_mode(self._path))
        self._part.replace(self._path)
        self._stream.close()
        self._journal.unlink(missing_ok=True)

    def _earlier(self, purpose: Purpose) -> Progress:
        if not (self._part.exists() and self._journal.exists()):
            raise UsageError(f"there is no earlier run of {self.name} to go on with; leave out --resume")
        try:
            progress = Progress(**json.loads(self._journal.read_text("utf-8")))
            changed = [name for name, value in progress.purpose.items() if purpose.get(name) != value]
            is_short = self._part.stat().st_size < progress.size
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

    def _open(self) -> BinaryIO:
        try:
            stream = os.fdopen(os.open(self._part, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
        except OSError as error:
            raise UsageError(f"{self.name} can't be written: {error.strerror}") from error
        if fcntl:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                stream.close()
                raise UsageError(f"another run is writing {self.name}; wait for it, or name another file") from error
        return stream

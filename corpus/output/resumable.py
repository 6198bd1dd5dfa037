"""An output file that grows under a temporary name, and a journal of how far it has come.

The file takes its own name when it is whole. Until then a kill, a full disk or a power cut costs what came after the
last entry of the journal, and the next run can go on there.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from classmark.corpus.errors import OutputError, UsageError

from .checks import check_writable
from .destinations import target_of
from .journal import Digest, Journal, Progress, RunFingerprint
from .own_files import hidden_path, reporting_errors_for
from .part_files import commit, open_temporary

_ANEW = "begin anew with --no-resume"


class ResumableOutput:
    """An output file in the making.

    Parameters
    ----------
    path
        The name that it will have.
    purpose
        See `Progress`.
    resume
        Go on where an earlier run stopped; False to begin anew, and drop what it has done; None to be told if there
        is something to drop.

    Attributes
    ----------
    progress
        As of the last entry of the journal.

    Raises
    ------
    UsageError
        The folder does not exist or can't be written to; another run is writing the file; there is nothing to go on
        with, or it was made for another purpose, or is not what its journal says; there is something, and nobody said
        what to do with it.
    OutputError
        It can't be written any longer.
    """

    def __init__(self, path: Path, purpose: RunFingerprint, *, resume: bool | None) -> None:
        check_writable(path)
        self.name = path
        self._path = target_of(path)
        self._part = hidden_path(self._path, "part")
        self._journal = Journal(self._path, path)
        if resume and not self._part.exists():
            raise UsageError(f"there is no earlier run of {path} to go on with; leave out --resume")
        self._stream = open_temporary(self._part, path, is_noted=resume is not False and bool(self._journal))
        try:
            self._journal.clear_way()
            self.progress = self._earlier(purpose, resume=resume)
            self._digest = self._digest_of_part()
            if not self.progress.size:
                self._journal.remove()
            self._stream.truncate(self.progress.size)
            self._stream.seek(self.progress.size)
        except BaseException:
            self._leave()
            raise

    def __enter__(self) -> ResumableOutput:
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
        if not self._journal or not os.fstat(self._stream.fileno()).st_size:
            self._part.unlink(missing_ok=True)
        with suppress(OutputError):  # which was said already
            self._stream.close()

    @property
    def can_go_on(self) -> bool:
        """Whether another run could go on after a stop."""
        return self.progress.records > 0 and self._part.exists() and bool(self._journal)

    @property
    def damaged(self) -> UsageError:
        """The error to raise where the journal says what can't be."""
        return UsageError(f"{self._journal.path} is damaged, or another version's; {_ANEW}")

    def write(self, text: str) -> None:
        """Write text, in UTF-8; of names that are no Unicode, escapes."""
        data = text.encode("utf-8", "backslashreplace")
        self._stream.write(data)
        self._digest.add(data)

    def note(self, records: int, tally: dict[str, Any]) -> None:
        """Put all that was written on the disk, and then in the journal how far it is."""
        self._sync()
        done = self._digest
        progress = Progress(self.progress.purpose, records, done.size, done.lines, done.value, tally)
        self._journal.write(progress)
        self.progress = progress

    def _finish(self) -> None:
        """Give the file its name; the journal goes after, as it tells of nothing without the temporary one."""
        with self._stream:
            commit(self._stream, self._part, self._path, self.name)
            self._journal.remove()

    def _sync(self) -> None:
        """Put on the disk what was written."""
        with reporting_errors_for(self.name):
            self._stream.flush()
            os.fsync(self._stream.fileno())

    def _earlier(self, purpose: RunFingerprint, *, resume: bool | None) -> Progress:
        """Return what to go on with, nothing done if there is nothing."""
        is_empty = not os.fstat(self._stream.fileno()).st_size
        try:
            found = self._journal.read()
        except ValueError:
            if not is_empty and resume is not False:
                raise self.damaged from None
            found = None
        if found is None or is_empty or resume is False:  # without a journal, it was stopped before the first entry
            return Progress(purpose)
        if not resume:
            raise UsageError(
                f"{found.records:,} records of {self.name} were done by a run that was stopped; go on with --resume, "
                f"or {_ANEW}, which drops them"
            )
        changed = [name for name in {**purpose, **found.purpose} if purpose.get(name) != found.purpose.get(name)]
        if changed:
            raise UsageError(
                f"the earlier run of {self.name} had another {changed[0]}; go on with the same, or {_ANEW}"
            )
        return found

    def _digest_of_part(self) -> Digest:
        """Read what is there already, and check that it is what the journal tells of."""
        digest, progress = Digest(), self.progress
        with open(self._stream.fileno(), "rb", closefd=False) as stream:
            digest.read(stream, progress.size)
        if digest.size < progress.size:
            raise UsageError(f"{self._part} is shorter than its journal says; {_ANEW}")
        if progress.size and (digest.value, digest.lines) != (progress.digest, progress.lines):
            raise UsageError(f"{self._part} is not what its journal says; {_ANEW}")
        return digest


def check_nothing_to_lose(place: Path, path: Path) -> None:
    """Refuse to begin an output anew of which an earlier run of ``predict`` has done a part.

    Raises
    ------
    UsageError
        There is one; or a file that is no journal has its name.
    """
    journal, part = Journal(place, path), hidden_path(place, "part")
    if not (journal and part.exists() and part.stat().st_size):
        return
    with suppress(ValueError):
        journal.read()
    raise UsageError(
        f"{part} holds a part of {path} that a run of predict has done; go on with that run and --resume, or remove "
        f"{journal.path} to begin anew"
    )

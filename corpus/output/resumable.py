"""Write an output that a later run can continue: a temporary file, and a checkpoint of how far it is.

The file takes its own name when it is complete. Until then a kill, a full disk or a power cut costs only what was
written after the last checkpoint, and the next run can continue from there.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from classmark.corpus.errors import OutputError, UsageError

from .atomic import commit, open_temporary
from .checkpoint import Checkpoint, Progress, RunFingerprint, first_difference
from .checks import check_writable
from .destinations import target_of
from .digest import Digest
from .own_files import hidden_path, reporting_errors_for

_START_OVER = "start over with --no-resume"


class ResumableOutput:
    """An unfinished output file that is written to, and that a later run can continue.

    Parameters
    ----------
    path
        The output, as the user named it.
    fingerprint
        See `Progress`.
    resume
        True to continue where an earlier run stopped, if there is one; False to start over and drop what it did; None
        to raise if there is something to drop.

    Attributes
    ----------
    progress
        As of the last checkpoint.

    Raises
    ------
    UsageError
        The folder does not exist or can't be written to; another run is writing the file; what there is to continue has
        another fingerprint, or differs from what its checkpoint says; there is unfinished work, and ``resume`` is None.
    OutputError
        Writing fails.
    """

    def __init__(self, path: Path, fingerprint: RunFingerprint, *, resume: bool | None) -> None:
        check_writable(path)
        self.name = path
        self._path = target_of(path)
        self._temporary = hidden_path(self._path, "part")
        self._checkpoint = Checkpoint(self._path, path)
        has_checkpoint = resume is not False and self._checkpoint.exists()
        self._stream = open_temporary(self._temporary, path, has_checkpoint=has_checkpoint)
        try:
            self._checkpoint.remove_unfinished()
            self.progress = self._earlier_progress(fingerprint, resume=resume)
            self._digest = self._digest_of_earlier()
            if not self.progress.size:
                self._checkpoint.remove()
            self._stream.truncate(self.progress.size)
            self._stream.seek(self.progress.size)
        except BaseException:
            self._leave()
            raise

    def __enter__(self) -> ResumableOutput:
        """Return the output."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """Give the file its own name if the block ended without an error; else keep what a checkpoint describes."""
        if kind is None:
            self._finish()
            return
        self._leave()

    @property
    def can_go_on(self) -> bool:
        """Whether another run could continue this one."""
        return self.progress.records > 0 and self._temporary.exists() and self._checkpoint.exists()

    @property
    def damaged(self) -> UsageError:
        """The error to raise when the checkpoint contradicts itself."""
        return UsageError(f"{self._checkpoint.path} is damaged, or another version's; {_START_OVER}")

    def write(self, text: str) -> None:
        """Write text in UTF-8; lone surrogates, as file names may have, are escaped."""
        data = text.encode("utf-8", "backslashreplace")
        self._stream.write(data)
        self._digest.add(data)

    def checkpoint(self, records: int, summary: dict[str, Any]) -> None:
        """Put on the disk all that was written, and then a checkpoint.

        Parameters
        ----------
        records, summary
            See `Progress`.
        """
        with reporting_errors_for(self.name):
            self._stream.flush()
            os.fsync(self._stream.fileno())
        done = self._digest
        progress = Progress(self.progress.fingerprint, records, done.size, done.lines, done.value, summary)
        self._checkpoint.write(progress)
        self.progress = progress

    def _finish(self) -> None:
        """Give the file its own name, and then remove the checkpoint, which describes the temporary file."""
        with self._stream:
            commit(self._stream, self._temporary, self._path, self.name)
            self._checkpoint.remove()

    def _leave(self) -> None:
        """Close the file; it stays if a checkpoint describes it."""
        if not self._checkpoint.exists() or not os.fstat(self._stream.fileno()).st_size:
            self._temporary.unlink(missing_ok=True)
        with suppress(OutputError):  # the error that is passed on says so already
            self._stream.close()

    def _earlier_progress(self, fingerprint: RunFingerprint, *, resume: bool | None) -> Progress:
        """Return the progress to continue from; without an earlier run, that nothing is done."""
        is_empty = not os.fstat(self._stream.fileno()).st_size
        try:
            found = self._checkpoint.read()
        except ValueError:
            if not is_empty and resume is not False:
                raise self.damaged from None
            found = None
        if found is None or is_empty or resume is False:  # no checkpoint: it was stopped before the first one
            return Progress(fingerprint)
        if not resume:
            raise UsageError(
                f"{found.records:,} records of {self.name} were done by a run that was stopped; continue "
                f"with --resume, or {_START_OVER}, which drops them"
            )
        changed = first_difference(fingerprint, found.fingerprint)
        if changed is not None:
            raise UsageError(
                f"the earlier run of {self.name} had another {changed}; continue with the same, or {_START_OVER}"
            )
        return found

    def _digest_of_earlier(self) -> Digest:
        """Read what an earlier run wrote, and check that it is what the checkpoint says."""
        digest, progress = Digest(), self.progress
        with open(self._stream.fileno(), "rb", closefd=False) as stream:
            digest.read(stream, progress.size)
        if digest.size < progress.size:
            raise UsageError(f"{self._temporary} is shorter than its checkpoint says; {_START_OVER}")
        if progress.size and (digest.value, digest.lines) != (progress.digest, progress.lines):
            raise UsageError(f"{self._temporary} is not what its checkpoint says; {_START_OVER}")
        return digest

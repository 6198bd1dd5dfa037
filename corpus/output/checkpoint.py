"""The checkpoint of an unfinished output: how far it is, and what its bytes must be."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from classmark.corpus.errors import UsageError

from .own_files import hidden_path, in_the_way, is_marked, is_own, open_own, read_regular, reporting_errors_for

RunFingerprint = Mapping[str, Any]
"""What must be the same to continue a run, as plain values, by what people call it."""

_MAX_BYTES = 100_000_000
_KEYS = {"purpose", "records", "size", "lines", "digest", "tally"}


def first_difference(one: RunFingerprint, other: RunFingerprint) -> str | None:
    """Return the first name under which two fingerprints differ; None if they are the same."""
    return next((name for name in {**one, **other} if one.get(name) != other.get(name)), None)


class Progress(Struct, frozen=True):
    """How far an output is.

    Parameters
    ----------
    fingerprint
        Of the run; a run with another fingerprint must not continue the output. The file calls it ``purpose``.
    records, size, lines
        How many records are done, and how many bytes and lines they take in the output.
    digest
        Of these bytes; see `Digest`.
    summary
        Counts of the predictions, as plain values. The file calls it ``tally``.
    """

    fingerprint: RunFingerprint
    records: int = 0
    size: int = 0
    lines: int = 0
    digest: str = ""
    summary: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, values: object) -> Progress:
        """Return the progress that `plain` values stand for.

        Raises
        ------
        ValueError
            The values have other names or types.
        """
        if not isinstance(values, dict) or set(values) != _KEYS:
            raise ValueError("not a checkpoint")
        counts = (values["records"], values["size"], values["lines"])
        if not all(type(count) is int and count > 0 for count in counts):
            raise ValueError("no counts")
        if not isinstance(values["digest"], str):
            raise ValueError("no digest")
        if not (isinstance(values["purpose"], dict) and isinstance(values["tally"], dict)):
            raise ValueError("no fingerprint or summary")
        return cls(values["purpose"], *counts, values["digest"], values["tally"])

    @property
    def plain(self) -> dict[str, Any]:
        """The progress as plain values, by the names that the file has for them."""
        return {
            "purpose": self.fingerprint,
            "records": self.records,
            "size": self.size,
            "lines": self.lines,
            "digest": self.digest,
            "tally": self.summary,
        }


class Checkpoint:
    """The file beside an output that says how far it is; its name ends in ``.journal``.

    Parameters
    ----------
    target
        The output's own path, links followed.
    output
        The output as the user named it, for messages.
    """

    def __init__(self, target: Path, output: Path) -> None:
        self.path = hidden_path(target, "journal")
        self._new = hidden_path(target, "journal.new")
        self._output = output

    def exists(self) -> bool:
        """Whether anything has the file's name."""
        return os.path.lexists(self.path)

    def read(self) -> Progress | None:
        """Return what the file says; None if there is none.

        Raises
        ------
        UsageError
            A file that is no checkpoint has its name.
        ValueError
            It is damaged, or another version wrote it.
        """
        try:
            content = read_regular(self.path, _MAX_BYTES)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise UsageError(f"{self.path} can't be read: {error.strerror}") from error
        if content is None:
            raise in_the_way(self.path, self._output)
        try:
            return Progress.read(json.loads(content))
        except (ValueError, RecursionError) as error:
            if not self._is_ours(self.path):
                raise in_the_way(self.path, self._output) from None
            raise ValueError("damaged") from error

    def write(self, progress: Progress) -> None:
        """Put the progress on the disk, in one step.

        Raises
        ------
        UsageError
            A file that is not the program's own has the name of the new checkpoint.
        OutputError
            Writing fails.
        """
        with reporting_errors_for(self._output):
            descriptor, _ = open_own(self._new, self._output)
            with os.fdopen(descriptor, "wb") as stream:
                self._check(descriptor)
                stream.truncate(0)
                stream.write(json.dumps(progress.plain).encode())
                stream.flush()
                os.fsync(stream.fileno())
            self._new.replace(self.path)

    def remove_unfinished(self) -> None:
        """Remove the new checkpoint that a run left which was stopped while writing it.

        Raises
        ------
        UsageError
            A file that is not the program's own has its name.
        """
        if os.path.lexists(self._new):
            descriptor, _ = open_own(self._new, self._output)
            with os.fdopen(descriptor, "rb"):
                self._check(descriptor)
            self._new.unlink(missing_ok=True)

    def remove(self) -> None:
        """Remove the file, if it exists."""
        with reporting_errors_for(self._output):
            self.path.unlink(missing_ok=True)

    def _check(self, descriptor: int) -> None:
        if not (is_own(descriptor) and is_marked(descriptor)):
            raise in_the_way(self._new, self._output)

    def _is_ours(self, path: Path) -> bool:
        descriptor, _ = open_own(path, self._output)
        with os.fdopen(descriptor, "rb"):
            return is_own(descriptor) and is_marked(descriptor)


def check_no_unfinished_run(target: Path, output: Path) -> None:
    """Raise if an earlier run of ``predict`` left the output unfinished, so that its work is not overwritten.

    Raises
    ------
    UsageError
        There is such a run, or a file that is no checkpoint has the checkpoint's name.
    """
    checkpoint, temporary = Checkpoint(target, output), hidden_path(target, "part")
    if not (checkpoint.exists() and temporary.exists() and temporary.stat().st_size):
        return
    with suppress(ValueError):
        checkpoint.read()
    raise UsageError(
        f"{temporary} holds the part of {output} that a stopped run of predict has done; continue that run with "
        f"--resume, or remove {checkpoint.path} to start over"
    )

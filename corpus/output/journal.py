"""The journal of an unfinished output: how far it has come, and how to tell that the output is still what it was."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import IO, Any

from classmark.corpus.errors import UsageError

from .own_files import hidden_path, in_the_way, is_marked, is_own, open_own, read_regular, reporting_errors_for

RunFingerprint = Mapping[str, Any]

_LARGEST = 100_000_000
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Progress:
    """How far an output has come.

    Parameters
    ----------
    purpose
        What the run was to do, as plain values; a run with another one must not go on with the output.
    records, size, lines
        How many records were done, and how many bytes and lines they take in the output.
    digest
        Of these bytes; see `Digest`.
    tally
        What they come to, as plain values.
    """

    purpose: RunFingerprint
    records: int = 0
    size: int = 0
    lines: int = 0
    digest: str = ""
    tally: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, values: object) -> Progress:
        """Return the progress that was kept as plain values.

        Raises
        ------
        ValueError
            They are others, or of other types.
        """
        wanted = {each.name for each in fields(cls)}
        if not isinstance(values, dict) or set(values) != wanted:
            raise ValueError("not what a run notes")
        counts = (values["records"], values["size"], values["lines"])
        if not all(type(count) is int and count > 0 for count in counts):
            raise ValueError("no counts")
        if not isinstance(values["digest"], str):
            raise ValueError("no digest")
        if not (isinstance(values["purpose"], dict) and isinstance(values["tally"], dict)):
            raise ValueError("no purpose or tally")
        return cls(**values)


class Digest:
    """A running digest of bytes, and how many they and their lines are."""

    def __init__(self) -> None:
        from xxhash import xxh3_128  # noqa: PLC0415  # who makes no long output need not wait for it

        self._digest = xxh3_128()
        self.size = 0
        self.lines = 0

    def add(self, data: bytes) -> None:
        """Add bytes."""
        self._digest.update(data)
        self.size += len(data)
        self.lines += data.count(b"\n")

    def read(self, stream: IO[bytes], size: int) -> None:
        """Add the next bytes of a file, up to so many."""
        while size and (block := stream.read(min(size, _BLOCK))):
            self.add(block)
            size -= len(block)

    def passing(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Add bytes while they pass by."""
        for chunk in chunks:
            self.add(chunk)
            yield chunk

    @property
    def value(self) -> str:
        """The digest so far."""
        return str(self._digest.hexdigest())


class Journal:
    """The journal of an output, a file beside it.

    Parameters
    ----------
    place
        The output's own path.
    output
        What the user called it.
    """

    def __init__(self, place: Path, output: Path) -> None:
        self.path = hidden_path(place, "journal")
        self._next = hidden_path(place, "journal.new")
        self._output = output

    def __bool__(self) -> bool:
        """Whether there is one."""
        return os.path.lexists(self.path)

    def read(self) -> Progress | None:
        """Return what it says; None if there is none.

        Raises
        ------
        UsageError
            A file that is no journal has its name.
        ValueError
            It is damaged, or another version's.
        """
        try:
            content = read_regular(self.path, _LARGEST)
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
        """Put on the disk how far the output is, in one step.

        Raises
        ------
        UsageError
            A file of somebody else's is in the way.
        OutputError
            It can't be written.
        """
        with reporting_errors_for(self._output):
            descriptor, _ = open_own(self._next, self._output)
            with os.fdopen(descriptor, "wb") as stream:
                self._check(descriptor)
                stream.truncate(0)
                stream.write(json.dumps(asdict(progress)).encode())
                stream.flush()
                os.fsync(stream.fileno())
            self._next.replace(self.path)

    def clear_way(self) -> None:
        """Remove what a run left that was stopped while it wrote; raises a `UsageError` if it is not ours."""
        if os.path.lexists(self._next):
            descriptor, _ = open_own(self._next, self._output)
            with os.fdopen(descriptor, "rb"):
                self._check(descriptor)
            self._next.unlink(missing_ok=True)

    def remove(self) -> None:
        """Remove it, if it is there."""
        with reporting_errors_for(self._output):
            self.path.unlink(missing_ok=True)

    def _check(self, descriptor: int) -> None:
        if not (is_own(descriptor) and is_marked(descriptor)):
            raise in_the_way(self._next, self._output)

    def _is_ours(self, path: Path) -> bool:
        descriptor, _ = open_own(path, self._output)
        with os.fdopen(descriptor, "rb"):
            return is_own(descriptor) and is_marked(descriptor)

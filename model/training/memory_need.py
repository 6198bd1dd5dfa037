"""The memory that training takes, known before it is taken: it grows with the codes times the terms."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from classmark.corpus.errors import CorpusError

_BYTES = 16
"""For each code and each column or text, at the most: measured with 100 codes and 42,000 columns."""

WARNING_BYTES = 1_000_000_000
"""Training that needs more memory than this says so first."""


@dataclass(frozen=True)
class MemoryNeed:
    """What learning takes.

    Parameters
    ----------
    codes, columns, texts
        How many codes there are, features with their pieces, and texts.

    Examples
    --------
    >>> print(MemoryNeed(codes=2_000, columns=90_000, texts=10_000))
    learning 2,000 codes from 90,000 words, pairs and pieces of words takes about 3.2 GB of memory
    """

    codes: int
    columns: int
    texts: int

    @property
    def bytes(self) -> int:
        """About how many bytes."""
        return _BYTES * self.codes * (self.columns + self.texts)

    @property
    def is_much(self) -> bool:
        """Whether people should know of it before they wait."""
        return self.bytes > WARNING_BYTES

    def __str__(self) -> str:
        terms = f"{self.codes:,} codes from {self.columns:,} words, pairs and pieces of words"
        return f"learning {terms} takes about {self.bytes / 1e9:.1f} GB of memory"

    def check(self) -> None:
        """See whether it is there.

        Raises
        ------
        CorpusError
            It is not.
        """
        free = free_memory()
        if free is not None and self.bytes > free:
            raise CorpusError(
                f"{self}, and {free / 1e9:.1f} GB are free; leave out rare codes with --drop-rare, learn fewer codes "
                "with a --scheme that they roll up to, or learn from fewer abstracts"
            )


def free_memory() -> int | None:
    """Return how many bytes this process may still take: of the machine, of its control group, of its own limit."""
    found = [number for number in (_of_machine(), _of_group(), _of_process()) if number is not None]
    return max(0, min(found)) if found else None


def _of_machine() -> int | None:
    fields = dict(line.split(":", 1) for line in _read("/proc/meminfo").splitlines())
    return int(fields["MemAvailable"].split()[0]) * 1024 if "MemAvailable" in fields else None


def _of_group() -> int | None:
    most, taken = _read("/sys/fs/cgroup/memory.max").strip(), _read("/sys/fs/cgroup/memory.current").strip()
    return int(most) - int(taken) if most.isdigit() and taken.isdigit() else None


def _of_process() -> int | None:
    try:
        import resource  # noqa: PLC0415  # Unix only
    except ImportError:
        return None
    most, pages = resource.getrlimit(resource.RLIMIT_AS)[0], _read("/proc/self/statm").split()
    return most - int(pages[0]) * os.sysconf("SC_PAGESIZE") if most != resource.RLIM_INFINITY and pages else None


def _read(path: str) -> str:
    try:
        return Path(path).read_text("ascii")
    except (OSError, ValueError):
        return ""

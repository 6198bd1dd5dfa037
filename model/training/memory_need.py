"""Predict the memory that training takes, and check that it is free."""

from __future__ import annotations

import os
from pathlib import Path

from msgspec import Struct

from classmark.corpus.errors import CorpusError

_BYTES = 16
"""Per code and column or text, an upper bound: measured with 100 codes and 42,000 columns."""

WARNING_BYTES = 1_000_000_000
"""Training that needs more memory than this says so first."""


class MemoryNeed(Struct, frozen=True):
    """The memory that training takes, in proportion to codes times columns and texts.

    Parameters
    ----------
    codes, columns, texts
        Their numbers; columns are features and affixes.
    codes_at_once
        With more codes than this, training takes no more memory.

    Examples
    --------
    >>> print(MemoryNeed(codes=2_000, columns=90_000, texts=10_000))
    training 2,000 codes on 90,000 words, word pairs and affixes takes about 0.4 GB of memory
    """

    codes: int
    columns: int
    texts: int
    codes_at_once: int = 256

    @property
    def bytes(self) -> int:
        """The estimated memory in bytes."""
        return _BYTES * min(self.codes, self.codes_at_once) * (self.columns + self.texts)

    @property
    def is_much(self) -> bool:
        """True if users should be told before training starts."""
        return self.bytes > WARNING_BYTES

    def __str__(self) -> str:
        terms = f"{self.codes:,} codes on {self.columns:,} words, word pairs and affixes"
        return f"training {terms} takes about {self.bytes / 1e9:.1f} GB of memory"

    def check(self) -> None:
        """Check that this much memory is free.

        Raises
        ------
        CorpusError
            Less is free.
        """
        free = free_memory()
        if free is not None and self.bytes > free:
            raise CorpusError(
                f"{self}, and {free / 1e9:.1f} GB are free; leave out rare codes with --drop-rare N, train fewer codes "
                "with a --scheme that they roll up to, or train on fewer abstracts"
            )


def free_memory() -> int | None:
    """Return the bytes that this process may still allocate; None if unknown.

    The minimum of what is free on the machine, in its control group and under its own limit.
    """
    found = [number for number in (_of_machine(), _of_group(), _of_process()) if number is not None]
    return max(0, min(found)) if found else None


def _of_machine() -> int | None:
    fields = dict(line.split(":", 1) for line in _read("/proc/meminfo").splitlines())
    return int(fields["MemAvailable"].split()[0]) * 1024 if "MemAvailable" in fields else None


def _of_group() -> int | None:
    limit, used = _read("/sys/fs/cgroup/memory.max").strip(), _read("/sys/fs/cgroup/memory.current").strip()
    return int(limit) - int(used) if limit.isdigit() and used.isdigit() else None


def _of_process() -> int | None:
    try:
        import resource  # noqa: PLC0415  # Unix only
    except ImportError:
        return None
    limit, pages = resource.getrlimit(resource.RLIMIT_AS)[0], _read("/proc/self/statm").split()
    return limit - int(pages[0]) * os.sysconf("SC_PAGESIZE") if limit != resource.RLIM_INFINITY and pages else None


def _read(path: str) -> str:
    """Return a file's text; empty if it cannot be read."""
    try:
        return Path(path).read_text("ascii")
    except (OSError, ValueError):
        return ""

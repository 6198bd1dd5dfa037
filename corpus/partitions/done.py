"""What a part of the input came to, as its note and the manifest say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class PartitionResult:
    """What a part came to.

    Parameters
    ----------
    size, lines, digest
        Of its predictions, in bytes; see `Digest`.
    records
        How many there are.
    tally
        What they come to, as plain values.
    """

    number: int
    size: int
    lines: int
    digest: str
    records: int
    tally: dict[str, Any]

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> PartitionResult:
        """Return what was kept as plain values.

        Raises
        ------
        ValueError
            They are others, or of other types.
        """
        types = {"number": int, "size": int, "lines": int, "digest": str, "records": int, "tally": dict}
        if {name: type(value) for name, value in values.items()} != types:
            raise ValueError("not what a part comes to")
        return cls(**values)

"""Describe the predictions of a partition, as its checkpoint and the manifest do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

_TYPES = {"number": int, "size": int, "lines": int, "digest": str, "records": int, "tally": dict}


class PartitionResult(Struct, frozen=True):
    """What a partition's predictions consist of.

    Parameters
    ----------
    number
        The partition's.
    size, lines, digest
        Of the predictions' bytes; see `Digest`.
    records
        How many records there are.
    summary
        Counts of the predictions, as plain values. Files call it ``tally``.
    """

    number: int
    size: int
    lines: int
    digest: str
    records: int
    summary: dict[str, Any]

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> PartitionResult:
        """Return the result that `plain` values stand for.

        Raises
        ------
        ValueError
            The values have other names or types.
        """
        if {name: type(value) for name, value in values.items()} != _TYPES:
            raise ValueError("not a partition's result")
        return cls(*(values[name] for name in _TYPES))

    @property
    def plain(self) -> dict[str, Any]:
        """The result as plain values, by the names that files have for them."""
        counts = {name: getattr(self, name) for name in ("number", "size", "lines", "digest", "records")}
        return {**counts, "tally": self.summary}

"""Rankings: codes by falling score."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RankedCode:
    """A code with its name and its score, the probability from 0 to 1 that it fits."""

    code: str
    name: str
    score: float
    is_assigned: bool

"""Which code is assigned where another one was given."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .judged import Judged

_SHOWN = 3


@dataclass(frozen=True)
class Confusion:
    """A pair of codes that are confused.

    Parameters
    ----------
    given, assigned
        A code that was given but not assigned, and one that was assigned but not given, to the same abstract.
    count
        To how many abstracts.
    examples
        The numbers of some of them, those first where the wrong code has the highest score.
    """

    given: str
    assigned: str
    count: int
    examples: tuple[int, ...]


def confusions(judged: Judged, most: int = 10) -> tuple[Confusion, ...]:
    """Return the pairs of codes that are confused most often, with examples."""
    missed, wrong = judged.truth & ~judged.assigned, judged.assigned & ~judged.truth
    counts = missed.astype(np.int64).T @ wrong
    order = np.argsort(-counts, axis=None, kind="stable")[:most]
    pairs = (np.unravel_index(place, counts.shape) for place in order)
    return tuple(
        Confusion(
            judged.codes[given],
            judged.codes[assigned],
            int(counts[given, assigned]),
            _examples(missed[:, given] & wrong[:, assigned], judged.scores[:, assigned]),
        )
        for given, assigned in pairs
        if counts[given, assigned]
    )


def _examples(confused: np.ndarray, scores: np.ndarray) -> tuple[int, ...]:
    rows = np.flatnonzero(confused)
    return tuple(rows[np.argsort(-scores[rows], kind="stable")][:_SHOWN].tolist())

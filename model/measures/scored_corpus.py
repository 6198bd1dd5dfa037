"""What is measured: given codes beside what a classifier said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", bound=np.generic)


@dataclass(frozen=True)
class ScoredCorpus:
    """Abstracts whose codes are known, and what a classifier said of them.

    Parameters
    ----------
    codes
        All codes of the classifier and of the given ones, in the order of the columns.
    gold
        bool, shape (abstracts, codes): the given codes.
    scores
        float64, shape (abstracts, codes); 0 for codes that the classifier does not know.
    assigned
        bool, shape (abstracts, codes): the codes that the classifier gave.
    reached
        bool, shape (abstracts,): whether a code reached its threshold, so that the abstract is not uncertain.
    """

    codes: tuple[str, ...]
    gold: NDArray[np.bool_]
    scores: NDArray[np.float64]
    assigned: NDArray[np.bool_]
    reached: NDArray[np.bool_]

    def best(self, many: int) -> NDArray[np.bool_]:
        """Return whether each of the so many best codes is a given one, best first, shape (abstracts, many)."""
        if many == 1:
            return np.take_along_axis(self.gold, self.scores.argmax(axis=1)[:, np.newaxis], axis=1)
        order = np.argsort(-self.scores, axis=1, kind="stable")[:, :many]
        return np.take_along_axis(self.gold, order, axis=1)

    def over(self, codes: Sequence[str]) -> ScoredCorpus:
        """Return the same over these codes, which hold its own; of further ones nothing was said."""
        column = {code: number for number, code in enumerate(codes)}
        places = [column[code] for code in self.codes]

        def spread(table: NDArray[Number]) -> NDArray[Number]:
            wide = np.zeros((len(table), len(codes)), dtype=table.dtype)
            wide[:, places] = table
            return wide

        return ScoredCorpus(tuple(codes), spread(self.gold), spread(self.scores), spread(self.assigned), self.reached)

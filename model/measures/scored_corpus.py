"""Hold gold codes beside a classifier's scores and assigned codes, as the measures take them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", bound=np.generic)


@dataclass(frozen=True)
class ScoredCorpus:
    """Labelled abstracts with a classifier's scores and assigned codes.

    Parameters
    ----------
    codes
        All codes of the classifier and all gold codes, in the order of the columns.
    gold
        bool, shape (abstracts, codes): the codes in the corpus.
    scores
        float64, shape (abstracts, codes); 0 for codes that the classifier does not know.
    assigned
        bool, shape (abstracts, codes): the codes that the classifier assigned.
    confident
        bool, shape (abstracts,): whether a code reached its threshold; the other abstracts are uncertain.
    """

    codes: tuple[str, ...]
    gold: NDArray[np.bool_]
    scores: NDArray[np.float64]
    assigned: NDArray[np.bool_]
    confident: NDArray[np.bool_]

    def hits_at(self, k: int) -> NDArray[np.bool_]:
        """Return whether each of the ``k`` best codes is a gold code, best first, shape (abstracts, k)."""
        if k == 1:
            return np.take_along_axis(self.gold, self.scores.argmax(axis=1)[:, np.newaxis], axis=1)
        order = np.argsort(-self.scores, axis=1, kind="stable")[:, :k]
        return np.take_along_axis(self.gold, order, axis=1)

    def aligned_to(self, codes: Sequence[str]) -> ScoredCorpus:
        """Return the same corpus with these columns, a superset of its own; new columns are 0 and False."""
        column = {code: number for number, code in enumerate(codes)}
        columns = [column[code] for code in self.codes]

        def align(matrix: NDArray[Number]) -> NDArray[Number]:
            wide = np.zeros((len(matrix), len(codes)), dtype=matrix.dtype)
            wide[:, columns] = matrix
            return wide

        return ScoredCorpus(tuple(codes), align(self.gold), align(self.scores), align(self.assigned), self.confident)

"""Build rankings: the codes of an abstract by falling score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classmark.corpus.scheme import Scheme


@dataclass(frozen=True, slots=True)
class RankedCode:
    """A code with its name and its score, the probability from 0 to 1 that it fits."""

    code: str
    name: str
    score: float
    is_assigned: bool


@dataclass(frozen=True, slots=True)
class Ranker:
    """Build the rankings of abstracts whose scores have the same columns.

    Parameters
    ----------
    scheme
        Has the codes' names.
    codes
        In the order of the columns.
    """

    scheme: Scheme
    codes: tuple[str, ...]

    def rank(
        self, scores: NDArray[np.float64], assigned: NDArray[np.bool_], chosen: NDArray[np.bool_], top: int = 0
    ) -> tuple[RankedCode, ...]:
        """Return the chosen codes of one abstract and its best codes, by falling score.

        Codes with equal scores keep the order of the columns.

        Parameters
        ----------
        scores
            Shape (codes,).
        assigned
            bool, shape (codes,): which codes the abstract gets.
        chosen
            bool, shape (codes,): which codes to rank.
        top
            How many of the best codes to rank even if they are not chosen.
        """
        order = np.argsort(-scores, kind="stable")
        is_ranked = chosen[order]
        is_ranked[:top] = True
        return tuple(
            RankedCode(
                self.codes[column],
                self.scheme.name(self.codes[column]),
                float(scores[column]),
                bool(assigned[column]),
            )
            for column in order[is_ranked].tolist()
        )

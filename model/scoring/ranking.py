"""Build rankings: the codes of an abstract by falling score."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from classmark.corpus.scheme import Scheme

from .candidates import Candidates


@dataclass(frozen=True, slots=True)
class RankedCode:
    """A code with its name and its score, the probability from 0 to 1 that it fits."""

    code: str
    name: str
    score: float
    is_assigned: bool


@dataclass(frozen=True, slots=True)
class Ranker:
    """Build the rankings of abstracts.

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
        self, scores: Candidates, assigned: NDArray[np.bool_], chosen: NDArray[np.bool_], top: int = 0
    ) -> list[tuple[RankedCode, ...]]:
        """Return the chosen codes of each abstract and its best codes, by falling score.

        Codes with equal scores keep the order of the columns.

        Parameters
        ----------
        assigned
            bool, shape (candidates,): which codes the abstracts get.
        chosen
            bool, shape (candidates,): which codes to rank.
        top
            How many of the best codes of each abstract to rank even if they are not chosen.
        """
        ranked = chosen | (scores.rank < top)
        order = scores.order[ranked[scores.order]]
        codes = [self.codes[column] for column in scores.columns[order].tolist()]
        names = map(self.scheme.name, codes)
        found = map(RankedCode, codes, names, scores.values[order].tolist(), assigned[order].tolist())
        lengths = np.bincount(scores.row_of[order], minlength=len(scores)).tolist()
        return [tuple(islice(found, length)) for length in lengths]

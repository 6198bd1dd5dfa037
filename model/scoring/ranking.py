"""Build rankings: the codes of an abstract by falling score."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from classmark.corpus.scheme import Scheme

from .candidates import Candidates


class RankedCode(Struct, frozen=True):
    """A code with its name and its score, the probability from 0 to 1 that it fits."""

    code: str
    name: str
    score: float
    is_assigned: bool


class Rankings(Struct, frozen=True):
    """The rankings of several abstracts, one after another.

    Parameters
    ----------
    codes, names
        Of all columns.
    columns, scores, assigned
        int32, float64 and bool, shape (entries,): the column of each ranked code, its score, and whether the abstract
        gets it.
    starts
        int64, shape (abstracts + 1,): where each ranking starts, and the end.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    columns: NDArray[np.int32]
    scores: NDArray[np.float64]
    assigned: NDArray[np.bool_]
    starts: NDArray[np.int64]

    @property
    def ranges(self) -> list[tuple[int, int]]:
        """The first entry of each ranking, and the one after its last."""
        return list(pairwise(self.starts.tolist()))

    @property
    def ranked_codes(self) -> list[tuple[RankedCode, ...]]:
        """The ranking of each abstract, as values."""
        columns = self.columns.tolist()
        codes, names = map(self.codes.__getitem__, columns), map(self.names.__getitem__, columns)
        found = list(map(RankedCode, codes, names, self.scores.tolist(), self.assigned.tolist()))
        return [tuple(found[start:end]) for start, end in self.ranges]

    def spread(self, rows: NDArray[np.bool_]) -> Rankings:
        """Return the rankings with empty ones between.

        Parameters
        ----------
        rows
            bool, with as many true values as there are abstracts: an empty ranking for each false value.
        """
        lengths = np.zeros(len(rows), dtype=np.int64)
        lengths[rows] = np.diff(self.starts)
        starts = np.concatenate([[0], np.cumsum(lengths)])
        return Rankings(self.codes, self.names, self.columns, self.scores, self.assigned, starts)


class Ranker(Struct, frozen=True, dict=True):
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

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the codes."""
        return tuple(map(self.scheme.name, self.codes))

    def rank(
        self, scores: Candidates, assigned: NDArray[np.bool_], chosen: NDArray[np.bool_], top: int = 0
    ) -> list[tuple[RankedCode, ...]]:
        """Return the chosen codes of each abstract and its best codes, by falling score; see `rankings`."""
        return self.rankings(scores, assigned, chosen | (scores.rank < top)).ranked_codes

    def rankings(self, scores: Candidates, assigned: NDArray[np.bool_], chosen: NDArray[np.bool_]) -> Rankings:
        """Return the chosen codes of each abstract, by falling score.

        Codes with equal scores keep the order of the columns.

        Parameters
        ----------
        assigned
            bool, shape (candidates,): which codes the abstracts get.
        chosen
            bool, shape (candidates,): which codes to rank.
        """
        order = scores.order[chosen[scores.order]]
        lengths = np.bincount(scores.row_of[order], minlength=len(scores))
        starts = np.concatenate([[0], np.cumsum(lengths)])
        return Rankings(self.codes, self.names, scores.columns[order], scores.values[order], assigned[order], starts)

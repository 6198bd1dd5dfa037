"""Hold gold codes beside a classifier's scores and assigned codes, as the measures take them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from classmark.model.scoring.candidates import KEPT, Candidates


class ScoredCorpus(Struct, frozen=True, dict=True):
    """Labelled abstracts with a classifier's scores and assigned codes.

    Nothing takes abstracts × codes of memory. A code that is not a candidate of an abstract counts as not assigned,
    with score 0, and is ranked after the candidates.

    Parameters
    ----------
    codes
        All codes of the classifier and all gold codes, in the order of the columns.
    gold
        bool, shape (abstracts, codes), with sorted indices: the codes in the corpus.
    scores
        The scores from 0 to 1 of the codes that are kept for each abstract, at least one.
    assigned
        bool, shape (candidates,): whether the classifier assigned the code, for each entry of ``scores``.
    confident
        bool, shape (abstracts,): whether a code reached its threshold; the other abstracts are uncertain.
    """

    codes: tuple[str, ...]
    gold: csr_matrix
    scores: Candidates
    assigned: NDArray[np.bool_]
    confident: NDArray[np.bool_]

    @classmethod
    def of_dense(
        cls,
        codes: Sequence[str],
        gold: NDArray[np.bool_],
        scores: NDArray[np.float64],
        assigned: NDArray[np.bool_],
        confident: NDArray[np.bool_],
    ) -> ScoredCorpus:
        """Return the same from arrays; of more than `KEPT` codes, the best of each abstract are kept.

        Parameters
        ----------
        gold, scores, assigned
            Shape (abstracts, codes).
        """
        kept = Candidates.of_dense(scores, KEPT)
        return cls(tuple(codes), csr_matrix(gold, dtype=bool), kept, assigned[kept.row_of, kept.columns], confident)

    @classmethod
    def join(cls, parts: Sequence[ScoredCorpus]) -> ScoredCorpus:
        """Return the abstracts of several parts with the same codes in one."""
        return cls(
            parts[0].codes,
            vstack([part.gold for part in parts], format="csr"),
            Candidates.join([part.scores for part in parts]),
            np.concatenate([part.assigned for part in parts]),
            np.concatenate([part.confident for part in parts]),
        )

    def __len__(self) -> int:
        return len(self.scores)

    @cached_property
    def is_gold(self) -> NDArray[np.bool_]:
        """bool, shape (candidates,): whether each candidate is a gold code of its abstract."""
        return self.scores.are_gold(self.gold)

    @cached_property
    def gold_rows(self) -> NDArray[np.int64]:
        """int64, shape (gold codes,): the abstract of each entry of ``gold``."""
        return np.repeat(np.arange(len(self)), self.gold_per_abstract)

    @property
    def gold_per_abstract(self) -> NDArray[np.int64]:
        """int64, shape (abstracts,): the number of gold codes of each abstract."""
        return np.diff(self.gold.indptr).astype(np.int64)

    @property
    def support(self) -> NDArray[np.int64]:
        """int64, shape (codes,): the number of abstracts with each gold code."""
        return np.bincount(self.gold.indices, minlength=len(self.codes)).astype(np.int64)

    def count_per_abstract(self, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Count the chosen candidates of each abstract, int64, shape (abstracts,)."""
        return np.bincount(self.scores.row_of[chosen], minlength=len(self)).astype(np.int64)

    def count_per_code(self, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Count the chosen candidates of each code, int64, shape (codes,)."""
        return np.bincount(self.scores.columns[chosen], minlength=len(self.codes)).astype(np.int64)

    def matrix_of(self, chosen: NDArray[np.bool_]) -> csr_matrix:
        """Return the chosen candidates as a matrix, bool, shape (abstracts, codes), with sorted indices."""
        starts = np.append(0, np.cumsum(self.count_per_abstract(chosen)))
        columns = self.scores.columns[chosen]
        return csr_matrix((np.ones(len(columns), dtype=bool), columns, starts), shape=(len(self), len(self.codes)))

    def hits_at(self, k: int) -> NDArray[np.bool_]:
        """Return whether each of the ``k`` best codes is a gold code, best first, shape (abstracts, k).

        Abstracts with fewer than ``k`` candidates have no hits beyond them.
        """
        hits = np.zeros((len(self), k), dtype=bool)
        if k == 1:
            hits[:, 0] = self.is_gold[self.scores.best_entries]
            return hits
        first = self.is_gold & (self.scores.rank < k)
        hits[self.scores.row_of[first], self.scores.rank[first]] = True
        return hits

    def take(self, rows: NDArray[np.int64]) -> ScoredCorpus:
        """Return the abstracts with the given indices."""
        assigned = self.assigned[self.scores.entries_of(rows)]
        return ScoredCorpus(self.codes, self.gold[rows], self.scores.take(rows), assigned, self.confident[rows])

    def aligned_to(self, codes: Sequence[str]) -> ScoredCorpus:
        """Return the same corpus with these columns, a superset of its own; new columns have no entries."""
        column = {code: number for number, code in enumerate(codes)}
        columns = np.array([column[code] for code in self.codes], dtype=np.int32)
        found = columns[self.scores.columns]
        order = np.lexsort((found, self.scores.row_of))
        scores = replace(self.scores, columns=found[order], values=self.scores.values[order], codes=len(codes))
        shape = (len(self), len(codes))
        gold = csr_matrix((self.gold.data, columns[self.gold.indices], self.gold.indptr), shape=shape)
        gold.sort_indices()
        return ScoredCorpus(tuple(codes), gold, scores, self.assigned[order], self.confident)

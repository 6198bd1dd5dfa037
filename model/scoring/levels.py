"""Score and assign the finer codes of a scheme with parents, level by level, below the coarser codes of an abstract."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from classmark.corpus.scheme import Scheme
from classmark.model.text.blocks import Text

from .assignment import Assignment, assign
from .candidates import KEPT, Candidates
from .scorer import CountedTexts, Scorer, Scores, ScoringResult

_PARENT_WEIGHT = 0.08
"""The weight of the logarithm of the score of the coarser code in the decision value of a finer one.

On 6,084 catalogue records, precision and success at 3 of subclasses are 0.538 and 0.760 without it, 0.543 and 0.779
with this one, and 0.544 and 0.773 with twice as much, where scores are multiplied.
"""

_LOWEST = 1e-6
"""Scores of coarser codes below this count as this."""


class Level(Struct, frozen=True):
    """The codes of a level, in the order of the columns, with their scorer.

    A level has all codes down to it: the coarser ones stand for abstracts without a finer code.
    """

    codes: tuple[str, ...]
    scorer: Scorer


class FinerScorer(Scorer, frozen=True, kw_only=True):
    """The scorer of a level below the first.

    The decision value of a code is raised or lowered by the score of the code above it, and its score is never higher
    than that one.

    Parameters
    ----------
    coarser
        The scorer of the level above; it has the same features.
    parents
        int64, shape (codes,): the column of the code above each, in the coarser scorer; that of the code itself if
        the coarser scorer has it.
    own
        int64, shape (codes of the coarser scorer,): their columns in this scorer.
    """

    coarser: Scorer
    parents: NDArray[np.int64]
    own: NDArray[np.int64]

    def score(self, texts: Sequence[Text]) -> Scores:
        """Return the scores, float64 from 0 to 1, shape (texts, codes)."""
        return self._scores(self.count(texts))[-1]

    def candidates(self, texts: Sequence[Text], kept: int = KEPT) -> tuple[Candidates, Scores]:
        """Return the best codes of each text with their scores, and the coverage; see `Scorer.candidates`."""
        result = self.assign_codes(texts, kept=kept)
        return result.scores, result.coverage

    def assign_codes(
        self, texts: Sequence[Text], threshold: float | None = None, kept: int = KEPT, *, limit: int | None = None
    ) -> ScoringResult:
        """Score texts and assign their codes, from the first level down; see `Scorer.assign_codes`.

        A code is replaced by the codes below it that reach their thresholds; if none does, it stays, and is shown with
        the score of its own level. With a ``limit``, the best codes of the level are assigned.
        """
        parts = [self._assign(self.count(some), threshold, max(kept, limit or 0), limit) for some in self.parts(texts)]
        assignments = [part.assignment for part in parts]
        return ScoringResult(
            Candidates.join([part.scores for part in parts]),
            Assignment(
                np.concatenate([part.assigned for part in assignments]),
                np.concatenate([part.uncertain for part in assignments]),
                np.concatenate([part.in_domain for part in assignments]),
            ),
            np.concatenate([part.coverage for part in parts]),
            Candidates.join([part.shown or part.scores for part in parts]),
        )

    def _assign(self, counted: CountedTexts, threshold: float | None, kept: int, limit: int | None) -> ScoringResult:
        scores = self._scores(counted)
        coverage = counted.coverage
        in_domain = self.is_in_domain(coverage)
        if limit is not None:
            found = Candidates.of_dense(scores[-1], kept)
            thresholds = self.thresholds_for(threshold, limit)
            assignment = assign(found, thresholds, limit=limit, give_best=self.gives_best, in_domain=in_domain)
            return ScoringResult(found, assignment, coverage)
        first, finer = self._chain()
        found = Candidates.of_dense(scores[0], scores[0].shape[1])
        thresholds = first.thresholds_for(threshold, limit)
        top = assign(found, thresholds, give_best=first.gives_best, in_domain=in_domain)
        assigned, shown = top.assigned.reshape(scores[0].shape), scores[0]
        for scorer, own in zip(finer, scores[1:], strict=True):
            thresholds = scorer.thresholds_for(threshold, limit)
            assigned, shown = scorer.refine(own, thresholds, assigned, shown)
        kept_shown = Candidates.of_dense(shown, kept)
        entries = kept_shown.row_of, kept_shown.columns
        assignment = Assignment(assigned[entries], top.uncertain, in_domain)
        return ScoringResult(kept_shown.with_values(scores[-1][entries]), assignment, coverage, kept_shown)

    def _chain(self) -> tuple[Scorer, list[FinerScorer]]:
        """Return the scorer of the first level, and those of the levels from the second down to this one."""
        if isinstance(self.coarser, FinerScorer):
            first, finer = self.coarser._chain()
            return first, [*finer, self]
        return self.coarser, [self]

    def _scores(self, counted: CountedTexts) -> list[Scores]:
        """Return the scores of each level, shape (texts, codes of the level)."""
        if isinstance(self.coarser, FinerScorer):
            above = self.coarser._scores(counted)
        else:
            above = [self.coarser.calibrate(self.coarser.decide(counted))]
        of_parents = above[-1][:, self.parents]
        values = with_parents(self.decide(counted), of_parents)
        return [*above, np.minimum(self.calibrate(values), of_parents)]

    def refine(
        self, scores: Scores, thresholds: Scores | float, coarse: NDArray[np.bool_], shown: Scores
    ) -> tuple[NDArray[np.bool_], Scores]:
        """Replace assigned codes of the level above by finer ones.

        Parameters
        ----------
        scores
            Shape (texts, codes).
        coarse, shown
            Shape (texts, codes of the level above): which are assigned, and with which scores.

        Returns
        -------
        The same for this level, shape (texts, codes).
        """
        is_finer = np.ones(len(self.parents), dtype=bool)
        is_finer[self.own] = False
        assigned = (scores >= thresholds) & coarse[:, self.parents] & is_finer
        rows, columns = np.nonzero(assigned)
        has_finer = np.zeros(coarse.shape, dtype=bool)
        has_finer[rows, self.parents[columns]] = True
        rows, columns = np.nonzero(coarse & ~has_finer)
        assigned[rows, self.own[columns]] = True
        to_show = scores.copy()
        to_show[rows, self.own[columns]] = shown[rows, columns]
        return assigned, to_show


def with_parents(values: Scores, of_parents: Scores) -> Scores:
    """Return decision values with the scores of the codes above taken into account, arrays of one shape."""
    return np.asarray(values + _PARENT_WEIGHT * np.log(np.maximum(of_parents, _LOWEST)))


def finer_scorer(level: Level, coarser: Level, scheme: Scheme) -> FinerScorer:
    """Return the scorer of a level, put below that of the level above.

    Parameters
    ----------
    scheme
        At the level; it has all codes.
    """
    above = scheme.at_level((scheme.level or 1) - 1)
    column = {code: number for number, code in enumerate(coarser.codes)}
    own = {code: number for number, code in enumerate(level.codes)}
    plain = {name: getattr(level.scorer, name) for name in Scorer.__struct_fields__}
    return FinerScorer(
        **plain,
        coarser=coarser.scorer,
        parents=np.array([column[above.resolve(code) or code] for code in level.codes], dtype=np.int64),
        own=np.array([own[code] for code in coarser.codes], dtype=np.int64),
    )

"""List the worst mistakes of a classifier: the wrong codes with the highest scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from classmark.corpus.scheme import Scheme
from classmark.model.measures.scored_corpus import ScoredCorpus
from classmark.model.scoring.candidates import Candidates
from classmark.model.scoring.ranking import RankedCode, Ranker


@dataclass(frozen=True)
class Mistake:
    """An abstract whose assigned codes differ from its gold codes.

    Parameters
    ----------
    abstract
        The row number of the abstract.
    margin
        The highest score of a code that is not gold minus the lowest score of a gold code, from -1 to 1.
    given, assigned
        Its gold codes and its assigned codes, by falling score.
    """

    abstract: int
    margin: float
    given: tuple[RankedCode, ...]
    assigned: tuple[RankedCode, ...]


def worst_mistakes(scored: ScoredCorpus, scheme: Scheme, most: int = 20) -> tuple[Mistake, ...]:
    """Return the ``most`` worst mistakes, by falling margin.

    The margin is that of R. E. Schapire, Y. Freund, P. Bartlett and W. S. Lee ('Boosting the margin', Annals of
    Statistics 26, 1998) with its sign changed, and between the lowest gold code and the highest other code. Codes that
    the classifier does not know are left out of it, as it always misses them.

    Parameters
    ----------
    scheme
        Provides the names of the codes.
    """
    gold = scored.gold & scored.scores.any(axis=0)
    highest_wrong = np.max(scored.scores, axis=1, where=~gold, initial=0.0)
    lowest_gold = np.min(scored.scores, axis=1, where=gold, initial=1.0)
    margin = highest_wrong - lowest_gold
    mistaken = np.flatnonzero((gold != scored.assigned).any(axis=1))
    worst = mistaken[np.argsort(-margin[mistaken], kind="stable")[:most]]
    ranker = Ranker(scheme, tuple(scored.codes))
    scores, assigned = Candidates.of_dense(scored.scores[worst], len(scored.codes)), scored.assigned[worst].ravel()
    given = ranker.rank(scores, assigned, scored.gold[worst].ravel())
    instead = ranker.rank(scores, assigned, assigned)
    return tuple(
        Mistake(row, float(margin[row]), *codes) for row, *codes in zip(worst.tolist(), given, instead, strict=True)
    )

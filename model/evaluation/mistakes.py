"""The worst mistakes: where a classifier is sure, and wrong."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from classmark.corpus.scheme import Scheme
from classmark.model.measures.scored_corpus import ScoredCorpus
from classmark.model.scoring.ranking import RankedCode, Ranker


@dataclass(frozen=True)
class Mistake:
    """An abstract whose assigned codes are not the given ones.

    Parameters
    ----------
    abstract
        Its number.
    margin
        How much higher the best score of a code that was not given is than the lowest of a given one, -1 to 1.
    given, assigned
        Its given codes and the assigned ones, with their scores, best first.
    """

    abstract: int
    margin: float
    given: tuple[RankedCode, ...]
    assigned: tuple[RankedCode, ...]


def worst_mistakes(judged: ScoredCorpus, scheme: Scheme, most: int = 20) -> tuple[Mistake, ...]:
    """Return the abstracts with the worst mistakes, the worst first.

    The order is that of the margin, turned round (R. E. Schapire, Y. Freund, P. Bartlett and W. S. Lee, 'Boosting the
    margin', Annals of Statistics 26, 1998), here between the least of the given codes and the best of the others.
    Codes that the classifier does not know are left out of it: it could not but miss them.

    Parameters
    ----------
    scheme
        Has the codes' names.
    """
    gold = judged.gold & judged.scores.any(axis=0)
    best_wrong = np.max(judged.scores, axis=1, where=~gold, initial=0.0)
    least_given = np.min(judged.scores, axis=1, where=gold, initial=1.0)
    margin = best_wrong - least_given
    mistaken = np.flatnonzero((gold != judged.assigned).any(axis=1))
    worst = mistaken[np.argsort(-margin[mistaken], kind="stable")[:most]]
    ranker = Ranker(scheme, tuple(judged.codes))
    return tuple(
        Mistake(
            row,
            float(margin[row]),
            ranker.rank(judged.scores[row], judged.assigned[row], judged.gold[row]),
            ranker.rank(judged.scores[row], judged.assigned[row], judged.assigned[row]),
        )
        for row in worst.tolist()
    )

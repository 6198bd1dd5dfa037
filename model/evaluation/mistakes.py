"""List the worst mistakes of a classifier: the wrong codes with the highest scores."""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from classmark.corpus.scheme import Scheme
from classmark.model.measures.classification import Counts
from classmark.model.measures.scored_corpus import ScoredCorpus
from classmark.model.scoring.ranking import RankedCode, Ranker

from .confident_learning import with_gold


class Mistake(Struct, frozen=True):
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
    margin = _margins(scored)
    worst = np.argsort(-margin, kind="stable")
    worst = worst[_are_mistaken(scored)[worst]][:most]
    found = scored.take(worst)
    scores = with_gold(found.scores, found.gold)
    assigned = scores.are_gold(found.matrix_of(found.assigned))
    ranker = Ranker(scheme, scored.codes)
    given = ranker.rank(scores, assigned, scores.are_gold(found.gold))
    instead = ranker.rank(scores, assigned, assigned)
    return tuple(
        Mistake(row, float(margin[row]), *codes) for row, *codes in zip(worst.tolist(), given, instead, strict=True)
    )


def _margins(scored: ScoredCorpus) -> NDArray[np.float64]:
    """Return the margin of each abstract, see `Mistake`."""
    values, row_of = scored.scores.values, scored.scores.row_of
    highest_wrong, lowest_gold = np.zeros(len(scored)), np.ones(len(scored))
    wrong, right = ~scored.is_gold, scored.is_gold & _known_codes(scored)[scored.scores.columns]
    np.maximum.at(highest_wrong, row_of[wrong], values[wrong])
    np.minimum.at(lowest_gold, row_of[right], values[right])
    lowest_gold[scored.count_per_abstract(right) < _known_gold(scored)] = 0  # of a gold code that is not kept
    return highest_wrong - lowest_gold


def _are_mistaken(scored: ScoredCorpus) -> NDArray[np.bool_]:
    """Return whether the assigned codes of each abstract differ from the gold codes that the classifier knows."""
    counts = Counts.per_abstract(scored)
    return (counts.right < counts.assigned) | (counts.right < _known_gold(scored))


def _known_gold(scored: ScoredCorpus) -> NDArray[np.int64]:
    """Return the number of gold codes of each abstract that the classifier knows, int64, shape (abstracts,)."""
    rows = scored.gold_rows[_known_codes(scored)[scored.gold.indices]]
    return np.bincount(rows, minlength=len(scored)).astype(np.int64)


def _known_codes(scored: ScoredCorpus) -> NDArray[np.bool_]:
    """Return whether each code has a score on some abstract, bool, shape (codes,)."""
    return scored.count_per_code(scored.scores.values > 0) > 0

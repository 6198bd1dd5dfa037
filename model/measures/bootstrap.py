"""Estimate confidence intervals of the measures by the bootstrap."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from classmark.model.scoring.candidates import first_maxima

from .scored_corpus import ScoredCorpus

RESAMPLES = 1_000
_SEED = 0
_LEVEL = 95.0
_CELLS_PER_BLOCK = 20_000_000
"""Weights (resamples times abstracts) to draw at once, which bounds memory to 160 MB."""
_TABLES = 4
"""Tables of resamples by codes that are held at once."""


class Interval(Struct, frozen=True):
    """A 95 % confidence interval."""

    low: float
    high: float


class Resampled(Struct, frozen=True):
    """The main measures on resampled abstracts.

    Parameters
    ----------
    measures
        By the names of `MEASURES`: float64, shape (resamples,).
    columns
        int64, shape (used codes,): the columns of the codes that are gold or assigned at least once; the F1 of all
        others is 0.
    f1
        float64, shape (resamples, used codes): the F1 of each; NaN in a resample without the code.
    """

    measures: dict[str, NDArray[np.float64]]
    columns: NDArray[np.int64]
    f1: NDArray[np.float64]


def resample(scored: ScoredCorpus, *, trust_in_mix: float | None = None) -> Resampled:
    """Compute the main measures on abstracts drawn with replacement; the draws depend on the number of abstracts only.

    B. Efron, 'Bootstrap methods: another look at the jackknife', Annals of Statistics 7, 1979; with Poisson weights,
    so that each abstract is drawn independently of the others (N. Chamandy, O. Muralidharan, A. Najmi and S. Naidu,
    'Estimating uncertainty for massive data streams', 2012).

    Parameters
    ----------
    trust_in_mix
        The share of the abstracts whose codes count as evidence for how frequent the codes are among new abstracts. In
        each resample, a code with n abstracts is weighted by a gamma variate with mean 1 and shape n times this share.
        None if the abstracts are a random sample of the new ones.
    """
    counted = _Counted.of(scored)
    rng = np.random.default_rng(_SEED)
    block = max(1, _CELLS_PER_BLOCK // max(len(scored), _TABLES * len(scored.codes), 1))
    blocks = []
    for start in range(0, RESAMPLES, block):
        drawn = rng.poisson(1, (min(block, RESAMPLES - start), len(scored))).astype(np.float64)
        drawn[~drawn.any(axis=1)] = 1  # an empty resample has no measures
        if trust_in_mix is not None:
            drawn *= _weights_by_code(scored, len(drawn), trust_in_mix, rng)
        blocks.append(counted.measures(drawn))
    names = blocks[0][0]
    measures = {name: np.concatenate([figures[name] for figures, _ in blocks]) for name in names}
    return Resampled(measures, counted.columns, np.concatenate([f1 for _, f1 in blocks]))


def _weights_by_code(
    scored: ScoredCorpus, draws: int, trust_in_mix: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return weights, shape (draws, abstracts): one variate per draw and code, applied by each abstract's rarest code.

    See `resample`.
    """
    shape = np.maximum(scored.support, 1) * trust_in_mix
    rarest = np.zeros(len(scored), dtype=np.int64)
    has_gold = scored.gold_per_abstract > 0
    rarity = -scored.support[scored.gold.indices].astype(np.float64)
    starts = scored.gold.indptr[:-1][has_gold].astype(np.int64)
    rarest[has_gold] = scored.gold.indices[first_maxima(rarity, starts)]
    return np.asarray((rng.gamma(shape, size=(draws, len(shape))) / shape)[:, rarest])


class _Counted(Struct, frozen=True):
    """What is counted on resampled abstracts.

    Parameters
    ----------
    columns
        See `Resampled`.
    right, assigned, gold
        float64, shape (abstracts, used codes): 1 where an abstract has the code right, assigned, gold.
    hits
        float64, shape (abstracts, 2): 1 where the best code is right, and where a code is at or above its threshold.
    share_used
        The share of the codes that are gold or assigned at least once; the others have an F1 of 0 in each resample.
    """

    columns: NDArray[np.int64]
    right: csr_matrix
    assigned: csr_matrix
    gold: csr_matrix
    hits: csr_matrix
    share_used: float

    @classmethod
    def of(cls, scored: ScoredCorpus) -> _Counted:
        columns = np.flatnonzero((scored.support > 0) | (scored.count_per_code(scored.assigned) > 0))
        right, assigned = scored.matrix_of(scored.assigned & scored.is_gold), scored.matrix_of(scored.assigned)
        hits = csr_matrix(np.column_stack([scored.hits_at(1), scored.confident]), dtype=np.float64)
        right, assigned, gold = (part.astype(np.float64)[:, columns] for part in (right, assigned, scored.gold))
        return cls(columns, right, assigned, gold, hits, len(columns) / len(scored.codes))

    def measures(self, drawn: NDArray[np.float64]) -> tuple[dict[str, NDArray[np.float64]], NDArray[np.float64]]:
        """Return the measures, shape (resamples,), and the F1 of the used codes, see `Resampled`.

        Parameters
        ----------
        drawn
            Shape (resamples, abstracts): how often each abstract is drawn.
        """
        right, assigned, gold, hits = (drawn @ part for part in (self.right, self.assigned, self.gold, self.hits))
        f1 = np.full(right.shape, np.nan)
        np.divide(2 * right, assigned + gold, out=f1, where=assigned + gold > 0)
        all_right, all_assigned, all_gold = right.sum(axis=1), assigned.sum(axis=1), gold.sum(axis=1)
        abstracts = np.maximum(drawn.sum(axis=1), 1)
        measures = {
            "precision_at_1": hits[:, 0] / abstracts,
            "share_with_codes": hits[:, 1] / abstracts,
            "micro_precision": all_right / np.maximum(all_assigned, 1),
            "micro_recall": all_right / np.maximum(all_gold, 1),
            "micro_f1": 2 * all_right / np.maximum(all_assigned + all_gold, 1),
            "macro_f1": np.nansum(f1, axis=1) / np.maximum((~np.isnan(f1)).sum(axis=1), 1) * self.share_used,
        }
        return measures, f1


def interval(values: NDArray[np.float64]) -> Interval:
    """Return the interval of the middle 95 % of resampled values (the percentile method)."""
    low, high = np.nanpercentile(values, [(100 - _LEVEL) / 2, (100 + _LEVEL) / 2])
    return Interval(float(low), float(high))


def interval_of(value: float, resampled: NDArray[np.float64], abstracts: int) -> Interval:
    """Return the confidence interval of a measure with this value on this many abstracts.

    If all resamples give the same value, as when all abstracts are right, their interval has no width; Wilson's
    interval replaces it.
    """
    found = interval(resampled)
    return found if found.low < found.high or not abstracts else wilson_interval(value, abstracts)


def wilson_interval(share: float, trials: int) -> Interval:
    """Return the score interval of a proportion.

    E. B. Wilson, 'Probable inference, the law of succession, and statistical inference', Journal of the American
    Statistical Association 22, 1927. Unlike the bootstrap, it has a positive width even if all trials agree.

    Examples
    --------
    >>> round(wilson_interval(1.0, 10).low, 2)
    0.72
    """
    z = NormalDist().inv_cdf(0.5 + _LEVEL / 200)
    middle = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z * np.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials)) / (1 + z * z / trials)
    return Interval(max(0.0, float(middle - half)), min(1.0, max(share, float(middle + half))))

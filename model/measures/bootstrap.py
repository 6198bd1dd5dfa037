"""Estimate confidence intervals of the measures by the bootstrap."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from .scored_corpus import ScoredCorpus

RESAMPLES = 1_000
_SEED = 0
_LEVEL = 95.0
_CELLS_PER_BLOCK = 20_000_000
"""Weights (resamples times abstracts) to draw at once, which bounds memory to 160 MB."""


@dataclass(frozen=True)
class Interval:
    """A 95 % confidence interval."""

    low: float
    high: float


@dataclass(frozen=True)
class Resampled:
    """The main measures on resampled abstracts.

    Parameters
    ----------
    measures
        By the names of `MEASURES`: float64, shape (resamples,).
    f1
        float64, shape (resamples, codes): the F1 of each code; NaN in a resample without the code.
    """

    measures: dict[str, NDArray[np.float64]]
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
    right = csr_matrix(scored.gold & scored.assigned, dtype=np.float64)
    assigned = csr_matrix(scored.assigned, dtype=np.float64)
    gold = csr_matrix(scored.gold, dtype=np.float64)
    hits = csr_matrix(np.column_stack([scored.hits_at(1), scored.confident]), dtype=np.float64)
    rng = np.random.default_rng(_SEED)
    block = max(1, _CELLS_PER_BLOCK // max(len(scored.gold), 1))
    blocks = []
    for start in range(0, RESAMPLES, block):
        drawn = rng.poisson(1, (min(block, RESAMPLES - start), len(scored.gold))).astype(np.float64)
        drawn[~drawn.any(axis=1)] = 1  # an empty resample has no measures
        if trust_in_mix is not None:
            drawn *= _weights_by_code(scored.gold, len(drawn), trust_in_mix, rng)
        blocks.append([drawn @ matrix for matrix in (right, assigned, gold, hits)] + [drawn.sum(axis=1)])
    return _measures(*(np.concatenate(parts) for parts in zip(*blocks, strict=True)))


def _weights_by_code(
    gold: NDArray[np.bool_], draws: int, trust_in_mix: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return weights, shape (draws, abstracts): one variate per draw and code, applied by each abstract's rarest code.

    See `resample`.
    """
    support = gold.sum(axis=0)
    shape = np.maximum(support, 1) * trust_in_mix
    rarest = np.where(gold, support, np.iinfo(np.int64).max).argmin(axis=1)
    return np.asarray((rng.gamma(shape, size=(draws, len(shape))) / shape)[:, rarest])


def _measures(
    right: NDArray[np.float64],
    assigned: NDArray[np.float64],
    gold: NDArray[np.float64],
    hits: NDArray[np.float64],
    drawn: NDArray[np.float64],
) -> Resampled:
    """Compute the measures from weighted counts.

    Parameters
    ----------
    right, assigned, gold
        Shape (resamples, codes): abstracts with the code right, assigned, gold.
    hits
        Shape (resamples, 2): abstracts with the best code right, and with a code at or above its threshold.
    drawn
        Shape (resamples,): abstracts.
    """
    f1 = _f1_per_code(right, assigned + gold)
    all_right, all_assigned, all_gold = right.sum(axis=1), assigned.sum(axis=1), gold.sum(axis=1)
    return Resampled(
        {
            "precision_at_1": hits[:, 0] / np.maximum(drawn, 1),
            "share_with_codes": hits[:, 1] / np.maximum(drawn, 1),
            "micro_precision": all_right / np.maximum(all_assigned, 1),
            "micro_recall": all_right / np.maximum(all_gold, 1),
            "micro_f1": 2 * all_right / np.maximum(all_assigned + all_gold, 1),
            "macro_f1": np.nanmean(f1, axis=1),
        },
        f1,
    )


def _f1_per_code(right: NDArray[np.float64], assigned_plus_gold: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the F1 of each code: NaN in a resample without the code, 0 for a code that no resample has."""
    f1 = np.full(right.shape, np.nan)
    np.divide(2 * right, assigned_plus_gold, out=f1, where=assigned_plus_gold > 0)
    f1[:, ~assigned_plus_gold.any(axis=0)] = 0
    return f1


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

"""Confidence intervals by the bootstrap: what the figures would be on other abstracts of the same kind."""

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
_AT_ONCE = 20_000_000


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
        float64, shape (resamples, codes): the codes' own F1; not a number in a draw that lacks the code.
    """

    measures: dict[str, NDArray[np.float64]]
    f1: NDArray[np.float64]


def resample(judged: ScoredCorpus, *, trust_in_mix: float | None = None) -> Resampled:
    """Measure on abstracts drawn with replacement, again and again; the same draws for the same number of abstracts.

    B. Efron, 'Bootstrap methods: another look at the jackknife', Annals of Statistics 7, 1979; with Poisson weights,
    so that a draw needs no memory of the others (N. Chamandy, O. Muralidharan, A. Najmi and S. Naidu, 'Estimating
    uncertainty for massive data streams', 2012).

    Parameters
    ----------
    trust_in_mix
        For what part of the abstracts their codes are taken to be as frequent as among new abstracts: in each draw a
        code with n abstracts counts by a weight from a gamma distribution with mean 1 and the shape n times this part.
        None where the abstracts are drawn as new ones come.
    """
    right = csr_matrix(judged.gold & judged.assigned, dtype=np.float64)
    assigned, given = (csr_matrix(table, dtype=np.float64) for table in (judged.assigned, judged.gold))
    hits = csr_matrix(np.column_stack([judged.best(1), judged.reached]), dtype=np.float64)
    rng = np.random.default_rng(_SEED)
    at_once = max(1, _AT_ONCE // max(len(judged.gold), 1))
    parts = []
    for start in range(0, RESAMPLES, at_once):
        drawn = rng.poisson(1, (min(at_once, RESAMPLES - start), len(judged.gold))).astype(np.float64)
        drawn[~drawn.any(axis=1)] = 1  # nothing can be measured on none
        if trust_in_mix is not None:
            drawn *= _weights_by_code(judged.gold, len(drawn), trust_in_mix, rng)
        parts.append([drawn @ table for table in (right, assigned, given, hits)] + [drawn.sum(axis=1)])
    return _measures(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def _weights_by_code(
    gold: NDArray[np.bool_], draws: int, trust_in_mix: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return a weight for each abstract in each draw, the same for all whose rarest code is the same."""
    support = gold.sum(axis=0)
    shape = np.maximum(support, 1) * trust_in_mix
    rarest = np.where(gold, support, np.iinfo(np.int64).max).argmin(axis=1)
    return np.asarray((rng.gamma(shape, size=(draws, len(shape))) / shape)[:, rarest])


def _measures(
    right: NDArray[np.float64],
    assigned: NDArray[np.float64],
    given: NDArray[np.float64],
    hits: NDArray[np.float64],
    drawn: NDArray[np.float64],
) -> Resampled:
    f1 = _f1(right, assigned + given)
    all_right, all_assigned, all_given = (table.sum(axis=1) for table in (right, assigned, given))
    return Resampled(
        {
            "precision_at_1": hits[:, 0] / np.maximum(drawn, 1),
            "share_with_codes": hits[:, 1] / np.maximum(drawn, 1),
            "micro_precision": all_right / np.maximum(all_assigned, 1),
            "micro_recall": all_right / np.maximum(all_given, 1),
            "micro_f1": 2 * all_right / np.maximum(all_assigned + all_given, 1),
            "macro_f1": np.nanmean(f1, axis=1),
        },
        f1,
    )


def _f1(right: NDArray[np.float64], assigned_or_given: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each code's F1, not a number in a draw without it; 0 for a code that is in none."""
    f1 = np.full(right.shape, np.nan)
    np.divide(2 * right, assigned_or_given, out=f1, where=assigned_or_given > 0)
    f1[:, ~assigned_or_given.any(axis=0)] = 0
    return f1


def interval(values: NDArray[np.float64]) -> Interval:
    """Return the interval that holds the middle 95 % of resampled values (the percentile method)."""
    low, high = np.nanpercentile(values, [(100 - _LEVEL) / 2, (100 + _LEVEL) / 2])
    return Interval(float(low), float(high))


def interval_of(value: float, resampled: NDArray[np.float64], abstracts: int) -> Interval:
    """Return the interval of a measure with this value on so many abstracts.

    Where all draws give the same, as they do where all abstracts are right, they tell nothing of others, and Wilson's
    interval takes the place of theirs.
    """
    found = interval(resampled)
    return found if found.low < found.high or not abstracts else wilson_interval(value, abstracts)


def wilson_interval(share: float, trials: int) -> Interval:
    """Return the interval of a share of so many trials.

    E. B. Wilson, 'Probable inference, the law of succession, and statistical inference', Journal of the American
    Statistical Association 22, 1927. Unlike resampled values, it is an interval where all trials end alike, too.

    Examples
    --------
    >>> round(wilson_interval(1.0, 10).low, 2)
    0.72
    """
    z = NormalDist().inv_cdf(0.5 + _LEVEL / 200)
    middle = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z * np.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials)) / (1 + z * z / trials)
    return Interval(max(0.0, float(middle - half)), min(1.0, max(share, float(middle + half))))

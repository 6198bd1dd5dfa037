"""Suit a hand-picked corpus to the collection that will be classified, whose shares of codes are known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from .calibration import PRIOR
from .labels import support_of

_TRUST = 0.5
"""How much of the logarithm of the ratio of shares is added to the log odds of a code; Bayes' rule would take all."""

_HIGHEST = 1.0
"""The largest logarithm of the ratio of shares."""

_WEIGHTS = (0.4, 2.5)
"""The lowest and the highest sample weight that shares give."""


def shifts_for(shares: NDArray[np.float64], support: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return what is added to decision values so that codes that the corpus has too little of are assigned more often.

    A code's log odds rise by a part of the logarithm of the ratio of its shares in the collection and in the corpus (M.
    Saerens, P. Latinne and C. Decaestecker, 'Adjusting the outputs of a classifier to new a priori probabilities',
    Neural Computation 14, 2002). They never fall, so that rare codes remain findable.

    Parameters
    ----------
    shares
        Shape (codes,): the share of each code in the collection; only their ratios matter.
    support
        Shape (codes,): the number of abstracts in the corpus with each code.

    Returns
    -------
    float64, shape (codes,).

    Examples
    --------
    >>> shifts_for(np.array([0.3, 0.1, 0.1]), np.array([10, 10, 30])).round(3).tolist()
    [0.077, 0.0, 0.0]
    """
    return np.asarray(_TRUST * np.clip(np.log(_ratios(shares, support)), 0, _HIGHEST) / PRIOR[0])


def weights_for(shares: NDArray[np.float64], gold: csr_matrix) -> NDArray[np.float64]:
    """Return the sample weights with which texts count: the square root of the ratio of shares of their codes.

    The full ratio would leave too few abstracts that count.

    Parameters
    ----------
    shares
        Shape (codes,): the share of each code in the collection; only their ratios matter.
    gold
        bool, shape (texts, codes): each text has a code.

    Returns
    -------
    float64, shape (texts,): the mean over the codes of each text.
    """
    of_codes = np.clip(np.sqrt(_ratios(shares, support_of(gold))), *_WEIGHTS)
    return np.asarray((gold @ of_codes) / np.maximum(np.diff(gold.indptr), 1))


def _ratios(shares: NDArray[np.float64], support: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the ratio of the shares of codes in the collection and in the corpus; the latter are smoothed."""
    return np.asarray((shares / shares.sum()) / ((support + 1) / (support + 1).sum()))

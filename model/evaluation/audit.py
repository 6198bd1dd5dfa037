"""The audit of a corpus: the abstracts whose given codes are contradicted by what the others teach."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classmark.corpus.abstract import Abstract
from classmark.corpus.errors import CorpusError
from classmark.corpus.scheme import Scheme
from classmark.model.scoring.assignment import assign
from classmark.model.scoring.ranking import RankedCode, Ranker
from classmark.model.scoring.scorer import Scores
from classmark.model.settings import Settings
from classmark.model.training.labels import label_matrix, labels_of, without_rare_codes
from classmark.model.training.train import fit_estimator

_USUAL = Settings()
_FEWEST = 6
"""Two abstracts for each of the three folds that the scores come from."""


@dataclass(frozen=True, slots=True)
class Finding:
    """An abstract whose given codes are doubtful.

    Parameters
    ----------
    agreement
        How well the given codes agree with the scores, from 0 to 1; see `agreement_of`.
    given
        The given codes, as the scheme has them, with the scores by a fit that had not seen the abstract.
    instead
        The codes that this fit would give, best first; those that were given, too, can be among them.
    wrong, missing
        Which of the given codes seem wrong, and which of the others seem missing; see `doubted_codes`.
    """

    abstract: Abstract
    agreement: float
    given: tuple[RankedCode, ...]
    instead: tuple[RankedCode, ...]
    wrong: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit found.

    Parameters
    ----------
    abstracts
        How many were looked at.
    findings
        The doubtful ones, those with the least agreement first.
    """

    abstracts: int
    findings: tuple[Finding, ...]


def audit_corpus(
    abstracts: Sequence[Abstract],
    scheme: Scheme | None = None,
    settings: Settings = _USUAL,
    *,
    drop_rare: bool = False,
) -> Audit:
    """Find the abstracts whose given codes are doubtful, each scored by a fit that has not seen it.

    Confident learning: which codes are doubtful, `doubted_codes` says, and `agreement_of` puts them in order.

    Parameters
    ----------
    abstracts, scheme, settings, drop_rare
        As for `train`.

    Raises
    ------
    CorpusError
        The corpus can't be learned from, see `train`, or has fewer than six abstracts.
    """
    if drop_rare:
        abstracts = without_rare_codes(abstracts, scheme).abstracts
    labels, scheme = labels_of(abstracts, scheme)
    if len(abstracts) < _FEWEST:
        raise CorpusError(
            f"{len(abstracts)} abstracts are too few for an audit, which scores each by what the others teach; "
            f"it takes {_FEWEST} or more"
        )
    estimator = fit_estimator(abstracts, labels, scheme, settings)
    codes = tuple(map(str, estimator.classes_))
    scores = estimator.held_out_scores_
    assigned = assign(scores, estimator.scorer_.thresholds).assigned
    held_out = _HeldOut(Ranker(scheme, codes), scores, label_matrix(labels, codes), assigned)
    return Audit(len(abstracts), tuple(_findings(abstracts, held_out)))


@dataclass(frozen=True, slots=True)
class _HeldOut:
    """The scores of abstracts by fits that had not seen them; the arrays have the shape (abstracts, codes)."""

    ranker: Ranker
    scores: Scores
    given: NDArray[np.bool_]
    assigned: NDArray[np.bool_]

    def ranked(self, row: int, chosen: NDArray[np.bool_]) -> tuple[RankedCode, ...]:
        """Return the codes of an abstract that are chosen, best first."""
        return self.ranker.rank(self.scores[row], self.assigned[row], chosen[row])


def _findings(abstracts: Sequence[Abstract], held_out: _HeldOut) -> Iterator[Finding]:
    wrong, missing = doubted_codes(held_out.scores, held_out.given, held_out.assigned)
    agreement = agreement_of(held_out.scores, held_out.given)
    doubtful = np.flatnonzero((wrong | missing).any(axis=1))
    for row in doubtful[np.argsort(agreement[doubtful], kind="stable")].tolist():
        yield Finding(
            abstracts[row],
            float(agreement[row]),
            held_out.ranked(row, held_out.given),
            held_out.ranked(row, held_out.assigned),
            tuple(ranked.code for ranked in held_out.ranked(row, wrong)),
            tuple(ranked.code for ranked in held_out.ranked(row, missing)),
        )


def agreement_of(scores: Scores, given: NDArray[np.bool_]) -> Scores:
    """Return how well the given codes of each abstract agree with its scores.

    The lowest score of a given code, as a share of itself and the highest score of a code that was not given:
    1 where the given code is beyond doubt, 0.5 where the two are level, near 0 where the other one wins. It is
    the self-confidence of confident learning (C. Northcutt, L. Jiang and I. Chuang, 'Confident learning: estimating
    uncertainty in dataset labels', Journal of Artificial Intelligence Research 70, 2021) between these two codes
    alone. Of codes swapped on purpose in 24,909 catalogue records (``tests/benchmarks/audit.py``), 65 to 77 % are
    among the first 5 % in this order; in that of the margin between the two scores 55 to 57 %, in the best of
    cleanlab 2.9's for several labels 63 to 75 %.

    Parameters
    ----------
    scores, given
        Shape (abstracts, codes): scores of abstracts that were held out of the fit, and the given codes.

    Returns
    -------
    float64, shape (abstracts,), from 0 to 1.

    Examples
    --------
    >>> scores = np.array([[0.9, 0.1], [0.1, 0.9], [0.9, 0.6]])
    >>> agreement_of(scores, np.array([[True, False], [True, False], [True, True]])).tolist()
    [0.9, 0.1, 1.0]
    """
    lowest = np.min(scores, axis=1, where=given, initial=1.0)
    highest = np.max(scores, axis=1, where=~given, initial=0.0)
    return np.asarray(lowest / np.maximum(lowest + highest, np.finfo(np.float64).tiny))


def doubted_codes(
    scores: Scores, given: NDArray[np.bool_], assigned: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which given codes seem wrong, and which codes seem missing.

    A given code seems wrong where its score is no higher than the mean score of that code over the abstracts
    without it; a code seems missing where its score is at least the mean over the abstracts that have it. These
    are the thresholds of confident learning (C. Northcutt, L. Jiang and I. Chuang, 2021, equation 2), with each
    code against the rest. The codes that the scores would give have to agree: none of them is wrong, and only
    they are missing.

    Parameters
    ----------
    scores, given, assigned
        Shape (abstracts, codes): scores of abstracts that were held out of the fit, the given codes, and the
        codes that the scores would give.

    Returns
    -------
    Two of bool, shape (abstracts, codes).
    """
    with_it = _mean_score(scores, given, 1.0)
    without_it = _mean_score(scores, ~given, 0.0)
    return given & ~assigned & (scores <= without_it), ~given & assigned & (scores >= with_it)


def _mean_score(scores: Scores, of: NDArray[np.bool_], otherwise: float) -> Scores:
    """Return the mean score of each code over some of the abstracts; where they are none, something else."""
    count = of.sum(axis=0)
    return np.where(count, (scores * of).sum(axis=0) / np.maximum(count, 1), otherwise)

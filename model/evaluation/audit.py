"""Audit a corpus: find the abstracts whose codes contradict a model trained on the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from classmark.corpus.abstract import Abstract
from classmark.corpus.errors import CorpusError
from classmark.corpus.scheme import Scheme
from classmark.model.scoring.assignment import assign
from classmark.model.scoring.candidates import Candidates
from classmark.model.scoring.ranking import RankedCode, Ranker
from classmark.model.settings import MEDIUM_CORPUS, Settings
from classmark.model.training.evidence import ENOUGH
from classmark.model.training.labels import label_matrix, labels_of, without_rare_codes
from classmark.model.training.train import fit_estimator

from .confident_learning import agreement_of, doubted_codes, order_of_doubt, with_gold

_DEFAULT = Settings()
_MIN_ABSTRACTS = 6

_FOLDS_OF_LARGE = 3
"""Folds for a large corpus, of which training holds out only a part."""


class Finding(Struct, frozen=True):
    """An abstract whose gold codes are doubtful.

    Parameters
    ----------
    agreement
        The agreement of gold codes and out-of-fold scores, from 0 to 1; see `agreement_of`.
    given
        The gold codes, as the scheme has them, by falling score.
    instead
        The codes that the scores assign, by falling score; may include gold codes.
    wrong, missing
        The gold codes that seem wrong, and the other codes that seem missing; see `doubted_codes`.
    """

    abstract: Abstract
    agreement: float
    given: tuple[RankedCode, ...]
    instead: tuple[RankedCode, ...]
    wrong: tuple[str, ...]
    missing: tuple[str, ...]


class Audit(Struct, frozen=True):
    """The result of an audit.

    Parameters
    ----------
    abstracts
        The number of abstracts in the corpus.
    codes
        The number of their codes.
    findings
        The doubtful abstracts, by rising agreement.
    """

    abstracts: int
    codes: int
    findings: tuple[Finding, ...]

    @property
    def tells_little(self) -> bool:
        """Whether there are too few abstracts per code to tell most wrong codes from right ones."""
        return self.abstracts < ENOUGH * self.codes


def audit_corpus(
    abstracts: Sequence[Abstract],
    scheme: Scheme | None = None,
    settings: Settings = _DEFAULT,
    *,
    drop_rare: int = 0,
) -> Audit:
    """Find the abstracts whose gold codes are doubtful by confident learning on out-of-fold scores.

    `doubted_codes` selects the doubtful codes, and `agreement_of` sorts the abstracts.

    Parameters
    ----------
    abstracts, scheme, settings, drop_rare
        As for `train`.

    Raises
    ------
    CorpusError
        The corpus cannot be trained on, see `train`, or has fewer than six abstracts.
    """
    if drop_rare:
        abstracts = without_rare_codes(abstracts, scheme, drop_rare).abstracts
    labels, scheme = labels_of(abstracts, scheme)
    if len(abstracts) < _MIN_ABSTRACTS:
        raise CorpusError(
            f"{len(abstracts)} abstracts are too few for an audit, which scores each by a model trained on the others; "
            f"it takes {_MIN_ABSTRACTS} or more"
        )
    estimator = fit_estimator(abstracts, labels, scheme, _holding_out_all(settings, len(abstracts)))
    codes = tuple(map(str, estimator.classes_))
    gold = label_matrix(labels, codes)
    scores = with_gold(estimator.held_out_, gold)
    assigned = assign(scores, estimator.scorer_.thresholds).assigned
    held_out = _HeldOut(Ranker(scheme, codes), scores, scores.are_gold(gold), assigned)
    return Audit(len(abstracts), len(codes), tuple(_findings(abstracts, held_out)))


def _holding_out_all(settings: Settings, abstracts: int) -> Settings:
    """Return the settings with which each abstract is held out once."""
    return replace(settings, folds=_FOLDS_OF_LARGE) if abstracts > MEDIUM_CORPUS and not settings.folds else settings


class _HeldOut(Struct, frozen=True):
    """Out-of-fold scores, and for each candidate whether it is a gold code and whether it is assigned."""

    ranker: Ranker
    scores: Candidates
    is_gold: NDArray[np.bool_]
    assigned: NDArray[np.bool_]

    def ranked(self, rows: NDArray[np.int64], chosen: NDArray[np.bool_]) -> list[tuple[RankedCode, ...]]:
        """Return the chosen codes of abstracts, by falling score; chosen is bool, shape (candidates,)."""
        entries = self.scores.entries_of(rows)
        return self.ranker.rank(self.scores.take(rows), self.assigned[entries], chosen[entries])


def _findings(abstracts: Sequence[Abstract], held_out: _HeldOut) -> Iterator[Finding]:
    """Yield the doubtful abstracts, by rising agreement."""
    wrong, missing = doubted_codes(held_out.scores, held_out.is_gold, held_out.assigned)
    agreement = agreement_of(held_out.scores, held_out.is_gold)
    is_doubtful = np.bincount(held_out.scores.row_of, wrong | missing, len(abstracts)) > 0
    order = order_of_doubt(held_out.scores, held_out.is_gold)
    rows = order[is_doubtful[order]]
    chosen = (held_out.is_gold, held_out.assigned, wrong, missing)
    ranked = zip(rows.tolist(), *(held_out.ranked(rows, codes) for codes in chosen), strict=True)
    for row, given, instead, wrong_codes, missing_codes in ranked:
        yield Finding(
            abstracts[row],
            float(agreement[row]),
            given,
            instead,
            tuple(code.code for code in wrong_codes),
            tuple(code.code for code in missing_codes),
        )

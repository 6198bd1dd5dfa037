"""Predict the codes of records: one prediction per record, good or bad, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter
from typing import NamedTuple

from classmark.corpus.abstract import Abstract, Record, SourceLocation, Unreadable
from classmark.corpus.input.chunks import in_batches
from classmark.model.scoring.candidates import KEPT
from classmark.model.scoring.classifier import Classifier
from classmark.model.scoring.ranking import RankedCode, Ranker
from classmark.model.scoring.scorer import ScoringResult

_BATCH_SIZE = 256
"""Records to score at once."""


class Status(StrEnum):
    """The outcome for a record."""

    OK = "ok"
    UNCERTAIN = "uncertain"
    UNFAMILIAR = "unfamiliar"
    EMPTY = "empty"
    ERROR = "error"

    @property
    def is_bad(self) -> bool:
        """True if the record is empty or unreadable."""
        return self in {Status.EMPTY, Status.ERROR}


@dataclass(frozen=True, slots=True)
class Prediction:
    """The prediction for one record.

    Parameters
    ----------
    id, location
        The record's, as read.
    ranking
        The best codes by falling score, the assigned ones always among them.
    reason
        Why the record is bad, or that it has only a title; empty otherwise.
    coverage
        The share of its words that the model knows, from 0 to 1; None if there was nothing to classify.
    fields_seen
        The names of the record's fields if none of them was read as its abstract; empty otherwise.
    title
        The record's.
    """

    id: str
    location: SourceLocation
    status: Status
    ranking: tuple[RankedCode, ...] = ()
    reason: str = ""
    coverage: float | None = None
    fields_seen: str = ""
    title: str = ""

    @property
    def source(self) -> str:
        """The file that the record is in."""
        return self.location.source

    @property
    def assigned(self) -> tuple[RankedCode, ...]:
        """The codes that the abstract gets, best first."""
        return tuple(ranked for ranked in self.ranking if ranked.is_assigned)

    @property
    def codes(self) -> tuple[str, ...]:
        """The assigned codes alone."""
        return tuple(ranked.code for ranked in self.assigned)


def predict(
    classifier: Classifier,
    records: Iterable[Record],
    *,
    top: int = 5,
    threshold: float | None = None,
    limit: int | None = None,
) -> Iterator[Prediction]:
    """Yield one prediction per record, in the records' order.

    Parameters
    ----------
    top
        How many codes a ranking has, unless more are assigned.
    threshold
        A score from 0 to 1 that replaces the classifier's thresholds.
    limit
        How many codes to assign: the best, or the best that reach ``threshold`` if that is given.
    """
    ranker = Ranker(classifier.scheme, classifier.codes)
    kept = max(KEPT, top)
    for batch in in_batches(records, attrgetter("size"), _BATCH_SIZE):
        texts = [record for record in batch if isinstance(record, Abstract) and not record.is_empty]
        results = _rows(ranker, classifier.scorer.assign_codes(texts, threshold, kept, limit=limit), top)
        for record in batch:
            if isinstance(record, Unreadable):
                yield Prediction(record.id, record.location, Status.ERROR, reason=record.reason)
            elif record.is_empty:
                seen = None, record.fields_seen, record.title
                yield Prediction(record.id, record.location, Status.EMPTY, (), "the abstract is empty", *seen)
            else:
                yield _prediction(record, next(results))


class _Row(NamedTuple):
    """The scoring result of one abstract; a named tuple, as millions of them are made."""

    ranking: tuple[RankedCode, ...]
    coverage: float
    uncertain: bool
    in_domain: bool


def _rows(ranker: Ranker, result: ScoringResult, top: int) -> Iterator[_Row]:
    assignment = result.assignment
    rankings = ranker.rank(result.shown or result.scores, assignment.assigned, assignment.assigned, top)
    scalars = (result.coverage.tolist(), assignment.uncertain.tolist(), assignment.in_domain.tolist())
    return map(_Row._make, zip(rankings, *scalars, strict=True))


def _prediction(record: Abstract, row: _Row) -> Prediction:
    ranking, coverage, uncertain, in_domain = row
    seen = coverage, record.fields_seen, record.title
    if not in_domain:
        reason = f"the model knows {coverage:.0%} of its words" if coverage else "the model knows none of its words"
        return Prediction(record.id, record.location, Status.UNFAMILIAR, (), reason, *seen)
    status = Status.UNCERTAIN if uncertain else Status.OK
    reason = "" if record.text.strip() else "title only"
    return Prediction(record.id, record.location, status, ranking, reason, *seen)

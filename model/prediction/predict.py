"""Predict the codes of records: one prediction per record, good or bad, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import compress
from operator import attrgetter
from typing import NamedTuple

import numpy as np
from msgspec import Struct

from classmark.corpus.abstract import Abstract, Record, SourceLocation, Unreadable
from classmark.corpus.input.chunks import in_batches
from classmark.model.scoring.candidates import KEPT
from classmark.model.scoring.classifier import Classifier
from classmark.model.scoring.ranking import RankedCode, Rankings
from classmark.model.scoring.scorer import ScoringResult

_BATCH_SIZE = 512
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


class Prediction(Struct, frozen=True):
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


class Outcome(NamedTuple):
    """What comes of one record beside its ranking, see `Prediction`; a named tuple, as millions of them are made."""

    status: Status
    coverage: float | None = None
    reason: str = ""


class PredictedBatch(Struct, frozen=True):
    """The predictions for consecutive records, in columns.

    Parameters
    ----------
    records, outcomes, rankings
        One of each per record.
    """

    records: Sequence[Record]
    outcomes: Sequence[Outcome]
    rankings: Rankings

    @property
    def predictions(self) -> Iterator[Prediction]:
        """One prediction per record."""
        for record, outcome, ranking in zip(self.records, self.outcomes, self.rankings.ranked_codes, strict=True):
            status, coverage, reason = outcome
            seen = ("", "") if isinstance(record, Unreadable) else (record.fields_seen, record.title)
            yield Prediction(record.id, record.location, status, ranking, reason, coverage, *seen)


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
    for batch in predict_columns(classifier, records, top=top, threshold=threshold, limit=limit):
        yield from batch.predictions


def predict_columns(
    classifier: Classifier, records: Iterable[Record], *, top: int, threshold: float | None, limit: int | None
) -> Iterator[PredictedBatch]:
    """Yield the predictions for records batch by batch, see `predict`."""
    for batch in in_batches(records, attrgetter("size"), _BATCH_SIZE):
        is_scored = [isinstance(record, Abstract) and not record.is_empty for record in batch]
        texts = [record for record in compress(batch, is_scored) if isinstance(record, Abstract)]
        result = classifier.scorer.assign_codes(texts, threshold, max(KEPT, top), limit=limit)
        rankings = _rankings(classifier, result, top).spread(np.array(is_scored, dtype=bool))
        yield PredictedBatch(batch, _outcomes(batch, is_scored, result), rankings)


def _rankings(classifier: Classifier, result: ScoringResult, top: int) -> Rankings:
    """Return the assigned codes of each abstract and its best codes; none if the model hardly knows its words."""
    scores, assignment = result.shown or result.scores, result.assignment
    chosen = (assignment.assigned | (scores.rank < top)) & assignment.in_domain[scores.row_of]
    return classifier.ranker.rankings(scores, assignment.assigned, chosen)


def _outcomes(records: Iterable[Record], is_scored: Iterable[bool], result: ScoringResult) -> list[Outcome]:
    assignment = result.assignment
    scalars = result.coverage.tolist(), assignment.uncertain.tolist(), assignment.in_domain.tolist()
    rows = zip(*scalars, strict=True)
    return [
        _of_text(record, *next(rows)) if scored else _of_bad(record)
        for record, scored in zip(records, is_scored, strict=True)
    ]


def _of_bad(record: Record) -> Outcome:
    if isinstance(record, Unreadable):
        return Outcome(Status.ERROR, reason=record.reason)
    return Outcome(Status.EMPTY, reason="the abstract is empty")


def _of_text(record: Record, coverage: float, uncertain: bool, in_domain: bool) -> Outcome:
    if not in_domain:
        reason = f"the model knows {coverage:.0%} of its words" if coverage else "the model knows none of its words"
        return Outcome(Status.UNFAMILIAR, coverage, reason)
    has_text = isinstance(record, Abstract) and record.text.strip()
    return Outcome(Status.UNCERTAIN if uncertain else Status.OK, coverage, "" if has_text else "title only")

"""Predictions: one for each record, good or bad, in the records' order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from classmark.corpus.abstract import Abstract, Record, SourceLocation, Unreadable
from classmark.corpus.input.chunks import CHUNK_BYTES
from classmark.model.scoring.classifier import Classifier
from classmark.model.scoring.ranking import RankedCode, Ranker
from classmark.model.scoring.scorer import Scores, ScoringResult

_BATCH = 256
_SCORES = 2_000_000
"""So many scores are held at once, 16 MB, in some five arrays; of many codes, that is fewer records."""


class Status(StrEnum):
    """How a prediction came about."""

    OK = "ok"
    UNCERTAIN = "uncertain"
    UNFAMILIAR = "unfamiliar"
    EMPTY = "empty"
    ERROR = "error"

    @property
    def is_bad(self) -> bool:
        """Whether the record could not be classified for what it is."""
        return self in {Status.EMPTY, Status.ERROR}


@dataclass(frozen=True, slots=True)
class Prediction:
    """What is said of one record.

    Parameters
    ----------
    id, location
        The record's, as read.
    ranking
        The best codes by falling score, the assigned ones always among them.
    reason
        Why the record is bad, or that it had a title only; empty where all is as usual.
    coverage
        The share of its words that the model knows, from 0 to 1; None where there was nothing to classify.
    fields_seen
        The names of the record's fields where none of them was read as its abstract; empty otherwise.
    """

    id: str
    location: SourceLocation
    status: Status
    ranking: tuple[RankedCode, ...] = ()
    reason: str = ""
    coverage: float | None = None
    fields_seen: str = ""

    @property
    def source(self) -> str:
        """The file that the record stands in."""
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
    classifier: Classifier, records: Iterable[Record], *, top: int = 5, threshold: float | None = None
) -> Iterator[Prediction]:
    """Predict the codes of records, one prediction for each, in their order.

    Parameters
    ----------
    top
        How many codes the rankings hold, where no more are assigned.
    threshold
        A score from 0 to 1 that takes the place of the classifier's thresholds.
    """
    ranker = Ranker(classifier.scheme, classifier.codes)
    for batch in _in_batches(records, min(_BATCH, max(1, _SCORES // len(classifier.codes)))):
        texts = [record for record in batch if isinstance(record, Abstract) and not record.is_empty]
        results = _rows(classifier.scorer.assign_codes(texts, threshold))
        for record in batch:
            if isinstance(record, Unreadable):
                yield Prediction(record.id, record.location, Status.ERROR, reason=record.reason)
            elif record.is_empty:
                reason = "the abstract is empty"
                yield Prediction(record.id, record.location, Status.EMPTY, (), reason, None, record.fields_seen)
            else:
                yield _prediction(ranker, record, top, next(results))


def _in_batches(records: Iterable[Record], most: int) -> Iterator[list[Record]]:
    """Yield the records, at most so many at a time or, of long ones, fewer."""
    batch: list[Record] = []
    size = 0
    for record in records:
        batch.append(record)
        size += record.size
        if len(batch) == most or size > CHUNK_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


class _Row(NamedTuple):
    """What is said of one abstract; a tuple, as there are millions."""

    scores: Scores
    assigned: NDArray[np.bool_]
    coverage: float
    uncertain: bool
    in_domain: bool


def _rows(said: ScoringResult) -> Iterator[_Row]:
    of = said.assignment
    flags = (said.coverage.tolist(), of.uncertain.tolist(), of.in_domain.tolist())
    return map(_Row._make, zip(said.scores, of.assigned, *flags, strict=True))


def _prediction(ranker: Ranker, record: Abstract, top: int, row: _Row) -> Prediction:
    scores, assigned, coverage, uncertain, in_domain = row
    if not in_domain:
        reason = f"the model knows {coverage:.0%} of its words" if coverage else "the model knows none of its words"
        return Prediction(record.id, record.location, Status.UNFAMILIAR, (), reason, coverage, record.fields_seen)
    ranking = ranker.rank(scores, assigned, assigned, top)
    status, reason = Status.UNCERTAIN if uncertain else Status.OK, "" if record.text.strip() else "title only"
    return Prediction(record.id, record.location, status, ranking, reason, coverage, record.fields_seen)

"""Summarize predictions: counts per status and per code, and the first bad records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import islice
from typing import Any, TypeGuard

from msgspec import Struct, field

from classmark.corpus.abstract import Unreadable
from classmark.corpus.input.without_abstracts import WithoutAbstracts

from .predict import PredictedBatch, Prediction, Status

SHOWN = 5
"""Maximum number of bad records to name."""


class PredictionSummary(Struct):
    """Counts of predictions.

    Parameters
    ----------
    statuses, codes
        The number of predictions per status, and per assigned code.
    bad
        One sentence for each of the first bad records.
    without_abstracts
        The files in which no record has an abstract.
    """

    statuses: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    bad: list[str] = field(default_factory=list)
    without_abstracts: WithoutAbstracts = field(default_factory=WithoutAbstracts)

    def count(self, prediction: Prediction) -> None:
        """Count one prediction."""
        self.statuses[str(prediction.status)] += 1
        self.codes.update(prediction.codes)
        if prediction.status != Status.ERROR:
            self.without_abstracts.count(prediction.source, prediction.fields_seen)
        if prediction.status.is_bad and len(self.bad) < SHOWN:
            self.bad.append(_sentence(prediction))

    def count_batch(self, batch: PredictedBatch) -> None:
        """Count the predictions of a batch."""
        statuses = Counter(outcome.status for outcome in batch.outcomes)
        self.statuses.update({str(status): count for status, count in statuses.items()})
        rankings = batch.rankings
        self.codes.update([rankings.codes[column] for column in rankings.columns[rankings.assigned].tolist()])
        self._count_sources(batch)
        if any(status.is_bad for status in statuses) and len(self.bad) < SHOWN:
            bad = (_sentence(prediction) for prediction in batch.predictions if prediction.status.is_bad)
            self.bad += islice(bad, SHOWN - len(self.bad))

    def _count_sources(self, batch: PredictedBatch) -> None:
        """Count the files of records; only the first of several that say the same."""
        last = None
        for record in batch.records:
            seen = None if isinstance(record, Unreadable) else (record.location.source, record.fields_seen)
            if seen and seen != last:
                self.without_abstracts.count(*seen)
                last = seen

    def add(self, other: PredictionSummary) -> None:
        """Add the summary of the records that follow."""
        self.statuses.update(other.statuses)
        self.codes.update(other.codes)
        self.bad = (self.bad + other.bad)[:SHOWN]
        self.without_abstracts.add(other.without_abstracts)

    @property
    def records(self) -> int:
        """Number of records."""
        return self.statuses.total()

    @property
    def bad_count(self) -> int:
        """Number of bad records."""
        return sum(count for status, count in self.statuses.items() if Status(status).is_bad)

    @property
    def plain(self) -> dict[str, Any]:
        """The fields as values for JSON."""
        return {
            "statuses": dict(self.statuses),
            "codes": dict(self.codes),
            "bad": self.bad,
            "without_abstracts": self.without_abstracts.plain,
        }

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> PredictionSummary:
        """Return the summary whose fields `plain` returned.

        Raises
        ------
        ValueError
            Fields are missing or have other types.
        """
        statuses, codes, bad = (fields.get(name) for name in ("statuses", "codes", "bad"))
        if not (_are_counts(statuses) and _are_counts(codes) and set(statuses) <= set(Status)):
            raise ValueError("the counts of statuses and codes are wrong")
        if not isinstance(bad, list) or not all(isinstance(sentence, str) for sentence in bad):
            raise ValueError("the sentences about bad records are wrong")
        return cls(
            Counter(statuses), Counter(codes), bad[:SHOWN], WithoutAbstracts.read(fields.get("without_abstracts"))
        )


def _are_counts(values: object) -> TypeGuard[dict[str, int]]:
    return isinstance(values, dict) and all(type(count) is int and count >= 0 for count in values.values())


def _sentence(prediction: Prediction) -> str:
    where = str(prediction.location)
    if not where.endswith(prediction.id):
        where = f"{where} (id {prediction.id})"
    return f"{where}: {prediction.reason}"

"""What a run over records comes to, counted while the predictions pass by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from classmark.corpus import WithoutAbstracts

from .prediction import Prediction, Status

SHOWN = 5
"""So many bad records are named, the first ones."""


@dataclass
class Tally:
    """Predictions, counted.

    Parameters
    ----------
    statuses, codes
        How many predictions there are of each status, and with each assigned code.
    bad
        The first bad records, each named in a sentence.
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

    def add(self, other: Tally) -> None:
        """Count what came after."""
        self.statuses.update(other.statuses)
        self.codes.update(other.codes)
        self.bad = (self.bad + other.bad)[:SHOWN]
        self.without_abstracts.add(other.without_abstracts)

    @property
    def records(self) -> int:
        """How many records there were."""
        return self.statuses.total()

    @property
    def bad_count(self) -> int:
        """How many of them were bad."""
        return sum(count for status, count in self.statuses.items() if Status(status).is_bad)

    @property
    def plain(self) -> dict[str, Any]:
        """The fields as plain values."""
        return {
            "statuses": dict(self.statuses),
            "codes": dict(self.codes),
            "bad": self.bad,
            "without_abstracts": self.without_abstracts.plain,
        }

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> Tally:
        """Return the tally whose fields were kept as `plain` gives them."""
        without = WithoutAbstracts.read(fields["without_abstracts"])
        return cls(Counter(fields["statuses"]), Counter(fields["codes"]), list(fields["bad"]), without)


def _sentence(prediction: Prediction) -> str:
    place = str(prediction.place)
    where = place if place.endswith(prediction.id) else f"{place} (id {prediction.id})"
    return f"{where}: {prediction.reason}"

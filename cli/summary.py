"""What a run over records comes to, counted while the predictions pass by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from classmark.corpus import ClassmarkError, CorpusError

from .boundary import say

if TYPE_CHECKING:
    from classmark.model import Prediction

_SHOWN = 5


class Summary:
    """Counts predictions by status, and keeps the first bad ones to name them."""

    def __init__(self) -> None:
        self.statuses: Counter[str] = Counter()
        self.bad: list[Prediction] = []
        self.gave_codes = False

    def watch(self, predictions: Iterable[Prediction], *, strict: bool) -> Iterator[Prediction]:
        """Pass predictions on while counting them; when strict, stop at the first bad one.

        Raises
        ------
        CorpusError
            A record is bad, and ``strict`` was asked for.
        """
        for prediction in predictions:
            self.count(prediction)
            if strict and prediction.status.is_bad:
                raise self._error(prediction)
            yield prediction

    def count(self, prediction: Prediction) -> None:
        """Count one prediction."""
        self.statuses[prediction.status] += 1
        self.gave_codes |= bool(prediction.codes)
        if prediction.status.is_bad and len(self.bad) < _SHOWN:
            self.bad.append(prediction)

    @property
    def bad_count(self) -> int:
        """How many records were bad."""
        return self.statuses["empty"] + self.statuses["error"]

    def tell(self, passed_over: Sequence[str]) -> None:
        """Say how many predictions there were of each status, which records were bad, and what was not read."""
        for prediction in self.bad:
            say(f"{_where(prediction)}: {prediction.reason}")
        if self.bad_count > len(self.bad):
            say(f"… and {self.bad_count - len(self.bad):,} more bad records")
        counts = ", ".join(f"{count:,} {status}" for status, count in self.statuses.most_common())
        if passed_over:
            endings = ", ".join(sorted({Path(name).suffix or "none" for name in passed_over}))
            say(f"{len(passed_over):,} files were passed over, their endings are not read: {endings}")
        total = self.statuses.total()
        say(f"{total:,} record{'s' * (total != 1)}: {counts}")

    def tell_of_one(self) -> None:
        """Say what is not as usual with a single abstract."""
        for prediction in self.bad:
            say(f"error: {_where(prediction)}: {prediction.reason}")
        if self.statuses["uncertain"]:
            what = "this is the best one" if self.gave_codes else "so none is given"
            say(f"uncertain: no code reached its threshold, {what}")
        if self.statuses["unfamiliar"]:
            say("unfamiliar: the model knows none of the abstract's words, so it gets no code")

    @staticmethod
    def _error(prediction: Prediction) -> ClassmarkError:
        return CorpusError(f"{_where(prediction)}: {prediction.reason}")


def _where(prediction: Prediction) -> str:
    place = str(prediction.place)
    return place if place.endswith(prediction.id) else f"{place} (id {prediction.id})"

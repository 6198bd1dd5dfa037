"""Score the abstracts of concurrent requests together, in a thread beside the one that answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

from msgspec import Struct, field

from classmark.corpus.abstract import Record
from classmark.model.prediction.predict import Prediction, predict

from .projects import Project
from .texts import SentText

T = TypeVar("T")
_Result = list[Prediction] | Exception

_GATHERING = 0.002
"""Seconds to wait for as many requests as were scored together last time."""

_SCORED_AT_ONCE = 50_000
"""Characters that are scored in the thread of the event loop, in some milliseconds: two threads that take turns would
need about as much time again."""


class ScoringJob(Struct, frozen=True):
    """What to do with abstracts: the project that scores them, and parameters as for `predict`."""

    project: Project
    top: int
    threshold: float | None = None
    limit: int | None = None

    def predict(self, texts: Iterable[SentText]) -> list[Prediction]:
        """Predict the codes of texts."""
        return list(self.predict_records(text.record for text in texts))

    def predict_records(self, records: Iterable[Record]) -> Iterator[Prediction]:
        """Yield the predictions of records."""
        classifier = self.project.classifier
        return predict(classifier, records, top=self.top, threshold=self.threshold, limit=self.limit)


class _Waiting(Struct, frozen=True):
    """Texts that wait to be scored, and where their predictions go."""

    texts: Sequence[SentText]
    future: asyncio.Future[list[Prediction]]


class _Group(Struct):
    """What waits for one job, whether some of it is being scored, and the timer that ends gathering."""

    waiting: list[_Waiting] = field(default_factory=list)
    is_running: bool = False
    timer: asyncio.Handle | None = None


class ScoringThread:
    """The thread that scores what takes long; what is short is scored between answers.

    Requests for the same job that come at about the same time are scored at once, which takes little longer than
    scoring one. It is one thread, as more would only take turns.
    """

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(1, "scoring")
        self._groups: dict[ScoringJob, _Group] = {}
        self._usual = 1

    async def predict(self, job: ScoringJob, texts: Sequence[SentText]) -> list[Prediction]:
        """Predict the codes of a few texts."""
        waiting = _Waiting(texts, asyncio.get_running_loop().create_future())
        group = self._groups.setdefault(job, _Group())
        group.waiting.append(waiting)
        self._go_on(job, group)
        return await waiting.future

    async def call(self, function: Callable[..., T], *arguments: object) -> T:
        """Call a function in the thread."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, function, *arguments)

    def _go_on(self, job: ScoringJob, group: _Group) -> None:
        """Score what waits, if it is as much as last time; otherwise wait a little for more."""
        loop = asyncio.get_running_loop()
        if group.is_running:
            return
        if len(group.waiting) == self._usual:
            self._cancel(group)
            group.timer = loop.call_soon(self._start, job, group)  # after the other requests that have arrived
        elif group.timer is None:
            group.timer = loop.call_later(_GATHERING, self._start, job, group)

    @staticmethod
    def _cancel(group: _Group) -> None:
        if group.timer:
            group.timer.cancel()

    def _start(self, job: ScoringJob, group: _Group) -> None:
        """Score all that waits, but not for those who have stopped waiting."""
        self._cancel(group)
        batch = [each for each in group.waiting if not each.future.done()]
        group.waiting, group.timer, group.is_running = [], None, True
        self._usual = max(1, len(batch))
        if sum(len(text.text) for each in batch for text in each.texts) <= _SCORED_AT_ONCE:
            self._finish(job, group, batch, _predict_together(job, batch))
            return
        scored = asyncio.get_running_loop().run_in_executor(self._executor, _predict_together, job, batch)
        scored.add_done_callback(lambda done: self._finish(job, group, batch, done.result()))

    def _finish(self, job: ScoringJob, group: _Group, batch: Sequence[_Waiting], results: Sequence[_Result]) -> None:
        _deliver(batch, results)
        group.is_running = False
        if group.waiting:
            group.timer = asyncio.get_running_loop().call_soon(self._start, job, group)
        else:
            del self._groups[job]


def _predict_together(job: ScoringJob, batch: Sequence[_Waiting]) -> list[_Result]:
    """Predict the texts of several requests at once; if that fails, one by one, so that only one of them fails."""
    try:
        predictions = iter(job.predict(text for each in batch for text in each.texts))
        return [list(islice(predictions, len(each.texts))) for each in batch]
    except Exception:  # the same error is told to the request that causes it
        return [_predict_alone(job, each.texts) for each in batch]


def _predict_alone(job: ScoringJob, texts: Sequence[SentText]) -> _Result:
    try:
        return job.predict(texts)
    except Exception as error:  # raised where the request is answered
        return error


def _deliver(batch: Sequence[_Waiting], results: Sequence[_Result]) -> None:
    """Give each request its predictions, unless it has stopped waiting meanwhile."""
    for each, result in zip(batch, results, strict=True):
        if each.future.done():
            continue
        if isinstance(result, Exception):
            each.future.set_exception(result)
        else:
            each.future.set_result(result)

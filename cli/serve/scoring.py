"""Score the abstracts of concurrent requests together, in a thread beside the one that answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from threading import Lock
from typing import TypeVar

from classmark.corpus.abstract import Record
from classmark.model.prediction.predict import Prediction, predict

from .projects import Project
from .texts import SentText

T = TypeVar("T")
_Result = list[Prediction] | Exception


@dataclass(frozen=True)
class ScoringJob:
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


@dataclass(frozen=True)
class _Waiting:
    """Texts that wait to be scored, and where their predictions go."""

    texts: Sequence[SentText]
    future: asyncio.Future[list[Prediction]]


class ScoringThread:
    """The thread that scores.

    While it works, further requests gather; those for the same job are then scored at once, which takes little longer
    than scoring one. It is one thread, as more would only take turns.
    """

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(1, "scoring")
        self._waiting: dict[ScoringJob, list[_Waiting]] = {}
        self._lock = Lock()

    async def predict(self, job: ScoringJob, texts: Sequence[SentText]) -> list[Prediction]:
        """Predict the codes of a few texts."""
        loop = asyncio.get_running_loop()
        waiting = _Waiting(texts, loop.create_future())
        with self._lock:
            is_first = job not in self._waiting
            self._waiting.setdefault(job, []).append(waiting)
        if is_first:
            self._executor.submit(self._score, job, loop)
        return await waiting.future

    async def call(self, function: Callable[..., T], *arguments: object) -> T:
        """Call a function in the thread."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, function, *arguments)

    def _score(self, job: ScoringJob, loop: asyncio.AbstractEventLoop) -> None:
        """Score all that waits for a job, but not for those who have stopped waiting."""
        with self._lock:
            batch = [each for each in self._waiting.pop(job) if not each.future.done()]
        results = _predict_together(job, batch)
        loop.call_soon_threadsafe(_deliver, batch, results)


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

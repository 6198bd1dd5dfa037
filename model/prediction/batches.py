"""Predict many records in batches, in order; above some thousands of records, in several processes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from functools import lru_cache
from itertools import chain
from operator import attrgetter
from pathlib import Path

from msgspec import Struct

from classmark.corpus.abstract import Record
from classmark.corpus.input.chunks import Chunk, in_batches, records_of
from classmark.corpus.wrapped_streams import BYTES_READ
from classmark.model.persistence.model_file import open_classifier
from classmark.model.scoring.classifier import Classifier

from .predict import PredictedBatch, predict_columns
from .summary import PredictionSummary

SERIAL_RECORDS = 10_000
"""Records to predict before worker processes are started: starting them takes as long as some thousands of records."""


class PredictionJob(Struct, frozen=True):
    """What to do with each record.

    Parameters
    ----------
    model
        The model file; each process opens it for itself.
    top, threshold, limit
        As for `predict`.
    render
        Returns predictions as text. It is sent to other processes, so it must be a function of a module.
    level
        The level of the scheme whose codes are predicted; None for the model's own codes.
    """

    model: Path
    top: int
    threshold: float | None
    limit: int | None
    render: Callable[[PredictedBatch], str]
    level: int | None = None


class BatchResult(Struct, frozen=True):
    """The predictions of a batch as text, and their summary."""

    text: str
    summary: PredictionSummary


LARGE = 30_000_000
"""Bytes of an input from which on worker processes are started at once."""

_AHEAD = 3
"""Batches that each worker has or waits for; this process predicts the next one meanwhile."""

_MOST_WAITING = 16
"""Batches per worker whose results may wait for one before them, to bound memory."""


def predict_in_batches(job: PredictionJob, chunks: Iterator[Chunk], jobs: int, size: int = 0) -> Iterator[BatchResult]:
    """Predict records batch by batch, in their order.

    Records that are not read yet, such as lines of a file, are read by the process that predicts them.

    Parameters
    ----------
    jobs
        The number of processes, as joblib's ``n_jobs``: -1 for all cores. This process is one of them.
    size
        Of the input in bytes; 0 if unknown.

    Raises
    ------
    ModelFileError
        The model file can't be opened.
    """
    batches = in_batches(chunks, attrgetter("size"), count=_records_in)
    done = SERIAL_RECORDS if size >= LARGE else 0
    while done < SERIAL_RECORDS and (batch := next(batches, None)):
        result = predict_batch(job, records_of(batch))
        done += result.summary.records
        yield result
    following = next(batches, None)
    if following is None:
        return
    batches = chain([following], batches)
    workers = _processes(jobs) - 1
    yield from _predict_with(job, batches, workers) if workers else _predict_alone(job, batches)


def _processes(jobs: int) -> int:
    """Return the number of processes."""
    if jobs == 1:
        return 1
    from joblib import effective_n_jobs  # noqa: PLC0415  # slow to import, and one job does without it

    return int(effective_n_jobs(jobs))


def _predict_alone(job: PredictionJob, batches: Iterable[list[Chunk]]) -> Iterator[BatchResult]:
    return (predict_batch(job, records_of(batch)) for batch in batches)


def _predict_with(job: PredictionJob, batches: Iterable[list[Chunk]], workers: int) -> Iterator[BatchResult]:
    """Predict batches in worker processes and in this process, which takes a batch when they have enough to do."""
    from classmark.model.parallel.worker_processes import for_workers, worker_pool  # noqa: PLC0415  # joblib loads here

    waiting: deque[Future[tuple[BatchResult, int]]] = deque()
    with worker_pool(workers) as pool:
        for batch in batches:
            if sum(not result.done() for result in waiting) < _AHEAD * workers:
                waiting.append(pool.submit(for_workers(_predict_in_worker), job, batch))
            else:
                waiting.append(_done(predict_batch(job, records_of(batch))))
            while waiting and (waiting[0].done() or len(waiting) > _MOST_WAITING * workers):
                yield _received(waiting.popleft())
        yield from map(_received, waiting)


def _done(result: BatchResult) -> Future[tuple[BatchResult, int]]:
    future: Future[tuple[BatchResult, int]] = Future()
    future.set_result((result, 0))
    return future


def _received(future: Future[tuple[BatchResult, int]]) -> BatchResult:
    """Return a result when it is there; count the bytes that a worker read for it."""
    result, size = future.result()
    BYTES_READ.count += size
    return result


def predict_batch(job: PredictionJob, records: Iterable[Record]) -> BatchResult:
    """Predict one batch."""
    classifier = _opened(job.model, job.level)
    summary = PredictionSummary()
    texts: list[str] = []
    for batch in predict_columns(classifier, records, top=job.top, threshold=job.threshold, limit=job.limit):
        summary.count_batch(batch)
        texts.append(job.render(batch))
    return BatchResult("".join(texts), summary)


def _predict_in_worker(job: PredictionJob, batch: Sequence[Chunk]) -> tuple[BatchResult, int]:
    """Predict one batch in a worker process; return the result and how many bytes were read from files for it."""
    before = BYTES_READ.count
    result = predict_batch(job, records_of(batch))
    return result, BYTES_READ.count - before


def _records_in(chunks: Iterable[Chunk]) -> int:
    return sum(map(len, chunks))


@lru_cache(maxsize=1)
def _opened(path: Path, level: int | None) -> Classifier:
    return open_classifier(path).at_level(level)

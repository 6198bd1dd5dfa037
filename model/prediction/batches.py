"""Labelling many records: in batches, in their order, spread over processes once there are many."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path

from classmark.corpus.abstract import Record
from classmark.corpus.input.chunks import CHUNK_BYTES, CHUNK_RECORDS, Chunk, records_of
from classmark.corpus.streams import BYTES_READ
from classmark.model.persistence.model_file import open_classifier
from classmark.model.scoring.classifier import Classifier

from .predict import Prediction, predict
from .summary import PredictionSummary

SERIAL_RECORDS = 10_000
"""Records to label before worker processes are started: starting them takes as long as some thousands of records."""


@dataclass(frozen=True)
class PredictionJob:
    """What is to be done with each record.

    Parameters
    ----------
    model
        The model file, which every process opens for itself.
    top, threshold
        As for `predict`.
    render
        Writes predictions as text; it is sent to other processes, so it must be a function of a module.
    """

    model: Path
    top: int
    threshold: float | None
    render: Callable[[Iterable[Prediction]], str]


@dataclass(frozen=True)
class BatchResult:
    """A batch that was labelled: its predictions as text, and what they come to."""

    text: str
    summary: PredictionSummary


def predict_in_batches(job: PredictionJob, chunks: Iterator[Chunk], jobs: int) -> Iterator[BatchResult]:
    """Label records, a batch after the other, in their order.

    What is not read yet, such as lines of a file, is read by the process that labels it.

    Parameters
    ----------
    jobs
        How many processes, in joblib's way of counting: -1 for all cores.

    Raises
    ------
    ModelFileError
        The model can't be opened.
    """
    batches = in_batches(chunks)
    done = 0
    while done < SERIAL_RECORDS and (batch := next(batches, None)):
        result = predict_batch(job, records_of(batch))
        done += result.summary.records
        yield result
    following = next(batches, None)
    if following is None:
        return
    from joblib import delayed, effective_n_jobs  # noqa: PLC0415  # who has few records need not wait for it

    from classmark.model.parallel.worker_processes import for_workers, worker_processes  # noqa: PLC0415

    rest = chain([following], batches)
    if effective_n_jobs(jobs) == 1:
        yield from (predict_batch(job, records_of(batch)) for batch in rest)
        return
    options = {"return_as": "generator", "pre_dispatch": "3 * n_jobs", "batch_size": 1}
    with worker_processes(jobs, **options) as spread, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "[0-9]+ tasks have been successfully executed")  # who stops knows it
        for result, size in spread(delayed(for_workers(_predict_elsewhere))(job, batch) for batch in rest):
            BYTES_READ.count += size
            yield result


def predict_batch(job: PredictionJob, records: Iterable[Record]) -> BatchResult:
    """Label one batch."""
    predictions = list(predict(_opened(job.model), records, top=job.top, threshold=job.threshold))
    summary = PredictionSummary()
    for prediction in predictions:
        summary.count(prediction)
    return BatchResult(job.render(predictions), summary)


def _predict_elsewhere(job: PredictionJob, batch: Sequence[Chunk]) -> tuple[BatchResult, int]:
    """Label one batch in another process; return with it how many bytes were read from files for it."""
    before = BYTES_READ.count
    result = predict_batch(job, records_of(batch))
    return result, BYTES_READ.count - before


def in_batches(chunks: Iterable[Chunk]) -> Iterator[list[Chunk]]:
    """Put chunks together until they have as many records as are best labelled together, or are long."""
    batch: list[Chunk] = []
    for chunk in chunks:
        batch.append(chunk)
        if sum(map(len, batch)) >= CHUNK_RECORDS or sum(each.size for each in batch) >= CHUNK_BYTES:
            yield batch
            batch = []
    if batch:
        yield batch


@lru_cache(maxsize=1)
def _opened(path: Path) -> Classifier:
    return open_classifier(path)

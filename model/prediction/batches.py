"""Predict many records in batches, in order; above some thousands of records, in several processes."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, islice
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

_MEANWHILE = 8
"""Batches that this process predicts while its workers start."""


def predict_in_batches(job: PredictionJob, chunks: Iterator[Chunk], jobs: int, size: int = 0) -> Iterator[BatchResult]:
    """Predict records batch by batch, in their order.

    Records that are not read yet, such as lines of a file, are read by the process that predicts them.

    Parameters
    ----------
    jobs
        The number of processes, as joblib's ``n_jobs``: -1 for all cores.
    size
        Of the input in bytes; 0 if unknown.

    Raises
    ------
    ModelFileError
        The model file can't be opened.
    """
    batches = in_batches(chunks, attrgetter("size"), count=_records_in)
    is_large = size >= LARGE
    done = SERIAL_RECORDS if is_large else 0
    while done < SERIAL_RECORDS and (batch := next(batches, None)):
        result = predict_batch(job, records_of(batch))
        done += result.summary.records
        yield result
    following = next(batches, None)
    if following is not None:
        yield from _predict_in_processes(job, chain([following], batches), jobs, _MEANWHILE if is_large else 0)


def _predict_in_processes(
    job: PredictionJob, batches: Iterator[list[Chunk]], jobs: int, meanwhile: int
) -> Iterator[BatchResult]:
    """Predict batches in worker processes, or in this process if there is one job.

    Parameters
    ----------
    meanwhile
        How many batches this process predicts while its workers start.
    """
    if _is_alone(jobs):
        yield from (predict_batch(job, records_of(batch)) for batch in batches)
        return
    from joblib import delayed  # noqa: PLC0415  # slow to import

    from classmark.model.parallel.worker_processes import for_workers, worker_processes  # noqa: PLC0415

    options = {"return_as": "generator", "pre_dispatch": "3 * n_jobs", "batch_size": 1}
    own = list(islice(batches, meanwhile))
    with worker_processes(jobs, **options) as parallel, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "[0-9]+ tasks have been successfully executed")  # on a stop
        results = parallel(delayed(for_workers(_predict_in_worker))(job, batch) for batch in batches)
        yield from (predict_batch(job, records_of(batch)) for batch in own)
        for result, size in results:
            BYTES_READ.count += size
            yield result


def _is_alone(jobs: int) -> bool:
    """Return whether there is one job."""
    if jobs == 1:
        return True
    from joblib import effective_n_jobs  # noqa: PLC0415  # slow to import, and one job does without it

    return effective_n_jobs(jobs) == 1


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

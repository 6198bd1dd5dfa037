"""Labelling many records: in batches, in their order, spread over processes once there are many."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path

from classmark.corpus import Abstract, Record

from .classifier import Classifier
from .file import open_classifier
from .prediction import Prediction, predict
from .tally import Tally

BATCH = 512
_BEFORE_SPREADING = 20
"""So many batches are labelled before processes are started, which takes as long as some thousands of records."""


@dataclass(frozen=True)
class Work:
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
class Labelled:
    """A batch that was labelled: its predictions as text, and what they come to."""

    text: str
    tally: Tally


def label(work: Work, records: Iterable[Record], jobs: int) -> Iterator[Labelled]:
    """Label records, a batch after the other, in their order.

    Parameters
    ----------
    jobs
        How many processes, in joblib's way of counting: -1 for all cores.

    Raises
    ------
    ModelFileError
        The model can't be opened.
    """
    batches = in_batches(iter(records))
    for batch in islice(batches, _BEFORE_SPREADING):
        yield label_batch(work, batch)
    following = next(batches, None)
    if following is None:
        return
    from joblib import Parallel, delayed, effective_n_jobs  # noqa: PLC0415  # who has few records need not wait for it

    from .losses import noticing_losses  # noqa: PLC0415
    from .workers import for_workers  # noqa: PLC0415

    rest = chain([following], batches)
    if effective_n_jobs(jobs) == 1:
        yield from (label_batch(work, batch) for batch in rest)
        return
    spread = Parallel(n_jobs=jobs, return_as="generator", pre_dispatch="3 * n_jobs", batch_size=1)
    with noticing_losses(spread), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "[0-9]+ tasks have been successfully executed")  # who stops knows it
        yield from spread(
            delayed(for_workers(label_batch))(work, [_bare(record) for record in batch]) for batch in rest
        )


def label_batch(work: Work, batch: Sequence[Record]) -> Labelled:
    """Label one batch."""
    predictions = list(predict(_opened(work.model), batch, top=work.top, threshold=work.threshold))
    tally = Tally()
    for prediction in predictions:
        tally.count(prediction)
    return Labelled(work.render(predictions), tally)


def _bare(record: Record) -> Record:
    """Leave out what the record was read from, which no other process needs."""
    return replace(record, raw=None) if isinstance(record, Abstract) and record.raw is not None else record


def in_batches(records: Iterator[Record]) -> Iterator[list[Record]]:
    """Yield the records, so many at a time as are best labelled together."""
    while batch := list(islice(records, BATCH)):
        yield batch


@lru_cache(maxsize=1)
def _opened(path: Path) -> Classifier:
    return open_classifier(path)

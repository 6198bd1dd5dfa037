"""Predict whole partitions of an input on the workers of a cluster."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from distributed import get_worker
from joblib import Parallel, delayed

from classmark.corpus.errors import ClassmarkError
from classmark.corpus.input.chunks import in_chunks
from classmark.corpus.partitions.done import PartitionResult
from classmark.corpus.partitions.output import PartitionedOutput
from classmark.corpus.partitions.partition import Partition
from classmark.corpus.partitions.read import read_partition
from classmark.corpus.version import VERSION
from classmark.model.parallel.dask_cluster import place_of_model

from .batches import PredictionJob, predict_batch
from .summary import PredictionSummary


@dataclass(frozen=True)
class PartitionJob:
    """What is to be done with each part.

    Parameters
    ----------
    job
        What is to be done with each record; its model is the one that was sent.
    checksum
        The model's.
    output
        Where the predictions go.
    header
        Comes before the first prediction of a part.
    version
        Of classmark, which must be the workers' too.
    """

    job: PredictionJob
    checksum: str
    output: PartitionedOutput
    header: str
    version: str = VERSION


def predict_partitions(job: PartitionJob, partitions: list[Partition]) -> Iterator[PartitionResult]:
    """Label parts where `on_cluster` says, and yield what they came to, in the order in which they are done.

    Raises
    ------
    ClassmarkError
        A part can't be done, or its predictions are not to be seen from here.
    """
    spread = Parallel(n_jobs=-1, return_as="generator_unordered", pre_dispatch="all", batch_size=1)
    by_number = {partition.number: partition for partition in partitions}
    for done in spread(delayed(predict_partition)(job, partition) for partition in partitions):
        if not job.output.has(by_number[done.number], done):
            raise ClassmarkError(
                f"a worker wrote part {done.number}, but not to the {job.output.path} that is seen from here; "
                "name a folder that all workers share"
            )
        yield done


def predict_partition(job: PartitionJob, partition: Partition) -> PartitionResult:
    """Label a part; this runs on a worker, and may run again after a loss, with the same result.

    Raises
    ------
    ClassmarkError
        The worker has another version of classmark, or its file system not the files that the part needs.
    """
    if job.version != VERSION:
        raise ClassmarkError(f"a worker has classmark {VERSION}, but {job.version} is asked for; install the same")
    here = replace(job.job, model=place_of_model(get_worker(), job.checksum))
    summary = PredictionSummary()
    written = job.output.write(partition, _lines(here, partition, job.header, summary))
    done = PartitionResult(partition.number, written.size, written.lines, written.value, summary.records, summary.plain)
    job.output.note(partition, done)
    return done


def _lines(job: PredictionJob, partition: Partition, header: str, summary: PredictionSummary) -> Iterator[bytes]:
    yield header.encode()
    for chunk in in_chunks(read_partition(partition)):
        labelled = predict_batch(job, chunk.read())
        summary.add(labelled.summary)
        yield labelled.text.encode("utf-8", "backslashreplace")

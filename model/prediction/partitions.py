"""Predict whole partitions of an input on the workers of a cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from distributed import Client, get_worker
from msgspec import Struct
from msgspec.structs import replace

from classmark.corpus.errors import ClassmarkError
from classmark.corpus.input.chunks import in_chunks
from classmark.corpus.partitions.output import PartitionedOutput
from classmark.corpus.partitions.partition import Partition
from classmark.corpus.partitions.read import read_partition
from classmark.corpus.partitions.result import PartitionResult
from classmark.corpus.version import VERSION
from classmark.model.parallel.dask_cluster import map_unordered, model_path_on

from .batches import PredictionJob, predict_batch
from .summary import PredictionSummary


class PartitionJob(Struct, frozen=True):
    """What to do with each partition.

    Parameters
    ----------
    job
        What to do with each record. Its model is replaced by the one that was sent to the worker.
    checksum
        The model's.
    output
        Where to write the predictions.
    header
        Precedes the first prediction of a partition.
    version
        The version of classmark here, which the workers must have too.
    """

    job: PredictionJob
    checksum: str
    output: PartitionedOutput
    header: str
    version: str = VERSION


def predict_partitions(client: Client, job: PartitionJob, partitions: Sequence[Partition]) -> Iterator[PartitionResult]:
    """Predict partitions on a cluster, and yield their results in the order in which they are done.

    Raises
    ------
    ClassmarkError
        A partition fails, or its predictions can't be seen from here.
    """
    by_number = {partition.number: partition for partition in partitions}
    for done in map_unordered(client, partial(predict_partition, job), partitions):
        if not job.output.has(by_number[done.number], done):
            raise ClassmarkError(
                f"a worker wrote part {done.number}, but it can't be seen from here in {job.output.path}; "
                "name a folder that all workers share"
            )
        yield done


def predict_partition(job: PartitionJob, partition: Partition) -> PartitionResult:
    """Predict a partition on a worker; repeating it after a loss gives the same result.

    Raises
    ------
    ClassmarkError
        The worker has another version of classmark, or its file system lacks the files of the partition.
    """
    if job.version != VERSION:
        raise ClassmarkError(f"a worker has classmark {VERSION}, but {job.version} is asked for; install the same")
    local_job = replace(job.job, model=model_path_on(get_worker(), job.checksum))
    summary = PredictionSummary()
    written = job.output.write(partition, _lines(local_job, partition, job.header, summary))
    done = PartitionResult(partition.number, written.size, written.lines, written.value, summary.records, summary.plain)
    job.output.checkpoint(partition, done)
    return done


def _lines(job: PredictionJob, partition: Partition, header: str, summary: PredictionSummary) -> Iterator[bytes]:
    """Yield the predictions of a partition as text, and add them to the summary."""
    yield header.encode()
    for chunk in in_chunks(read_partition(partition)):
        result = predict_batch(job, chunk.read())
        summary.add(result.summary)
        yield result.text.encode("utf-8", "backslashreplace")

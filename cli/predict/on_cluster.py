"""Predict on a Dask cluster: a folder of predictions, one file per partition, and a manifest once it is complete."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from classmark.cli.cluster import prepare_libraries
from classmark.cli.console import say
from classmark.cli.formats import OutputFormat
from classmark.cli.progress import counting
from classmark.cli.views.predictions import header
from classmark.corpus.errors import ClassmarkError, CorpusError, UsageError
from classmark.corpus.input.read import Input
from classmark.corpus.output.checks import check_apart
from classmark.corpus.partitions.output import PartitionedOutput
from classmark.corpus.partitions.partition import Partition, cut, find_input
from classmark.corpus.partitions.result import PartitionResult
from classmark.corpus.partitions.storage import path_for_workers
from classmark.corpus.streams import STDIN

from .partition_summaries import checked_summary, sum_summaries, valid_results
from .run import PredictionRun

if TYPE_CHECKING:
    from distributed import Client

    from classmark.model.prediction.summary import PredictionSummary


class ClusterResult(Struct, frozen=True):
    """What came of a run on a cluster.

    Parameters
    ----------
    passed_over
        Files in folders that were not read.
    is_same_input
        Whether the input is the same as at the beginning.
    """

    summary: PredictionSummary
    passed_over: Sequence[str]
    is_same_input: bool


def predict_on_cluster(run: PredictionRun, address: str) -> ClusterResult:
    """Predict on the cluster of a scheduler, into the output folder.

    Raises
    ------
    UsageError
        The input or output can't be used on a cluster, or the folder holds something else.
    ClassmarkError
        The cluster can't be reached or used.
    """
    if STDIN in run.input.paths or run.output is None or run.output == STDIN:
        raise UsageError("--scheduler needs files or folders as input, and a folder as --output")
    _check_apart(run.output, run)
    prepare_libraries()
    from classmark.model.persistence.model_file import open_classifier

    open_classifier(run.model).at_level(run.level)  # report a broken model before anything is sent
    target = PartitionedOutput(
        path_for_workers(run.output), "txt" if run.format is OutputFormat.text else str(run.format)
    )
    found = find_input(run.input.paths, run.input.input_format)
    fingerprint = _as_in_json(run.fingerprint(found.digest))
    with target.folder.alone():
        if target.is_complete(fingerprint):
            manifest = target.complete(fingerprint, cut(found))
            say(f"the output in {target.path} is complete already")
            return ClusterResult(checked_summary(manifest, target), found.passed_over, is_same_input=True)
        summary = _fill(target, run, address, found, fingerprint)
    return ClusterResult(summary, found.passed_over, _is_same(run, found))


def _check_apart(output: str, run: PredictionRun) -> None:
    """Refuse an output inside the input, by path or URL; see `check_apart`."""
    place, read = path_for_workers(output), [path_for_workers(path) for path in run.input.paths]
    check_apart([place], [*read, run.model])
    for path in read:
        if f"{place.rstrip('/')}/".startswith(f"{path.rstrip('/')}/"):
            raise UsageError(
                f"{output} is in {path}, which is read; name an output elsewhere, or it is input next time"
            )


def _fill(
    target: PartitionedOutput, run: PredictionRun, address: str, found: Input, fingerprint: dict[str, Any]
) -> PredictionSummary:
    """Predict the partitions that are missing in the output folder, write the manifest, and return the summary."""
    from classmark.model.parallel.dask_cluster import on_cluster

    resume = bool(run.resume) and target.has_earlier_run
    target.check(fingerprint, resume=resume)
    if not resume:
        run.report_new_start(target.path)
    partitions = cut(found) if resume else []
    done = valid_results(target.progress(fingerprint, partitions)) if resume else {}
    with on_cluster(address, say) as client:
        if not resume:
            partitions = cut(found)
            target.begin(fingerprint, partitions)
        _predict_missing(run, client, target, partitions, done)
    summary = sum_summaries([done[partition.number].summary for partition in partitions])
    target.finish(fingerprint, partitions, done, summary.plain)
    return summary


def _predict_missing(
    run: PredictionRun,
    client: Client,
    target: PartitionedOutput,
    partitions: list[Partition],
    done: dict[int, PartitionResult],
) -> None:
    """Predict the partitions that are missing, and add their results to those that are done.

    Raises
    ------
    CorpusError
        A record is bad, and ``--strict`` is given.
    """
    from classmark.model.parallel.dask_cluster import sent_model
    from classmark.model.persistence.container import checksum_of as model_checksum
    from classmark.model.prediction.partitions import PartitionJob, predict_partitions

    job = PartitionJob(run.job, model_checksum(run.model), target, header(run.format))
    missing = [partition for partition in partitions if partition.number not in done]
    with (
        _noting_progress(partitions, done),
        sent_model(client, run.model, job.checksum),
        counting("parts", len(partitions), len(done), quiet=run.quiet) as advance,
    ):
        for result in predict_partitions(client, job, missing):
            done[result.number] = result
            advance()
            if run.strict and result.summary["bad"]:
                raise CorpusError(result.summary["bad"][0])


@contextmanager
def _noting_progress(partitions: list[Partition], done: Mapping[int, PartitionResult]) -> Iterator[None]:
    """Note on an error how much is done, and how to continue."""
    try:
        yield
    except BaseException as error:
        so_far = f"{len(done):,} of {len(partitions):,} parts are done"
        error.add_note(f"{so_far}, continue with the same command and --resume")
        raise


def _is_same(run: PredictionRun, found: Input) -> bool:
    """Return whether the input is what it was when it was found."""
    try:
        return find_input(run.input.paths, run.input.input_format).digest == found.digest
    except ClassmarkError:  # it is gone
        return False


def _as_in_json(values: dict[str, object]) -> dict[str, Any]:
    """Return values as JSON gives them back, tuples as lists."""
    return dict(json.loads(json.dumps(values)))

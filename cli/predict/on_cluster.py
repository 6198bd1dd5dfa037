"""Predict on a Dask cluster: a folder of predictions, one file per partition, and a manifest once it is complete."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from classmark.cli.cluster import check_libraries
from classmark.cli.console import say
from classmark.cli.options import OutputFormat
from classmark.cli.progress import counting
from classmark.cli.views.predictions import header
from classmark.corpus.errors import ClassmarkError, CorpusError, UsageError
from classmark.corpus.output.checks import check_apart
from classmark.corpus.partitions.done import PartitionResult
from classmark.corpus.partitions.output import MANIFEST, PartitionedOutput
from classmark.corpus.partitions.partition import FoundInput, Partition, cut, find_input
from classmark.corpus.partitions.storage import path_for_workers
from classmark.corpus.streams import STDIN

from .run import Run

if TYPE_CHECKING:
    from distributed import Client

    from classmark.model.prediction.summary import PredictionSummary


def predict_on_cluster(
    run: Run, address: str, output: str | None, *, resume: bool
) -> tuple[PredictionSummary, tuple[str, ...], bool]:
    """Label what was named on a cluster.

    Returns
    -------
    What it came to, the files that were passed over, and whether the input is still the same.

    Raises
    ------
    UsageError
        The input or output can't be used so, or the folder holds something else.
    ClassmarkError
        The cluster can't be reached or used.
    """
    if STDIN in run.paths or output is None or output == STDIN:
        raise UsageError("--scheduler needs files or folders as input, and a folder as --output")
    _check_apart(output, run)
    check_libraries()
    from classmark.model.parallel.dask_cluster import on_cluster
    from classmark.model.persistence.model_file import open_classifier
    from classmark.model.prediction.summary import PredictionSummary

    open_classifier(run.model)  # a broken model is found before anything is sent
    target = PartitionedOutput(path_for_workers(output), "txt" if run.format is OutputFormat.text else str(run.format))
    found = find_input(run.paths, run.input_format)
    purpose = _as_kept(run.purpose(found.digest))
    with target.folder.alone():
        if target.is_complete(purpose):
            total = _tally_of(target.complete(purpose, cut(found, run.input_format)), target)
            say(f"the output in {target.path} is complete already")
            return total, found.passed_over, True
        target.check(purpose, resume=resume)
        parts = cut(found, run.input_format) if resume else []
        done = _so_far(target.progress(purpose, parts)) if resume else {}
        with on_cluster(address, say) as client:
            if not resume:
                parts = cut(found, run.input_format)
                target.begin(purpose, parts)
            _label(run, client, target, parts, done)
        total = PredictionSummary()
        for part in parts:
            total.add(PredictionSummary.read(done[part.number].tally))
        target.finish(purpose, parts, done, total.plain)
    return total, found.passed_over, _is_same(run, found)


def _check_apart(output: str, run: Run) -> None:
    """Refuse an output in what is read, by path or URL; see `check_apart`."""
    place, read = path_for_workers(output), [path_for_workers(path) for path in run.paths]
    check_apart([place], [*read, run.model])
    for path in read:
        if f"{place.rstrip('/')}/".startswith(f"{path.rstrip('/')}/"):
            raise UsageError(
                f"{output} is in {path}, which is read; name an output elsewhere, or it is input next time"
            )


def _tally_of(manifest: dict[str, Any], target: PartitionedOutput) -> PredictionSummary:
    from classmark.model.prediction.summary import PredictionSummary

    try:
        total, parts = PredictionSummary.read(manifest), [PredictionSummary.read(part) for part in manifest["parts"]]
    except ValueError as error:
        raise target.damaged(MANIFEST) from error
    summed = PredictionSummary()
    for part in parts:
        summed.add(part)
    if total != summed or total.records != manifest["records"]:
        raise target.damaged(MANIFEST)
    return total


def _so_far(noted: dict[int, PartitionResult]) -> dict[int, PartitionResult]:
    """Leave out parts whose counts can't be, so that they are done again."""
    return {number: done for number, done in noted.items() if _is_counted(done)}


def _is_counted(done: PartitionResult) -> bool:
    from classmark.model.prediction.summary import PredictionSummary

    try:
        return PredictionSummary.read(done.tally).records == done.records
    except ValueError:
        return False


def _is_same(run: Run, found: FoundInput) -> bool:
    try:
        return find_input(run.paths, run.input_format).digest == found.digest
    except ClassmarkError:  # it is gone
        return False


def _label(
    run: Run, client: Client, target: PartitionedOutput, parts: list[Partition], done: dict[int, PartitionResult]
) -> None:
    """Label the parts that are missing, and put what they came to with those that are done.

    Raises
    ------
    CorpusError
        A record is bad, and ``strict`` was asked for.
    """
    from classmark.model.parallel.dask_cluster import sent_model
    from classmark.model.persistence.container import checksum_of as model_checksum
    from classmark.model.prediction.partitions import PartitionJob, predict_partitions

    job = PartitionJob(run.job, model_checksum(run.model), target, header(run.format))
    with (
        _saying_how_to_go_on(parts, done),
        sent_model(client, run.model, job.checksum),
        counting("parts", len(parts), len(done), quiet=run.quiet) as advance,
    ):
        for part in predict_partitions(client, job, [part for part in parts if part.number not in done]):
            done[part.number] = part
            advance()
            if run.strict and part.tally["bad"]:
                raise CorpusError(part.tally["bad"][0])


@contextmanager
def _saying_how_to_go_on(parts: list[Partition], done: dict[int, PartitionResult]) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        so_far = f"{len(done):,} of {len(parts):,} parts are done"
        error.add_note(f"{so_far}, go on with the same command and --resume")
        raise


def _as_kept(values: dict[str, object]) -> dict[str, Any]:
    """Return values as they come back out of JSON."""
    return dict(json.loads(json.dumps(values)))

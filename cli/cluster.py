"""A run on a Dask cluster: a folder of predictions, a file a part, and a manifest once it is whole."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from classmark.corpus import (
    STDIN,
    ClassmarkError,
    CorpusError,
    DonePart,
    FoundInput,
    Part,
    PartsOutput,
    UsageError,
    cut,
    find_input,
    for_all,
    import_extra,
)

from .boundary import say
from .labelling import Run
from .options import OutputFormat
from .progress import counting
from .writers import header

if TYPE_CHECKING:
    from distributed import Client

    from classmark.model import Tally


def check_libraries() -> None:
    """Find out before the work whether the libraries are there that speak to a cluster.

    Raises
    ------
    CorpusError
        One of them is missing.
    """
    for library in ("distributed", "fsspec"):
        import_extra(library, "dask", "--scheduler")
    logging.disable()  # they log at length what is said here in a sentence


@contextmanager
def joined(address: str | None) -> Iterator[None]:
    """Have the cluster of a scheduler do what would be spread over cores, for the while; without address, nothing."""
    if address is None:
        yield
        return
    check_libraries()
    from classmark.model import on_cluster

    with on_cluster(address):
        yield


def label_on_cluster(
    run: Run, address: str, output: str | None, *, resume: bool
) -> tuple[Tally, tuple[str, ...], bool]:
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
    check_libraries()
    from classmark.model import Tally, on_cluster, open_classifier

    open_classifier(run.model)  # a broken model is found before anything is sent
    target = PartsOutput(for_all(output), "txt" if run.format is OutputFormat.text else str(run.format))
    found = find_input(run.paths, run.input_format)
    purpose = _as_kept(run.purpose(found.digest))
    with target.folder.alone():
        manifest = target.complete(purpose)
        if manifest:
            say(f"the output in {target.path} is complete already")
            return Tally.read(manifest), found.passed_over, True
        target.check(purpose, resume=resume)
        with on_cluster(address) as client:
            if not resume:
                target.begin(purpose, cut(found, run.input_format))
            parts, done = target.progress()
            _label(run, client, target, parts, done)
        total = Tally()
        for part in parts:
            total.add(Tally.read(done[part.number].tally))
        target.finish(purpose, parts, done, total.plain)
    return total, found.passed_over, _is_same(run, found)


def _is_same(run: Run, found: FoundInput) -> bool:
    try:
        return find_input(run.paths, run.input_format).digest == found.digest
    except ClassmarkError:  # it is gone
        return False


def _label(run: Run, client: Client, target: PartsOutput, parts: list[Part], done: dict[int, DonePart]) -> None:
    """Label the parts that are missing, and put what they came to with those that are done.

    Raises
    ------
    CorpusError
        A record is bad, and ``strict`` was asked for.
    """
    from classmark.model import PartsWork, label_parts, model_checksum, sent_model

    work = PartsWork(run.work, model_checksum(run.model), target, header(run.format))
    with (
        _saying_how_to_go_on(parts, done),
        sent_model(client, run.model, work.checksum),
        counting("parts", len(parts), len(done), quiet=run.quiet) as advance,
    ):
        for part in label_parts(work, [part for part in parts if part.number not in done]):
            done[part.number] = part
            advance()
            if run.strict and part.tally["bad"]:
                raise CorpusError(part.tally["bad"][0])


@contextmanager
def _saying_how_to_go_on(parts: list[Part], done: dict[int, DonePart]) -> Iterator[None]:
    try:
        yield
    except BaseException:
        so_far = f"{len(done):,} of {len(parts):,} parts are done"
        say(f"stopped; {so_far}, go on with the same command and --resume")
        raise


def _as_kept(values: dict[str, object]) -> dict[str, Any]:
    """Return values as they come back out of JSON."""
    return dict(json.loads(json.dumps(values)))

"""Predict whole partitions of an input on the workers of a cluster."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from distributed import get_worker
from joblib import Parallel, delayed

from classmark.corpus.errors import ClassmarkError
from classmark.corpus.input.chunks import in_chunks
from classmark.corpus.partitions.done import DonePart
from classmark.corpus.partitions.output import PartsOutput
from classmark.corpus.partitions.partition import Part
from classmark.corpus.partitions.read import read_part
from classmark.corpus.version import VERSION
from classmark.model.parallel.dask_cluster import place_of_model

from .batches import Work, label_batch
from .summary import Tally


@dataclass(frozen=True)
class PartsWork:
    """What is to be done with each part.

    Parameters
    ----------
    work
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

    work: Work
    checksum: str
    output: PartsOutput
    header: str
    version: str = VERSION


def label_parts(work: PartsWork, parts: list[Part]) -> Iterator[DonePart]:
    """Label parts where `on_cluster` says, and yield what they came to, in the order in which they are done.

    Raises
    ------
    ClassmarkError
        A part can't be done, or its predictions are not to be seen from here.
    """
    spread = Parallel(n_jobs=-1, return_as="generator_unordered", pre_dispatch="all", batch_size=1)
    by_number = {part.number: part for part in parts}
    for done in spread(delayed(label_part)(work, part) for part in parts):
        if not work.output.has(by_number[done.number], done):
            raise ClassmarkError(
                f"a worker wrote part {done.number}, but not to the {work.output.path} that is seen from here; "
                "name a folder that all workers share"
            )
        yield done


def label_part(work: PartsWork, part: Part) -> DonePart:
    """Label a part; this runs on a worker, and may run again after a loss, with the same result.

    Raises
    ------
    ClassmarkError
        The worker has another version of classmark, or its file system not the files that the part needs.
    """
    if work.version != VERSION:
        raise ClassmarkError(f"a worker has classmark {VERSION}, but {work.version} is asked for; install the same")
    here = replace(work.work, model=place_of_model(get_worker(), work.checksum))
    tally = Tally()
    written = work.output.write(part, _lines(here, part, work.header, tally))
    done = DonePart(part.number, written.size, written.lines, written.value, tally.records, tally.plain)
    work.output.note(part, done)
    return done


def _lines(work: Work, part: Part, header: str, tally: Tally) -> Iterator[bytes]:
    yield header.encode()
    for chunk in in_chunks(read_part(part)):
        labelled = label_batch(work, chunk.read())
        tally.add(labelled.tally)
        yield labelled.text.encode("utf-8", "backslashreplace")

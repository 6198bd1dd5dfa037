"""Write records as they were read, with their predicted codes added."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import tee
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from msgspec import Struct

from classmark.cli.input import OpenInput
from classmark.cli.output import binary_of, open_output
from classmark.corpus.abstract import Record
from classmark.corpus.errors import CorpusError, UsageError
from classmark.corpus.formats import FORMATS, format_by_ending
from classmark.corpus.formats.annotation import AnnotatedRecord, Annotation
from classmark.corpus.messages import count_of
from classmark.corpus.output.annotate import annotate_files
from classmark.corpus.streams import STDIN, reopenable

from .options import Uncertain
from .predictions import SummarizedPredictions
from .run import PredictionRun, WriteResult

if TYPE_CHECKING:
    from classmark.model.prediction.predict import Prediction
    from classmark.model.scoring.ranking import RankedCode


_SHOWN = 5


class AnnotatedRecords(Struct, frozen=True):
    """The records of the input, with codes added.

    Parameters
    ----------
    out
        The output, from `open_for_annotation`.
    """

    out: TextIO

    def write(self, run: PredictionRun, source: OpenInput) -> WriteResult:
        """Predict one by one, and copy each record with its codes, or as it was if they can't be added to it.

        Raises
        ------
        UsageError
            Codes can't be added to the format of the records, or there are several formats.
        CorpusError
            Codes can't be added to a record, and ``--strict`` is given.
        """
        records, copied = tee(source.records)
        predictions = SummarizedPredictions(run, records, source.size)
        labelled = _with_annotations(run, zip(copied, predictions, strict=True))
        count = 0
        first: list[str] = []
        for unchanged in annotate_files(source.found, labelled, binary_of(self.out)):
            if run.strict:
                raise CorpusError(str(unchanged))
            count += 1
            if len(first) < _SHOWN:
                first.append(str(unchanged))
        if count > len(first):
            first.append(f"… and {count_of(count - len(first), 'more record')} written unchanged")
        return WriteResult(predictions.summary, first, is_complete=not count)


@contextmanager
def open_for_annotation(paths: Sequence[str], output: Path | None) -> Iterator[AnnotatedRecords]:
    """Open the output before the input is read, so that no other run writes it, and let the input be read twice."""
    with open_output(output) as out, reopenable(paths):
        yield AnnotatedRecords(out)


def check_annotatable(output: Path | None, paths: Iterable[str]) -> None:
    """Check before the work that the ending of the output stands for the format of the input.

    Raises
    ------
    UsageError
        It stands for another format, or for a compressed file; or codes can't be added to the input's format.
    """
    if output and output.suffix.lower() == ".gz":
        raise UsageError(f"{output} would not be compressed; leave out .gz, and compress it afterwards")
    wanted = format_by_ending(output) if output else None
    for path in paths:
        given = None if path == STDIN or Path(path).is_dir() else format_by_ending(Path(path))
        if wanted and given and wanted.annotate is not given.annotate:
            raise UsageError(
                f"{output} would be {wanted.name}, and {path} is {given.name}: --keep writes the format that it reads; "
                "classmark corpus convert converts one into the other"
            )
        if given and not given.annotate:
            known = ", ".join(known.name for known in FORMATS.values() if known.annotate)
            raise UsageError(f"{path}: --keep can't add codes to {given.name}, only to: {known}")


def _with_annotations(run: PredictionRun, predicted: Iterable[tuple[Record, Prediction]]) -> Iterator[AnnotatedRecord]:
    """Yield each record with the codes to add to it."""
    for record, prediction in predicted:
        is_uncertain = prediction.status == "uncertain"
        ranking = () if is_uncertain and run.uncertain is Uncertain.skip else prediction.assigned
        yield record, [_annotation(ranked, with_score=is_uncertain or run.provenance) for ranked in ranking]


def _annotation(ranked: RankedCode, *, with_score: bool) -> Annotation:
    return Annotation(ranked.code, ranked.name, ranked.score if with_score else None)

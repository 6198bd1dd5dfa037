"""A prediction run: what the user asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from classmark.cli.options import OutputFormat
from classmark.cli.progress import counted
from classmark.cli.views.predictions import render
from classmark.corpus.abstract import Record
from classmark.corpus.errors import CorpusError
from classmark.corpus.fields import Fields
from classmark.corpus.input.discovery import input_digest, input_size
from classmark.corpus.input.read import Input
from classmark.corpus.version import VERSION

if TYPE_CHECKING:
    from classmark.model.prediction.batches import PredictionJob
    from classmark.model.prediction.predict import Prediction
    from classmark.model.prediction.summary import PredictionSummary


@dataclass(frozen=True)
class Run:
    """What a run was asked to do.

    Parameters
    ----------
    paths, input_format, fields
        The input as the user named it.
    format
        Of the output.
    model, top, threshold
        See `PredictionJob`.
    jobs
        How many processes.
    strict
        Stop at the first bad record.
    quiet
        Show no progress.
    """

    paths: list[str]
    input_format: str
    fields: Fields
    format: OutputFormat
    model: Path
    top: int
    threshold: float | None
    jobs: int
    strict: bool
    quiet: bool

    @property
    def job(self) -> PredictionJob:
        """What is to be done with each record."""
        from classmark.model.prediction.batches import PredictionJob  # NumPy loads here

        return PredictionJob(self.model, self.top, self.threshold, partial(render, self.format))

    def stamps(self, files: list[str]) -> dict[str, str]:
        """Return figures that change when what is read changes, by what people call it."""
        return {"the input": input_digest(files), "the model": input_digest([str(self.model)])}

    def purpose(self, digest: str) -> dict[str, object]:
        """Return what must be the same to go on where another run stopped, by what people call it."""
        from classmark.model.persistence.container import checksum_of as model_checksum

        return {
            "version of classmark": VERSION,
            "model": model_checksum(self.model),
            "format or option": [str(self.format), self.top, self.threshold, str(self.input_format), str(self.fields)],
            "input": digest,
        }


def predict_counting(
    run: Run, found: Input, records: Iterator[Record], summary: PredictionSummary
) -> Iterator[Prediction]:
    """Predict in this process, counting, while people see how far it is."""
    from classmark.model.persistence.model_file import open_classifier
    from classmark.model.prediction.predict import predict

    predictions = predict(open_classifier(run.model), records, top=run.top, threshold=run.threshold)
    for prediction in counted(predictions, input_size(found.files), quiet=run.quiet):
        summary.count(prediction)
        if run.strict and summary.bad:
            raise CorpusError(summary.bad[0])
        yield prediction

"""Predict the codes of an input, in this process or in batches, with progress on stderr."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from classmark.cli.progress import counted, gauge
from classmark.corpus.abstract import Record
from classmark.corpus.errors import CorpusError
from classmark.corpus.input.chunks import Chunk

from .run import PredictionRun

if TYPE_CHECKING:
    from classmark.model.prediction.batches import BatchResult
    from classmark.model.prediction.predict import Prediction


class SummarizedPredictions:
    """Predictions made one by one in this process, and their summary so far.

    Parameters
    ----------
    size
        Of the input in bytes; 0 if unknown.

    Attributes
    ----------
    summary
        Of the predictions that have been made.
    """

    def __init__(self, run: PredictionRun, records: Iterable[Record], size: int) -> None:
        from classmark.model.prediction.summary import PredictionSummary  # NumPy loads here

        self._run = run
        self._records = records
        self._size = size
        self.summary = PredictionSummary()

    def __iter__(self) -> Iterator[Prediction]:
        """Predict, in the records' order.

        Raises
        ------
        CorpusError
            A record is bad, and ``--strict`` is given.
        """
        from classmark.model.persistence.model_file import open_classifier
        from classmark.model.prediction.predict import predict

        run = self._run
        classifier = open_classifier(run.model).at_level(run.level)
        predictions = predict(classifier, self._records, top=run.top, threshold=run.threshold, limit=run.assign)
        for prediction in counted(predictions, self._size, quiet=run.quiet):
            self.summary.count(prediction)
            if run.strict and self.summary.bad:
                raise CorpusError(self.summary.bad[0])
            yield prediction


def predict_batches(run: PredictionRun, chunks: Iterator[Chunk], size: int) -> Iterator[BatchResult]:
    """Predict batch by batch, in several processes if there are many records.

    Parameters
    ----------
    size
        Of the input in bytes; 0 if unknown.

    Raises
    ------
    CorpusError
        A record is bad, and ``--strict`` is given.
    """
    from classmark.model.prediction.batches import predict_in_batches

    with gauge(size, quiet=run.quiet) as advance:
        for result in predict_in_batches(run.job, chunks, run.jobs, size):
            if run.strict and result.summary.bad:
                raise CorpusError(result.summary.bad[0])
            yield result
            advance(result.summary.records)

"""Write predictions as they come: as text to any output, or as a Parquet table."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from classmark.cli.input import OpenInput
from classmark.cli.output import is_shown, open_output
from classmark.cli.views.predictions import header, write_parquet

from .predictions import SummarizedPredictions, predict_batches
from .run import PredictionRun, WriteResult


class TextStream(Struct, frozen=True):
    """The standard output, a device or a pipe."""

    output: Path | None

    def write(self, run: PredictionRun, source: OpenInput) -> WriteResult:
        """Predict in batches, and write each batch at once."""
        from classmark.model.prediction.summary import PredictionSummary  # NumPy loads here

        summary = PredictionSummary()
        with open_output(self.output) as out:
            out.write(header(run.format))
            shown = replace(run, quiet=run.quiet or is_shown(self.output))
            for batch in predict_batches(shown, source.chunks, source.size):
                out.write(batch.text)
                summary.add(batch.summary)
        return WriteResult(summary)


class ParquetTable(Struct, frozen=True):
    """A Parquet table, in a file or on the standard output."""

    output: Path | None

    def write(self, run: PredictionRun, source: OpenInput) -> WriteResult:
        """Predict one by one, and write the table."""
        predictions = SummarizedPredictions(run, source.records, source.size)
        with open_output(self.output) as out:
            write_parquet(predictions, out)
        return WriteResult(predictions.summary)

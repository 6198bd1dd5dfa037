"""Write predictions for people: the codes of one abstract, or a table on a terminal."""

from __future__ import annotations

import sys
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from classmark.cli.input import OpenInput
from classmark.cli.output import is_shown, is_terminal, open_output
from classmark.cli.views.predictions import code_lines

from .predictions import SummarizedPredictions
from .run import PredictionRun, WriteResult


class ReadableText(Struct, frozen=True):
    """Text for people: one line per code of a single abstract; on a terminal, a table."""

    output: Path | None

    def write(self, run: PredictionRun, source: OpenInput) -> WriteResult:
        """Predict one by one, and show each prediction as it is made."""
        shown = replace(run, quiet=run.quiet or is_shown(self.output))
        predictions = SummarizedPredictions(shown, source.records, source.size)
        with open_output(self.output) as out:
            if is_terminal(out):
                from classmark.cli.views.predictions_table import (  # noqa: PLC0415  # rich loads here
                    show_predictions,
                    show_ranking,
                )

                show = show_ranking if source.is_single else show_predictions
                show(predictions, out)
            else:
                out.writelines(map(code_lines, predictions))
            bad_are_shown = is_terminal(out) and not source.is_single and is_terminal(sys.stderr)
        return WriteResult(predictions.summary, bad_are_shown=bad_are_shown)

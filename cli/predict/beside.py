"""Write predictions beside the files that they are for: ``paper.txt`` gets ``paper.codes.txt``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from msgspec import Struct

from classmark.cli.formats import OutputFormat
from classmark.cli.input import OpenInput
from classmark.cli.output import open_output
from classmark.cli.views.predictions import code_lines, header, render, write_parquet
from classmark.corpus.errors import UsageError
from classmark.corpus.input.discovery import CODES_MARK
from classmark.corpus.messages import count_of
from classmark.corpus.output.checks import check_apart
from classmark.corpus.streams import STDIN

from .predictions import SummarizedPredictions
from .run import PredictionRun, WriteResult

if TYPE_CHECKING:
    from classmark.model.prediction.predict import Prediction


_SHOWN = 5


class FilesBeside(Struct, frozen=True):
    """One file beside each file that is read."""

    def write(self, run: PredictionRun, source: OpenInput) -> WriteResult:
        """Predict one by one, and write the predictions of each file at once.

        A file that can't be read at all gets none. The others are written even if one can't be.

        Raises
        ------
        UsageError
            See `outputs_beside`.
        """
        ending = ".txt" if run.format is OutputFormat.text else f".{run.format}"
        outputs = outputs_beside(source.found.files, ending, run.model)
        predictions = SummarizedPredictions(run, source.records, source.size)
        count = 0
        errors: list[str] = []
        for file, of_file in groupby(predictions, key=lambda prediction: prediction.source):
            try:
                count += _write_file(of_file, outputs[file], run.format)
            except UsageError as error:
                errors.append(f"error: {error}")
        messages = (
            [] if run.quiet else [f"{count_of(count, 'file')} written beside those that were read, NAME.codes{ending}"]
        )
        return WriteResult(predictions.summary, [*messages, *_first(errors)], is_complete=not errors)


def outputs_beside(files: Sequence[str], ending: str, model: Path) -> dict[str, Path]:
    """Return the output file for each input file.

    Parameters
    ----------
    ending
        Of the files to be written, such as ``.txt``.
    model
        The model file, which must not be replaced.

    Raises
    ------
    UsageError
        Two files would have the same output, an output is a file that is read, or the standard input is among the
        files.
    """
    if STDIN in files:
        raise UsageError("--beside writes beside files, and the standard input is not a file")
    outputs = {file: _output_beside(Path(file), ending) for file in files}
    counts = Counter(outputs.values())
    shared = [file for file, output in outputs.items() if counts[output] > 1]
    if shared or len(outputs) < len(files):
        names = " and ".join(shared[:2]) or Counter(files).most_common(1)[0][0]
        raise UsageError(f"{names} would share {outputs[(shared or files)[0]]}; name them one at a time, or move one")
    check_apart(outputs.values(), [*files, model], follow=False)
    return outputs


def _output_beside(file: Path, ending: str) -> Path:
    name = file.name[:-3] if file.name.lower().endswith(".gz") else file.name
    return file.with_name(f"{Path(name).stem}{CODES_MARK}{ending}")


def _write_file(predictions: Iterator[Prediction], output: Path, format: OutputFormat) -> bool:  # noqa: A002
    """Write the predictions of one file; return whether it could be read."""
    first = next(predictions)
    is_single = first.location.is_whole_file
    if is_single and first.status.is_bad:
        return False
    with open_output(output, follow=False) as out:  # the user did not choose this name, so a link there is replaced
        _write_predictions(chain([first], predictions), out, format, is_single=is_single)
    return True


def _write_predictions(
    predictions: Iterable[Prediction],
    out: TextIO,
    format: OutputFormat,  # noqa: A002
    *,
    is_single: bool,
) -> None:
    if format is OutputFormat.parquet:
        write_parquet(predictions, out)
    elif format is OutputFormat.text and is_single:
        out.writelines(map(code_lines, predictions))
    else:
        out.write(header(format) + render(format, predictions))


def _first(errors: Sequence[str]) -> list[str]:
    """Return the first errors, and how many more there are."""
    if len(errors) <= _SHOWN:
        return list(errors)
    return [*errors[:_SHOWN], f"error: … and {len(errors) - _SHOWN:,} more files that can't be written"]

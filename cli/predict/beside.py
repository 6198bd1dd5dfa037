"""Writing predictions beside the files that they are for: ``paper.txt`` gets ``paper.codes.txt``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, groupby
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from classmark.cli.output import open_output
from classmark.corpus.errors import UsageError
from classmark.corpus.input.discovery import CODES_MARK
from classmark.corpus.output.checks import check_apart
from classmark.corpus.streams import STDIN

if TYPE_CHECKING:
    from classmark.model.prediction.predict import Prediction


Write = Callable[[Iterable["Prediction"], TextIO, bool], None]
"""Writes the predictions of a file; the last argument says whether the file is a single abstract."""


def places_beside(files: Sequence[str], ending: str, model: Path) -> dict[str, Path]:
    """Return where the codes of each file go.

    Parameters
    ----------
    ending
        Of the files to be written, such as ``.txt``.
    model
        The model file, which is read, too.

    Raises
    ------
    UsageError
        Two files would go to one place, a place is a file that is read, or the standard input is among the files.
    """
    if STDIN in files:
        raise UsageError("--beside writes beside files; the standard input has no place")
    places = {file: _place(Path(file), ending) for file in files}
    counts = Counter(places.values())
    twice = [file for file, place in places.items() if counts[place] > 1]
    if twice or len(places) < len(files):
        names = " and ".join(twice[:2]) or Counter(files).most_common(1)[0][0]
        raise UsageError(f"{names} would share {places[(twice or files)[0]]}; name them one at a time, or move one")
    check_apart(places.values(), [*files, model], follow=False)
    return places


def write_beside(predictions: Iterable[Prediction], places: dict[str, Path], write: Write) -> tuple[int, list[str]]:
    """Write the predictions of each file beside it, each file whole.

    A file that can't be read at all gets none. A place that can't be written to does not stop the others.

    Returns
    -------
    How many files were written, and of those that could not be, why.
    """
    count, refused = 0, []
    for source, of_file in groupby(predictions, key=lambda prediction: prediction.source):
        try:
            count += _write(of_file, places[source], write)
        except UsageError as error:
            refused.append(str(error))
    return count, refused


def _write(predictions: Iterator[Prediction], place: Path, write: Write) -> bool:
    first = next(predictions)
    is_one = first.location.is_whole_file
    if is_one and first.status.is_bad:
        return False
    with open_output(place, follow=False) as out:  # the name is not the user's
        write(chain([first], predictions), out, is_one)
    return True


def _place(file: Path, ending: str) -> Path:
    name = file.name[:-3] if file.name.lower().endswith(".gz") else file.name
    return file.with_name(f"{Path(name).stem}{CODES_MARK}{ending}")

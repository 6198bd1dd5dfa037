"""Writing records as they were read, with the codes that they get."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

from classmark.corpus import (
    FORMATS,
    STDIN,
    Abstract,
    Code,
    Labelled,
    Record,
    UsageError,
    format_by_ending,
    keep_records,
)

if TYPE_CHECKING:
    from classmark.model import Prediction


def keep_predictions(records: Iterable[Record], predictions: Iterable[Prediction], out: IO[bytes]) -> None:
    """Write each record as it was with its predicted codes added; those that can't be read are left out.

    Parameters
    ----------
    records, predictions
        Each record and what was predicted for it, in the same order.

    Raises
    ------
    UsageError
        The records' format can't have codes added, or there are several formats.
    """
    keep_records(_labelled(records, predictions), out)


def check_kept(output: Path | None, paths: Iterable[str]) -> None:
    """Find out before the work whether the output's ending is that of the input's format.

    Raises
    ------
    UsageError
        It is another format's, or that of a packed file.
    """
    if output and output.suffix.lower() == ".gz":
        raise UsageError(f"{output} would not be packed; leave out .gz, and pack it afterwards")
    wanted = format_by_ending(output) if output else None
    for path in paths:
        given = None if path == STDIN or Path(path).is_dir() else format_by_ending(Path(path))
        if wanted and given and wanted.keep is not given.keep:
            raise UsageError(
                f"{output} would be {wanted.name}, and {path} is {given.name}: --keep writes the format that it reads; "
                "classmark corpus convert makes one of the other"
            )
        if given and not given.keep:
            known = ", ".join(known.name for known in FORMATS.values() if known.keep)
            raise UsageError(f"{path}: --keep can't add codes to {given.name}, only to: {known}")


def _labelled(records: Iterable[Record], predictions: Iterable[Prediction]) -> Iterator[Labelled]:
    for record, prediction in zip(records, predictions, strict=True):
        if isinstance(record, Abstract):
            yield record, [Code(ranked.code, ranked.name) for ranked in prediction.assigned]

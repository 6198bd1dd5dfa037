"""Writing records as they were read, with the codes that they get."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from classmark.cli.console import say
from classmark.corpus.abstract import Record
from classmark.corpus.errors import CorpusError, UsageError
from classmark.corpus.formats import FORMATS, format_by_ending
from classmark.corpus.formats.format import Addition, Labelled
from classmark.corpus.input.read import Input
from classmark.corpus.output.annotate import keep_files
from classmark.corpus.streams import STDIN

if TYPE_CHECKING:
    from classmark.model.prediction.predict import Prediction
    from classmark.model.scoring.ranking import RankedCode


_SHOWN = 5


class Uncertain(StrEnum):
    """What becomes of the best code of an abstract where none reached its threshold."""

    skip = "skip"
    keep = "keep"


UncertainCodes = Annotated[
    Uncertain,
    typer.Option(
        "--uncertain",
        help="With --keep, whether the best code is added where none reached its threshold; in MARC it is marked.",
    ),
]
Provenance = Annotated[
    bool,
    typer.Option(
        "--provenance",
        help="With --keep, say in MARC (field 883) of each new code what gave it, and its score.",
    ),
]


@dataclass
class Keeping:
    """What is added to records, and to which it could not be.

    Parameters
    ----------
    uncertain, provenance
        See the options.
    count, first
        How many records are written without their codes, since these could not be added, and the first of them.
    """

    uncertain: Uncertain
    provenance: bool
    count: int = 0
    first: list[str] = field(default_factory=list)

    def check(self, *, keep: bool) -> None:
        """Raise a `UsageError` if what is asked for goes with ``--keep`` alone, which is not there."""
        if not keep and (self.provenance or self.uncertain is Uncertain.keep):
            raise UsageError("--uncertain and --provenance go with --keep")

    def write(
        self, found: Input, predicted: Iterable[tuple[Record, Prediction]], out: IO[bytes], *, strict: bool
    ) -> None:
        """Write each record as it was with its predicted codes added; those that can't be read as they were.

        Parameters
        ----------
        predicted
            Each record of the input and what was predicted for it, in their order.

        Raises
        ------
        UsageError
            The records' format can't have codes added, or there are several formats.
        CorpusError
            A record's codes can't be added to it, and ``strict`` was asked for.
        """
        for unkept in keep_files(found, self._labelled(predicted), out):
            if strict:
                raise CorpusError(str(unkept))
            self.count += 1
            self.first += [str(unkept)] * (len(self.first) < _SHOWN)

    def tell(self) -> None:
        """Say which records were written without their codes."""
        for sentence in self.first:
            say(sentence)
        if self.count > len(self.first):
            say(f"… and {self.count - len(self.first):,} more records that were written as they were")

    def _labelled(self, predicted: Iterable[tuple[Record, Prediction]]) -> Iterator[Labelled]:
        for record, prediction in predicted:
            is_guess = prediction.status == "uncertain"
            wanted = () if is_guess and self.uncertain is Uncertain.skip else prediction.assigned
            yield record, [self._addition(ranked, is_guess=is_guess) for ranked in wanted]

    def _addition(self, ranked: RankedCode, *, is_guess: bool) -> Addition:
        return Addition(ranked.code, ranked.name, ranked.score if is_guess or self.provenance else None)


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

"""Write the input's records unchanged but for the predicted codes, which are added (``predict --keep``)."""

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
from classmark.corpus.formats.annotation import AnnotatedRecord, Annotation
from classmark.corpus.input.read import Input
from classmark.corpus.output.annotate import annotate_files
from classmark.corpus.streams import STDIN

if TYPE_CHECKING:
    from classmark.model.prediction.predict import Prediction
    from classmark.model.scoring.ranking import RankedCode


_SHOWN = 5


class Uncertain(StrEnum):
    """Whether the best code of an abstract is added when no code reaches its threshold."""

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
class RecordAnnotation:
    """Adds predicted codes to records, and counts the records that they could not be added to.

    Parameters
    ----------
    uncertain, provenance
        See the options.
    failures
        The number of records that are written without their codes.
    messages
        The messages about the first of these records.
    """

    uncertain: Uncertain
    provenance: bool
    failures: int = 0
    messages: list[str] = field(default_factory=list)

    def check(self, *, keep: bool) -> None:
        """Raise a `UsageError` if an option is given that needs ``--keep`` and ``--keep`` is not."""
        if not keep and (self.provenance or self.uncertain is Uncertain.keep):
            raise UsageError("--uncertain and --provenance go with --keep")

    def write(
        self, found: Input, predicted: Iterable[tuple[Record, Prediction]], out: IO[bytes], *, strict: bool
    ) -> None:
        """Copy each record and add its predicted codes; copy unreadable records unchanged.

        Parameters
        ----------
        predicted
            Each record of the input with its prediction, in input order.

        Raises
        ------
        UsageError
            The format of the records does not allow codes to be added, or there are several formats.
        CorpusError
            With ``strict``: the codes of a record can't be added.
        """
        for failure in annotate_files(found, self._annotated(predicted), out):
            if strict:
                raise CorpusError(str(failure))
            self.failures += 1
            if self.failures <= _SHOWN:
                self.messages.append(str(failure))

    def tell(self) -> None:
        """Report the records that were written without their codes."""
        for message in self.messages:
            say(message)
        if self.failures > len(self.messages):
            say(f"… and {self.failures - len(self.messages):,} more records that were written as they were")

    def _annotated(self, predicted: Iterable[tuple[Record, Prediction]]) -> Iterator[AnnotatedRecord]:
        for record, prediction in predicted:
            is_uncertain = prediction.status == "uncertain"
            wanted = () if is_uncertain and self.uncertain is Uncertain.skip else prediction.assigned
            yield record, [self._annotation(ranked, is_uncertain=is_uncertain) for ranked in wanted]

    def _annotation(self, ranked: RankedCode, *, is_uncertain: bool) -> Annotation:
        return Annotation(ranked.code, ranked.name, ranked.score if is_uncertain or self.provenance else None)


def check_annotatable(output: Path | None, paths: Iterable[str]) -> None:
    """Check before any prediction that codes can be added to the input and that the output's ending fits its format.

    Raises
    ------
    UsageError
        The output's ending belongs to another format or to a compressed file, or codes can't be added to the input.
    """
    if output and output.suffix.lower() == ".gz":
        raise UsageError(f"{output} would not be packed; leave out .gz, and pack it afterwards")
    wanted = format_by_ending(output) if output else None
    for path in paths:
        given = None if path == STDIN or Path(path).is_dir() else format_by_ending(Path(path))
        if wanted and given and wanted.annotate is not given.annotate:
            raise UsageError(
                f"{output} would be {wanted.name}, and {path} is {given.name}: --keep writes the format that it reads; "
                "classmark corpus convert makes one of the other"
            )
        if given and not given.annotate:
            known = ", ".join(known.name for known in FORMATS.values() if known.annotate)
            raise UsageError(f"{path}: --keep can't add codes to {given.name}, only to: {known}")

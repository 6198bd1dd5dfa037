"""Read labelled abstracts to train or evaluate on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct, field

from classmark.corpus.abstract import Abstract, Unreadable
from classmark.corpus.errors import CorpusError
from classmark.corpus.fields import DEFAULT_FIELDS, Fields
from classmark.corpus.limits import too_long_code

from .discovery import AUTO
from .read import read_abstracts
from .without_abstracts import WithoutAbstracts


class UnusableRecords(Struct):
    """Records that cannot be used for training or evaluation: broken ones, and those without text or codes.

    Parameters
    ----------
    count
        Number of such records.
    first
        Error of the first one, with its location.
    without_abstracts
        The files of records in which none has an abstract.
    """

    count: int = 0
    first: str = ""
    without_abstracts: WithoutAbstracts = field(default_factory=WithoutAbstracts)

    def add(self, reason: str) -> None:
        """Count one more."""
        self.first = self.first or reason
        self.count += 1

    def check(self) -> None:
        """Raise a `CorpusError` that names the first, if there are any."""
        if self.count:
            others = f" (and {self.count - 1} more such records)" if self.count > 1 else ""
            raise CorpusError(self.first + others)


def _said_of_codes(fields: Fields) -> str:
    return f"(field {fields.codes!r})" if fields.codes else "(field 'codes'); --codes-field names another field"


def labelled_abstracts(
    paths: Iterable[str], input_format: str = AUTO, fields: Fields = DEFAULT_FIELDS
) -> list[Abstract]:
    """Read a whole corpus to train or evaluate on.

    Raises
    ------
    CorpusError
        If a record is broken or has no codes, or there are no records; the message names the first location.
    """
    unusable = UnusableRecords()
    abstracts = list(iter_labelled(paths, input_format, fields, unusable=unusable))
    unusable.check()
    if not abstracts:
        raise CorpusError("the corpus has no abstracts")
    return abstracts


def iter_labelled(
    paths: Iterable[str], input_format: str = AUTO, fields: Fields = DEFAULT_FIELDS, *, unusable: UnusableRecords
) -> Iterator[Abstract]:
    """Read the abstracts of a corpus one by one, and count the unusable records."""
    for record in read_abstracts(paths, input_format, fields):
        if isinstance(record, Unreadable):
            unusable.add(str(record))
            continue
        unusable.without_abstracts.count(record.location.source, record.fields_seen)
        if record.is_empty:
            unusable.add(f"{record.location}: the abstract is empty")
        elif not record.codes:
            unusable.add(f"{record.location}: the abstract has no codes {_said_of_codes(fields)}")
        elif long := too_long_code(record.codes):
            unusable.add(f"{record.location}: {long}")
        else:
            yield record

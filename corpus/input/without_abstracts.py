"""Detect files in which no record has an abstract, most likely because its field has an unknown name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct, field

from classmark.corpus.abstract import Record

SHOWN = 5
"""Maximum number of such files to name."""


class WithoutAbstracts(Struct):
    """Files so far in which no record has an abstract.

    Parameters
    ----------
    files
        Names, with the fields of the first record of each.
    others
        The first and the last file in which a record has an abstract; records of one file are consecutive.
    """

    files: dict[str, str] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, records: Iterable[Record]) -> WithoutAbstracts:
        """Return the files without abstracts among some records."""
        found = cls()
        for record in records:
            found.count(record.location.source, getattr(record, "fields_seen", ""))
        return found

    def count(self, source: str, fields_seen: str) -> None:
        """Count a record; ``fields_seen`` is empty if it has an abstract."""
        if fields_seen:
            if self.others[-1:] != [source] and len(self.files) <= SHOWN:
                self.files.setdefault(source, fields_seen)
        elif self.others[-1:] != [source]:
            self.files.pop(source, None)
            self.others = [*self.others[:1], source]

    def add(self, other: WithoutAbstracts) -> None:
        """Add the counts of later records."""
        for source in other.others:
            self.files.pop(source, None)
        for source, fields_seen in other.files.items():
            self.count(source, fields_seen)
        self.others = (self.others + other.others)[-1:]

    @property
    def sentences(self) -> Iterator[str]:
        """One sentence per file, with what to do."""
        for source, fields_seen in list(self.files.items())[:SHOWN]:
            yield (
                f"no abstract was found in {source}, its titles alone are used (its fields are: {fields_seen}); name "
                "the field that holds abstracts with --text-field"
            )

    @property
    def plain(self) -> dict[str, Any]:
        """The fields as plain values."""
        return {"files": self.files, "others": self.others}

    @classmethod
    def read(cls, values: object) -> WithoutAbstracts:
        """Rebuild from `plain`.

        Raises
        ------
        ValueError
            If the values are something else.
        """
        if not isinstance(values, dict) or values.keys() != {"files", "others"}:
            raise ValueError("not what is known of files without abstracts")
        files, others = values["files"], values["others"]
        if not (isinstance(files, dict) and isinstance(others, list)):
            raise ValueError("no files without abstracts")
        if not all(isinstance(name, str) for name in (*files.values(), *others)):
            raise ValueError("no names of files")
        return cls(files, others)

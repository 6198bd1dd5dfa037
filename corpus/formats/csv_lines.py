"""The lines of CSV, of which a quote that is never closed makes one row."""

from __future__ import annotations

from collections.abc import Iterator

from classmark.corpus.limits import Budget


class CsvLines:
    """The lines of a file as text, until those of a row are too long: `TooLongError`."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines
        self._budget = Budget()

    def __iter__(self) -> CsvLines:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self._budget.spend(len(line))
        return line.decode("utf-8", "surrogateescape")

    def row_begins(self) -> None:
        """Allow as much again."""
        self._budget.renew()

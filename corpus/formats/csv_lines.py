"""The lines of CSV, of which a quote that is never closed makes one row."""

from __future__ import annotations

import io

from classmark.corpus.limits import Budget, lines_of


class CsvLines:
    """The lines of a file as text, until those of a row are too long: `TooLongError`."""

    def __init__(self, stream: io.BufferedReader) -> None:
        self._lines = lines_of(stream)
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

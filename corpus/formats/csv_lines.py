"""Read the lines of CSV files, and limit the length of rows: an unclosed quote would make one row of the rest."""

from __future__ import annotations

from collections.abc import Iterator

from classmark.corpus.limits import Budget


class CsvLines:
    """Lines of a file as text; raises `TooLongError` if the lines of one row are too long."""

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
        """Start a new row with a full budget."""
        self._budget.renew()

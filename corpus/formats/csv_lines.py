"""The lines of CSV, of which a quote that is never closed makes one row."""

from __future__ import annotations

import csv
import io

from classmark.corpus.limits import LONGEST, TOO_LONG, lines_of


class CsvLines:
    """The lines of a file as text, until those of a row are too long."""

    def __init__(self, stream: io.BufferedReader) -> None:
        self._lines = lines_of(stream)
        self._left = LONGEST

    def __iter__(self) -> CsvLines:
        return self

    def __next__(self) -> str:
        if self._left <= 0:
            raise csv.Error(TOO_LONG)
        line = next(self._lines)
        self._left -= len(line)
        return line.decode("utf-8", "surrogateescape")

    def row_begins(self) -> None:
        """Allow as much again."""
        self._left = LONGEST

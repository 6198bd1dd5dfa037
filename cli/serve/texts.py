"""Turn texts of requests into records."""

from __future__ import annotations

import io

from msgspec import Struct

from classmark.corpus.abstract import Abstract, Record, SourceLocation
from classmark.corpus.cleaning import cleaned
from classmark.corpus.fields import DEFAULT_FIELDS, clean
from classmark.corpus.formats import FORMATS

SOURCE = "request"
"""What predictions call the file of what was sent."""


class SentText(Struct, frozen=True):
    """An abstract as it was sent.

    Parameters
    ----------
    title
        Empty if none was sent; it is then found in the text, as in a text file.
    """

    text: str
    title: str = ""

    @property
    def record(self) -> Record:
        """The abstract as a record; unreadable if it is too long."""
        if self.title.strip():
            return cleaned(Abstract(SOURCE, clean(self.title), clean(self.text), location=SourceLocation(SOURCE)))
        stream = io.BufferedReader(io.BytesIO(clean(self.text).encode()))
        [record] = FORMATS["text"].read(stream, SOURCE, DEFAULT_FIELDS)
        return record

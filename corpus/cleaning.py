"""Clean the titles and texts of records as they are read, for training and predicting alike."""

from __future__ import annotations

from .abstract import Abstract, Record
from .boilerplate import is_heading, without_boilerplate
from .latex_macros import without_macros
from .line_breaks import join_broken_words
from .placeholders import is_placeholder


def cleaned(record: Record) -> Record:
    """Return a record with the words of its title and text whole, and without what is no part of its abstract.

    A placeholder for a missing abstract counts as no text.
    """
    if not isinstance(record, Abstract) or not (record.text or record.title):
        return record
    title, text = _clean_title(record.title), clean_text(record.text)
    if title is record.title and text is record.text:
        return record
    return Abstract(record.id, title, text, record.codes, record.location, record.raw, record.fields_seen)


def clean_text(text: str) -> str:
    r"""Return the text of an abstract with its words whole, and without heading, keywords and copyright lines.

    >>> clean_text("Abstract: Soil erodes by weathe-\nring. © 2020 The Authors")
    'Soil erodes by weathering.'
    """
    if not text or is_placeholder(text):
        return ""
    inner = without_boilerplate(_with_whole_words(text))
    return "" if is_placeholder(inner) else inner


def _clean_title(title: str) -> str:
    """Return a title with its words whole; the heading of an abstract, the first line of a file, is no title."""
    return "" if is_heading(title) else _with_whole_words(title)


def _with_whole_words(text: str) -> str:
    return without_macros(join_broken_words(text))

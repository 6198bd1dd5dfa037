"""Abstracts, codes, schemes and the files that hold them.

What only a run on a cluster needs is imported when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from .abstract import Abstract, Place, Raw, Record, Unreadable
from .checking import check_corpus
from .errors import ClassmarkError, CorpusError, ModelFileError, SchemeError, UsageError
from .fields import AS_USUAL, CODE_SEPARATOR, Fields
from .folders import AUTO, CODES_MARK
from .formats import ENDINGS, FORMATS, Format, Labelled, format_by_ending, write_rows
from .inputs import input_digest, input_size
from .near_duplicates import near_duplicates
from .reading import Unusable, each_labelled, input_files, labelled_abstracts, passed_over, read_abstracts
from .resuming import GrowingOutput
from .scheme import Code, Scheme, scheme_of
from .scheme_files import BUILT_IN, lcc, read_scheme
from .spreadsheets import guarded
from .statistics import CorpusStatistics, corpus_statistics
from .streams import METER, STDIN
from .version import VERSION
from .writing import check_apart, check_writable, keep_records, replacing

if TYPE_CHECKING:
    from .part_reading import read_part
    from .parts import FoundInput, Part, cut, find_input
    from .parts_output import DonePart, PartsOutput
    from .storage import for_all

__all__ = [
    "AS_USUAL",
    "AUTO",
    "BUILT_IN",
    "CODES_MARK",
    "CODE_SEPARATOR",
    "ENDINGS",
    "FORMATS",
    "METER",
    "STDIN",
    "VERSION",
    "Abstract",
    "ClassmarkError",
    "Code",
    "CorpusError",
    "CorpusStatistics",
    "DonePart",
    "Fields",
    "Format",
    "FoundInput",
    "GrowingOutput",
    "Labelled",
    "ModelFileError",
    "Part",
    "PartsOutput",
    "Place",
    "Raw",
    "Record",
    "Scheme",
    "SchemeError",
    "Unreadable",
    "Unusable",
    "UsageError",
    "check_apart",
    "check_corpus",
    "check_writable",
    "corpus_statistics",
    "cut",
    "each_labelled",
    "find_input",
    "for_all",
    "format_by_ending",
    "guarded",
    "input_digest",
    "input_files",
    "input_size",
    "keep_records",
    "labelled_abstracts",
    "lcc",
    "near_duplicates",
    "passed_over",
    "read_abstracts",
    "read_part",
    "read_scheme",
    "replacing",
    "scheme_of",
    "write_rows",
]

_LATER = {
    "DonePart": "parts_output",
    "FoundInput": "parts",
    "Part": "parts",
    "PartsOutput": "parts_output",
    "cut": "parts",
    "find_input": "parts",
    "for_all": "storage",
    "read_part": "part_reading",
}


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_LATER[name]}", __name__), name)

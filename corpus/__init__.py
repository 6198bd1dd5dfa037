"""Abstracts, codes, schemes and the files that hold them.

What only a run on a cluster needs is imported when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from .abstract import Abstract, Place, Record, Unreadable
from .checking import check_corpus
from .errors import ClassmarkError, CorpusError, ModelFileError, SchemeError, UsageError
from .fields import CODE_SEPARATOR
from .inputs import input_digest, input_size
from .near_duplicates import near_duplicates
from .reading import AUTO, READERS, labelled_abstracts, passed_over, read_abstracts
from .resuming import GrowingOutput
from .scheme import Code, Scheme, scheme_of
from .scheme_files import BUILT_IN, lcc, read_scheme
from .statistics import CorpusStatistics, corpus_statistics
from .streams import METER, STDIN
from .version import VERSION
from .writing import check_writable, replacing

if TYPE_CHECKING:
    from .part_reading import read_part
    from .parts import FoundInput, Part, cut, find_input
    from .parts_output import DonePart, PartsOutput
    from .storage import for_all

__all__ = [
    "AUTO",
    "BUILT_IN",
    "CODE_SEPARATOR",
    "METER",
    "READERS",
    "STDIN",
    "VERSION",
    "Abstract",
    "ClassmarkError",
    "Code",
    "CorpusError",
    "CorpusStatistics",
    "DonePart",
    "FoundInput",
    "GrowingOutput",
    "ModelFileError",
    "Part",
    "PartsOutput",
    "Place",
    "Record",
    "Scheme",
    "SchemeError",
    "Unreadable",
    "UsageError",
    "check_corpus",
    "check_writable",
    "corpus_statistics",
    "cut",
    "find_input",
    "for_all",
    "input_digest",
    "input_size",
    "labelled_abstracts",
    "lcc",
    "near_duplicates",
    "passed_over",
    "read_abstracts",
    "read_part",
    "read_scheme",
    "replacing",
    "scheme_of",
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

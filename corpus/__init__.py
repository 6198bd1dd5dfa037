"""Abstracts, codes, schemes and the files that hold them.

What only a run on a cluster needs is imported when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .abstract import Abstract, Place, Raw, Record, Unreadable
from .checking import check_corpus
from .checks import check_apart, check_writable
from .chunks import AT_ONCE, SIZE_AT_ONCE, Chunk, Ready, after, in_chunks, records_of
from .destinations import is_file_to_be
from .errors import ClassmarkError, CorpusError, ModelFileError, OutputError, SchemeError, UsageError
from .extras import import_extra
from .fields import AS_USUAL, CODE_SEPARATOR, Fields
from .folders import AUTO, CODES_MARK
from .formats import ENDINGS, FORMATS, Addition, Format, Labelled, format_by_ending, write_rows
from .inputs import input_digest, input_size
from .joined_codes import fits_nowhere, joined_codes
from .keeping import keep_file, keep_files
from .later import imported_later
from .near_duplicates import near_duplicates
from .own_files import naming
from .reading import Input, Unusable, each_labelled, labelled_abstracts, look_through, read_abstracts
from .resuming import GrowingOutput
from .scheme import Code, Scheme, scheme_of
from .scheme_files import BUILT_IN, lcc, read_scheme, scheme_file
from .spreadsheets import csv_line, guarded
from .statistics import CorpusStatistics, corpus_statistics
from .streams import METER, STDIN, readable_again
from .version import VERSION
from .without_abstracts import WithoutAbstracts
from .wording import richness
from .writing import replacing

if TYPE_CHECKING:
    from .done_part import DonePart
    from .part_reading import read_part
    from .parts import FoundInput, Part, cut, find_input
    from .parts_output import MANIFEST, PartsOutput
    from .storage import for_all

__all__ = [
    "AS_USUAL",
    "AT_ONCE",
    "AUTO",
    "BUILT_IN",
    "CODES_MARK",
    "CODE_SEPARATOR",
    "ENDINGS",
    "FORMATS",
    "MANIFEST",
    "METER",
    "SIZE_AT_ONCE",
    "STDIN",
    "VERSION",
    "Abstract",
    "Addition",
    "Chunk",
    "ClassmarkError",
    "Code",
    "CorpusError",
    "CorpusStatistics",
    "DonePart",
    "Fields",
    "Format",
    "FoundInput",
    "GrowingOutput",
    "Input",
    "Labelled",
    "ModelFileError",
    "OutputError",
    "Part",
    "PartsOutput",
    "Place",
    "Raw",
    "Ready",
    "Record",
    "Scheme",
    "SchemeError",
    "Unreadable",
    "Unusable",
    "UsageError",
    "WithoutAbstracts",
    "after",
    "check_apart",
    "check_corpus",
    "check_writable",
    "corpus_statistics",
    "csv_line",
    "cut",
    "each_labelled",
    "find_input",
    "fits_nowhere",
    "for_all",
    "format_by_ending",
    "guarded",
    "import_extra",
    "imported_later",
    "in_chunks",
    "input_digest",
    "input_size",
    "is_file_to_be",
    "joined_codes",
    "keep_file",
    "keep_files",
    "labelled_abstracts",
    "lcc",
    "look_through",
    "naming",
    "near_duplicates",
    "read_abstracts",
    "read_part",
    "read_scheme",
    "readable_again",
    "records_of",
    "replacing",
    "richness",
    "scheme_file",
    "scheme_of",
    "write_rows",
]

_LATER = {
    "MANIFEST": "parts_output",
    "DonePart": "done_part",
    "FoundInput": "parts",
    "Part": "parts",
    "PartsOutput": "parts_output",
    "cut": "parts",
    "find_input": "parts",
    "for_all": "storage",
    "read_part": "part_reading",
}

__getattr__ = imported_later(__name__, _LATER)

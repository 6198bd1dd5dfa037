"""Read and write abstracts, codes and schemes.

Each name is imported on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .lazy_imports import lazy_attributes

if TYPE_CHECKING:
    from .abstract import Abstract, Record, Unreadable
    from .analysis.check import check_corpus
    from .analysis.near_duplicates import near_duplicates
    from .analysis.statistics import CorpusStatistics, corpus_statistics
    from .errors import ClassmarkError, CorpusError, ModelFileError, OutputError, SchemeError, UsageError
    from .fields import Fields
    from .input.labelled import labelled_abstracts
    from .input.read import read_abstracts
    from .output.atomic import replacing
    from .scheme import Code, Scheme
    from .scheme_csv import lcc
    from .scheme_files import read_scheme
    from .version import VERSION

_MODULES = {
    "VERSION": "version",
    "Abstract": "abstract",
    "ClassmarkError": "errors",
    "Code": "scheme",
    "CorpusError": "errors",
    "CorpusStatistics": "analysis.statistics",
    "Fields": "fields",
    "ModelFileError": "errors",
    "OutputError": "errors",
    "Record": "abstract",
    "Scheme": "scheme",
    "SchemeError": "errors",
    "Unreadable": "abstract",
    "UsageError": "errors",
    "check_corpus": "analysis.check",
    "corpus_statistics": "analysis.statistics",
    "labelled_abstracts": "input.labelled",
    "lcc": "scheme_csv",
    "near_duplicates": "analysis.near_duplicates",
    "read_abstracts": "input.read",
    "read_scheme": "scheme_files",
    "replacing": "output.atomic",
}

__all__ = [
    "VERSION",
    "Abstract",
    "ClassmarkError",
    "Code",
    "CorpusError",
    "CorpusStatistics",
    "Fields",
    "ModelFileError",
    "OutputError",
    "Record",
    "Scheme",
    "SchemeError",
    "Unreadable",
    "UsageError",
    "check_corpus",
    "corpus_statistics",
    "labelled_abstracts",
    "lcc",
    "near_duplicates",
    "read_abstracts",
    "read_scheme",
    "replacing",
]

__getattr__ = lazy_attributes(__name__, _MODULES)

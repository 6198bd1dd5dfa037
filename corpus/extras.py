"""Libraries that are installed on demand, as extras of this program."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from .errors import CorpusError


def import_extra(library: str, extra: str, wanted_by: str) -> ModuleType:
    """Import a library that not everybody needs.

    Parameters
    ----------
    library
        What is imported, such as ``lxml.etree``.
    extra
        The extra of this program that installs it.
    wanted_by
        The file, format or option that needs it.

    Raises
    ------
    CorpusError
        It is not installed; the message says how to install it.
    """
    try:
        return import_module(library)
    except ImportError as error:
        root = library.partition(".")[0]
        raise CorpusError(
            f"{wanted_by} needs {root}, which is not installed; type: pip install 'classmark[{extra}]'"
        ) from error

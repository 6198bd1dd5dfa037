"""Import on demand: optional libraries, functions and names of a package."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from .errors import CorpusError


def import_extra(library: str, extra: str, wanted_by: str) -> ModuleType:
    """Import an optional library.

    Parameters
    ----------
    library
        Module to import, such as ``lxml.etree``.
    extra
        The extra of this project that installs it.
    wanted_by
        The file, format or option that needs it.

    Raises
    ------
    CorpusError
        If it is not installed; the message says how to install it.
    """
    try:
        return import_module(library)
    except ImportError as error:
        raise _missing(library, extra, wanted_by) from error


def check_extra(library: str, extra: str, wanted_by: str) -> None:
    """Check that an optional library is installed, without importing it; see `import_extra`."""
    if find_spec(library) is None:
        raise _missing(library, extra, wanted_by)


def _missing(library: str, extra: str, wanted_by: str) -> CorpusError:
    root = library.partition(".")[0]
    return CorpusError(f"{wanted_by} needs {root}, which is not installed; type: pip install 'classmark[{extra}]'")


def import_quietly(name: str, extra: str, wanted_by: str) -> Any:  # a library module
    """Import the library of a format, and keep it from writing to standard error.

    Parameters
    ----------
    extra
        The extra of this project that installs it.
    wanted_by
        The file, or the format that is to be written.

    Raises
    ------
    CorpusError
        If it is not installed; the message says how to install it.
    """
    module = import_extra(name, extra, wanted_by)
    _silence(name.partition(".")[0])
    return module


def _silence(root: str) -> None:
    """Keep a library from writing to standard error."""
    import logging  # noqa: PLC0415  # only here
    import warnings  # noqa: PLC0415  # only here

    warnings.filterwarnings("ignore", module=rf"{root}\b")
    if logging.getLogger(root).propagate:  # only the first time, as readers call this per record
        logging.getLogger(root).addHandler(logging.NullHandler())
        logging.getLogger(root).propagate = False


def lazy_function(package: str, place: str) -> Any:  # the type of the wrapped function
    """Return a function that imports another on its first call.

    Parameters
    ----------
    package
        ``__name__`` of the package.
    place
        Module and function in the package, such as ``ris:read_ris``.
    """
    module, _, name = place.partition(":")

    @cache
    def function() -> Any:
        return getattr(import_module(f".{module}", package), name)

    def call(*arguments: Any) -> Any:
        return function()(*arguments)

    return call


def lazy_attributes(package: str, places: Mapping[str, str]) -> Callable[[str], object]:
    """Return a ``__getattr__`` for a package that imports a module on first use of one of its names.

    Parameters
    ----------
    package
        ``__name__`` of the package.
    places
        Module of each name.
    """

    def attribute(name: str) -> object:
        if name not in places:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f".{places[name]}", package), name)

    return attribute

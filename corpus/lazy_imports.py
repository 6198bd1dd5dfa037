"""Import on demand: optional libraries, functions and names of a package."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

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


def lazy_function(package: str, place: str) -> Any:  # of the type of the function that it stands for
    """Return a function that stands for another, whose module is imported when it is first called.

    Parameters
    ----------
    package
        The package's ``__name__``.
    place
        A module in it and the function's name, ``ris:read_ris``.
    """
    module, _, name = place.partition(":")

    def call(*arguments: Any) -> Any:
        return getattr(import_module(f".{module}", package), name)(*arguments)

    return call


def import_quietly(name: str, extra: str, wanted_by: str) -> Any:  # its types are its own
    """Import a format's library, and keep it from writing to the standard error.

    Parameters
    ----------
    extra
        The extra of this program that installs it.
    wanted_by
        The file, or the format that is to be written.

    Raises
    ------
    CorpusError
        It is not installed; the message says how to install it.
    """
    module = import_extra(name, extra, wanted_by)
    _silence(name.partition(".")[0])
    return module


def _silence(root: str) -> None:
    """Keep a library from writing to the standard error."""
    import logging  # noqa: PLC0415  # only here
    import warnings  # noqa: PLC0415  # only here

    warnings.filterwarnings("ignore", module=rf"{root}\b")
    if logging.getLogger(root).propagate:  # the first time, as readers ask once a record
        logging.getLogger(root).addHandler(logging.NullHandler())
        logging.getLogger(root).propagate = False


def lazy_attributes(package: str, places: Mapping[str, str]) -> Callable[[str], object]:
    """Return a package's ``__getattr__``, by which a module is imported when one of its names is first asked for.

    Parameters
    ----------
    package
        The package's ``__name__``.
    places
        The module that has a name, by the name.
    """

    def attribute(name: str) -> object:
        if name not in places:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f".{places[name]}", package), name)

    return attribute

"""Libraries that are installed on demand, as extras of this program."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

from classmark.corpus import ClassmarkError


def check_installed(option: str, libraries: Iterable[str], extra: str) -> None:
    """Find out before the work whether the libraries are there that an option needs.

    Raises
    ------
    ClassmarkError
        One of them is missing; the message says how to install it.
    """
    for library in libraries:
        try:
            import_module(library)
        except ImportError as error:
            raise ClassmarkError(
                f"{option} needs {library}, which is not installed; type: pip install 'classmark[{extra}]'"
            ) from error

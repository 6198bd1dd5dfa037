"""What a package offers and does without until somebody asks for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module


def imported_later(package: str, places: Mapping[str, str]) -> Callable[[str], object]:
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

"""Say on stderr what readers warn of."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from classmark.corpus.errors import IncompleteInputWarning

from .console import say


@contextmanager
def saying_input_warnings() -> Iterator[None]:
    """Say the first warning that an input is incomplete; of a harvest in many files, the others would say the same."""
    show, said = warnings.showwarning, list[str]()

    def say_once(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
        if not issubclass(category, IncompleteInputWarning):
            show(message, category, *where, **more)
        elif not said:
            said.append(str(message))
            say(said[0])

    with warnings.catch_warnings():
        warnings.filterwarnings("always", category=IncompleteInputWarning)
        warnings.showwarning = say_once
        yield

"""A sign of life on stderr while something takes its time."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from .boundary import say
from .output import is_terminal


@contextmanager
def working(what: str, *, quiet: bool) -> Iterator[None]:
    """Say what is being done: with a spinner and a clock on a terminal, in a line elsewhere."""
    if quiet:
        yield
    elif is_terminal(sys.stderr):
        from rich.console import Console  # only where somebody looks
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            progress.add_task(what)
            yield
    else:
        say(f"{what} …")
        yield

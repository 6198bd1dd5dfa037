"""A sign of life on stderr while something takes its time."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import TypeVar

from .boundary import printable, say
from .output import is_terminal

Item = TypeVar("Item")


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


@contextmanager
def stepping(what: str, total: int, *, quiet: bool) -> Iterator[Callable[[str], None]]:
    """Give a function to call after each of a number of long steps, with what came of it; say how much is left."""
    if quiet:
        yield lambda _: None
    elif is_terminal(sys.stderr):
        from rich.console import Console  # only where somebody looks
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task(what, total=total)

            def step(result: str) -> None:
                progress.console.print(printable(result), markup=False, highlight=False)
                progress.advance(task)

            yield step
    else:
        start, done = time.monotonic(), count(1)

        def step(result: str) -> None:
            number = next(done)
            left = (time.monotonic() - start) / number * (total - number)
            say(f"{what}, {number} of {total}, about {left:.0f} s left: {result}")

        yield step


def counted(items: Iterable[Item], *, quiet: bool) -> Iterator[Item]:
    """Pass items on, and say on a terminal how many there were, once it takes longer than a second."""
    if quiet or not is_terminal(sys.stderr) or is_terminal(sys.stdout):
        yield from items
        return
    start = shown = time.monotonic()
    for number, item in enumerate(items):
        yield item
        now = time.monotonic()
        if now - shown > 1:
            shown = now
            print(f"\r{number + 1:,} records, {number / (now - start):,.0f} a second", end="", file=sys.stderr)  # noqa: T201
    if shown > start:
        print("\r\x1b[K", end="", file=sys.stderr)  # noqa: T201

"""Show progress on stderr during long operations."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, TypeVar

from classmark.corpus.wrapped_streams import BYTES_READ

from .console import printable, say
from .output import is_terminal

if TYPE_CHECKING:
    from rich.progress import Progress

Item = TypeVar("Item")

_BAR = 40
_CLOCK = 17
"""Room for the longest usual clock, 100:00:00 left, for a bar of one column, and for the gaps around them."""


@contextmanager
def working(what: str, *, quiet: bool) -> Iterator[None]:
    """Say what is being done: with a bar and a clock on a terminal, in a line elsewhere."""
    if quiet:
        yield
    elif is_terminal(sys.stderr):
        with _bar(what):
            yield
    else:
        say(f"{what} …")
        yield


@contextmanager
def stepping(what: str, total: int, *, quiet: bool) -> Iterator[Callable[[str], None]]:
    """Yield a function to call with the result of each of some long steps; it shows the result and how much is left."""
    if quiet:
        yield lambda _: None
    elif is_terminal(sys.stderr):
        with _bar(f"{what}, {{task.completed}} of {total}", total) as bar:

            def step(result: str) -> None:
                bar.console.print(printable(result), markup=False, highlight=False)
                bar.advance(bar.task_ids[0])

            yield step
    else:
        start, done = time.monotonic(), count(1)

        def step(result: str) -> None:
            number = next(done)
            left = (time.monotonic() - start) / number * (total - number)
            say(f"{what}, {number} of {total}, about {left:.0f} s left: {result}")

        yield step


@contextmanager
def stages(*, quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Give a function to call with what is being done, how much of it is done, and how much there is, 0 if unknown.

    On a terminal it shows all of this, elsewhere it says what is begun.
    """
    if quiet:
        yield lambda _what, _done, _of: None
    elif is_terminal(sys.stderr):
        with _bar("{task.description}") as bar:
            stage = ""

            def show(what: str, done: int, of: int) -> None:
                nonlocal stage
                if what != stage:
                    bar.remove_task(bar.task_ids[0])
                    bar.add_task(what, total=of or None)
                    stage = what
                label = f"{what}: {done:,} of {of:,}" if of else f"{what}: {done:,}" if done else what
                bar.update(bar.task_ids[0], description=label, completed=done, total=of or None)

            yield show
    else:
        begun: set[str] = set()

        def say_once(what: str, _done: int, _of: int) -> None:
            if what not in begun:
                begun.add(what)
                say(f"{what} …")

        yield say_once


@contextmanager
def counting(what: str, total: int, done: int, *, quiet: bool) -> Iterator[Callable[[], None]]:
    """Give a function to call after each of a number of steps; show how many are done and the time left on a terminal.

    Parameters
    ----------
    what
        The steps, in plural.
    done
        How many of them were done before.
    """
    if quiet or not is_terminal(sys.stderr):
        yield lambda: None
        return
    with _bar(f"{{task.completed}} of {total} {what}", total, done) as bar:
        yield lambda: bar.advance(bar.task_ids[0])


@contextmanager
def gauge(size: int, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """Give a function to call with the number of records that were done; show rate and time left on a terminal.

    Parameters
    ----------
    size
        How many bytes the input has; 0 where that is not known.
    """
    if quiet or not is_terminal(sys.stderr):
        yield lambda _: None
        return
    start, done, bar = time.monotonic(), 0, None

    def advance(records: int) -> None:
        nonlocal done, bar
        done += records
        seconds = time.monotonic() - start
        if bar is None and seconds > 1:
            bar = _bar("{task.percentage:.0f} %, {task.description}" if size else "{task.description}", size)
            bar.start()
        if bar:
            rate = f"{done:,} records, {done / seconds:,.0f} per second"
            bar.update(bar.task_ids[0], completed=min(BYTES_READ.count, size), description=rate)

    try:
        yield advance
    finally:
        if bar:
            bar.stop()


def counted(items: Iterable[Item], size: int, *, quiet: bool) -> Iterator[Item]:
    """Pass items on, while `gauge` shows how many there were."""
    with gauge(size, quiet=quiet) as advance:
        for item in items:
            yield item
            advance(1)


def _bar(text: str, total: int = 0, done: int = 0) -> Progress:
    """Return a bar on stderr that leaves no trace, with the time left, or the time taken where no total is known.

    All of it stays on one line: the bar takes the room that the text leaves, and a text that is too long ends in "…".

    Parameters
    ----------
    text
        What stands beside it; rich fills in what is between braces.
    """
    from rich.console import Console  # only where somebody looks
    from rich.progress import BarColumn, Progress, Task, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress_bar import ProgressBar
    from rich.text import Text

    console = Console(stderr=True, emoji=False)

    class Label(TextColumn):
        def render(self, task: Task) -> Text:
            label = super().render(task)
            label.truncate(console.width - _CLOCK, overflow="ellipsis")
            return label

    class Clock(TimeRemainingColumn):
        def render(self, task: Task) -> Text:
            return Text.assemble(super().render(task), " left") if task.total else TimeElapsedColumn().render(task)

    class Bar(BarColumn):
        def render(self, task: Task) -> ProgressBar:
            self.bar_width = max(min(console.width - _CLOCK - label.render(task).cell_len, _BAR), 1)
            return super().render(task)

    label = Label(text, markup=False)
    bar = Progress(label, Clock(), Bar(), console=console, transient=True)
    bar.add_task("", total=total or None, completed=done)
    return bar

"""The one place where errors become a sentence on stderr and an exit code."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import typer
from typer.core import TyperGroup

from classmark.corpus import ClassmarkError, UsageError, naming

from .process import check_not_stopped, notes_of
from .unexpected import sentence_for

FAILED = 1
USED_WRONGLY = 2


class Boundary(TyperGroup):
    """The program's commands; whatever they raise ends here, a traceback is shown under ``--debug`` only."""

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Read the options before a command, some of which are all that was asked for, and report what went wrong."""
        with _reporting("--debug" in args), naming("the standard output"):
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: Any) -> Any:  # Typer's own types are private
        """Run the command, and report what went wrong."""
        with _reporting(ctx.params.get("debug")):
            return super().invoke(ctx)


@contextmanager
def _reporting(debug: bool) -> Iterator[None]:
    """Say what went wrong, and end with the exit code that it has."""
    try:
        yield
    except Exception as error:
        check_not_stopped(error)
        is_typers_own = isinstance(error, typer.Abort) or hasattr(error, "exit_code")
        if debug or is_typers_own or getattr(error, "errno", None) == errno.EPIPE:
            raise
        say(f"error: {error if isinstance(error, ClassmarkError) else sentence_for(error)}")
        for note in notes_of(error):
            say(f"stopped; {note}")
        raise typer.Exit(USED_WRONGLY if isinstance(error, UsageError) else FAILED) from None


def say(message: str) -> None:
    """Tell the user something on stderr, without control characters that a terminal would obey.

    Where stderr is full, nobody hears it, and the work goes on.
    """
    with suppress(OSError):
        print(f"classmark: {printable(message)}", file=sys.stderr)  # noqa: T201


def printable(text: str) -> str:
    r"""Escape control characters, so that a field stays one field and a terminal is safe.

    >>> printable("a\tb\x1b[31m")
    'a\\tb\\x1b[31m'
    """
    return text.translate(_CONTROLS)


UNSEEN = (*range(127, 160), 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
"""Beside those of ASCII, the control characters, the ends of lines, and what turns the direction of writing."""

_CONTROLS = (
    {i: f"\\x{i:02x}" for i in range(32)}
    | {i: f"\\x{i:02x}" if i < 256 else f"\\u{i:04x}" for i in UNSEEN}
    | {9: "\\t", 10: "\\n", 13: "\\r"}
)

"""The one place where errors become a sentence on stderr and an exit code."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer
from typer.core import TyperGroup

from classmark.corpus.errors import ClassmarkError, UsageError
from classmark.corpus.output.own_files import reporting_errors_for

from .console import say
from .process import check_not_stopped, notes_of
from .unexpected import sentence_for

FAILED = 1
USED_WRONGLY = 2


class Boundary(TyperGroup):
    """The program's commands; whatever they raise ends here, a traceback is shown under ``--debug`` only."""

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Read the options before a command, some of which are all that was asked for, and report what went wrong."""
        with _reporting("--debug" in args), reporting_errors_for("the standard output"):
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

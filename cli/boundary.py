"""The one place where errors become a sentence on stderr and an exit code."""

from __future__ import annotations

import errno
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from classmark.corpus import ClassmarkError, UsageError

FAILED = 1
USED_WRONGLY = 2


class Boundary(TyperGroup):
    """The program's commands; whatever they raise ends here, a traceback is shown under ``--debug`` only."""

    def invoke(self, ctx: Any) -> Any:  # Typer's own types are private
        """Run the command, and report what went wrong."""
        try:
            return super().invoke(ctx)
        except typer.Exit:
            raise
        except ClassmarkError as error:
            reason, exit_code = str(error), USED_WRONGLY if isinstance(error, UsageError) else FAILED
            shown: Exception = error
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise
            reason, exit_code, shown = (
                f"{error.filename or 'writing'}: {error.strerror or error}",
                FAILED,
                error,
            )
        except MemoryError as error:
            reason, exit_code, shown = "there is not enough memory", FAILED, error
        except _UNFORESEEN as error:
            what = f"{type(error).__name__}: {error}"
            reason = f"something unforeseen ({what}); please report it with what --debug shows"
            exit_code, shown = FAILED, error
        if ctx.params.get("debug"):
            raise shown
        say(f"error: {reason}")
        raise typer.Exit(exit_code)


def say(message: str) -> None:
    """Tell the user something on stderr, without control characters that a terminal would obey."""
    print(f"classmark: {printable(message)}", file=sys.stderr)  # noqa: T201


def printable(text: str) -> str:
    r"""Escape control characters, so that a field stays one field and a terminal is safe.

    >>> printable("a\tb\x1b[31m")
    'a\\tb\\x1b[31m'
    """
    return text.translate(_CONTROLS)


_UNFORESEEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    ImportError,
    LookupError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)

UNSEEN = (*range(127, 160), 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
"""Beside those of ASCII, the control characters, the ends of lines, and what turns the direction of writing."""

_CONTROLS = (
    {i: f"\\x{i:02x}" for i in range(32)}
    | {i: f"\\x{i:02x}" if i < 256 else f"\\u{i:04x}" for i in UNSEEN}
    | {9: "\\t", 10: "\\n", 13: "\\r"}
)

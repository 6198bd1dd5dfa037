"""Turn errors into a sentence on stderr and an exit code, in one place."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import typer

from classmark.corpus.errors import ClassmarkError, UsageError
from classmark.corpus.output.own_files import reporting_errors_for

from .completion import complete_named_shell
from .console import say
from .input_warnings import saying_input_warnings
from .process import causes_of, check_not_stopped, notes_of
from .suggestions import CommandGroup

_FAILED = 1
_USED_WRONGLY = 2

_NO_MEMORY = "there is not enough memory; raise its limit, or ask for less at a time (fewer --jobs or abstracts)"
_LOST_WORKER = "a worker process was ended from outside, perhaps for lack of memory; try again, with fewer --jobs"
_NO_PROCESSES = "the system starts no more processes or threads; ask for fewer --jobs, or raise the limit (ulimit -u)"
_NO_FILES = "too many files are open; ask for fewer --jobs, or raise the limit (ulimit -n)"
_UNNAMED = "the standard output or a temporary file (see TMPDIR)"
_WRITE_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EBADF, errno.EIO, errno.EROFS}
_BY_NUMBER = {
    errno.ENOMEM: _NO_MEMORY,
    errno.EMFILE: _NO_FILES,
    errno.ENFILE: _NO_FILES,
    errno.EAGAIN: _NO_PROCESSES,
}
_OUT_OF_MEMORY = (MemoryError, SystemError)  # libraries in C raise the latter when they are out of memory
_BY_TEXT = {"failed to map segment": _NO_MEMORY, "can't start new thread": _NO_PROCESSES} | {
    os.strerror(number): f"a temporary file (see TMPDIR) can't be written: {os.strerror(number)}; make room first"
    for number in (errno.ENOSPC, errno.EDQUOT)
}
"""Sentences for errors known by their text alone: of loading a library, of threads, and those joblib sends as text."""


class Boundary(CommandGroup):
    """The program's commands; their errors end here, and a traceback is shown only under ``--debug``."""

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Read the options before a command, such as ``--version``, and report errors."""
        with _reporting("--debug" in args), reporting_errors_for("the standard output"):
            return super().make_context(info_name, args, parent, **extra)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the options before a command."""
        complete_named_shell(ctx, args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:  # Typer's own types are private
        """Run the command, and report errors."""
        with _reporting(ctx.params.get("debug")), saying_input_warnings():
            return super().invoke(ctx)


def exit_with_failure() -> NoReturn:
    """Exit with 1, after a command has told what failed; raises `typer.Exit`."""
    raise typer.Exit(_FAILED)


@contextmanager
def _reporting(debug: bool) -> Iterator[None]:
    """Report an error in a sentence, and exit with its code."""
    try:
        yield
    except Exception as error:
        check_not_stopped(error)
        is_typers_own = isinstance(error, typer.Abort) or hasattr(error, "exit_code")
        if debug or is_typers_own or getattr(error, "errno", None) == errno.EPIPE:
            raise
        say(f"error: {error if isinstance(error, ClassmarkError) else _sentence_for(error)}")
        for note in notes_of(error):
            say(f"stopped; {note}")
        raise typer.Exit(_USED_WRONGLY if isinstance(error, UsageError) else _FAILED) from None


def _sentence_for(error: BaseException) -> str:
    """Return what is wrong and what to do, for an error that is not the program's own or for what caused it."""
    if isinstance(error, OSError):
        return _sentence_for_system_error(error)
    for cause in causes_of(error):
        sentence = _known_sentence(cause)
        if sentence:
            return sentence
    return f"something unforeseen ({type(error).__name__}: {error}); please report it with what --debug shows"


def _known_sentence(error: BaseException) -> str | None:
    from concurrent.futures import BrokenExecutor  # noqa: PLC0415  # only an error needs it

    if isinstance(error, _OUT_OF_MEMORY):
        return _NO_MEMORY
    if isinstance(error, BrokenExecutor):
        return _LOST_WORKER
    if isinstance(error, OSError) and error.errno in _BY_NUMBER.keys() | _WRITE_ERRORS:
        return _sentence_for_system_error(error)
    return next((sentence for text, sentence in _BY_TEXT.items() if text in str(error)), None)


def _sentence_for_system_error(error: OSError) -> str:
    if error.errno in _BY_NUMBER:
        return _BY_NUMBER[error.errno]
    reason = error.strerror or str(error)
    if error.filename is None and error.errno in _WRITE_ERRORS:
        return f"{_UNNAMED} can't be written: {reason}"
    return f"{error.filename}: {reason}" if error.filename is not None else reason

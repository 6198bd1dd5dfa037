"""Prepare the process: where Python imports from, the standard streams, signals, and what only ``--debug`` shows."""

# ruff: noqa: PLC0415  # what is imported while the working folder is on the path may come from there

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
_REPEATED = 1.0
"""Seconds in which a second signal is taken for the first: ``timeout`` sends two, people press Ctrl-C twice."""


_GARBAGE_AT = 100_000
"""New objects after which Python looks for garbage: looking after each 700, as usual, takes a twentieth of a short run,
and a tenth with a model of tens of thousands of codes."""


class Stopped(SystemExit):
    """A signal asks the program to end; the code is 128 and the signal's number, as shells have it."""


class _Signal:
    """The signal that asks the program to end: its number, 0 for none, and when it came."""

    number = 0
    time = 0.0


def prepare() -> None:
    """Prepare the process, before anything else is imported.

    Until `stopping_in_order`, a signal ends the program at once: there is nothing to clean up yet.
    """
    _import_nothing_from_the_working_folder()
    _handle(_end)
    _fill_closed_streams()
    import gc
    import threading

    gc.set_threshold(_GARBAGE_AT)

    if "--debug" not in sys.argv:
        threading.excepthook = _report_thread_error
        sys.unraisablehook = _send_again
        _hide_warnings()


@contextmanager
def stopping_in_order() -> Iterator[None]:
    """Have a signal raise `Stopped`, so that files are cleaned up.

    A second signal, somewhat later, ends the program at once; so does one that comes when the command is done. A signal
    that is ignored on entry, as by ``nohup`` or in the background of a script, stays ignored.
    """
    import signal

    _handle(_stop)
    try:
        yield
    except Stopped as stopped:
        from .console import say

        say("; ".join(["stopped", *notes_of(stopped)]))
        with suppress(OSError, ValueError):
            sys.stdout.flush()
        os._exit(128 + _Signal.number)  # what libraries do at the end may wait for a worker that was ended
    finally:
        _handle(signal.SIG_DFL)


def check_not_stopped(error: Exception) -> None:
    """Raise `Stopped`, with the error's notes, if the program was asked to end.

    Libraries that are interrupted may raise an error of their own instead.

    Raises
    ------
    Stopped
        The program was asked to end.
    """
    if _Signal.number:
        stopped = Stopped(128 + _Signal.number)
        for note in notes_of(error):
            stopped.add_note(note)
        raise stopped from None


def notes_of(error: BaseException) -> list[str]:
    """Return the notes on an error and on the errors that caused it."""
    return [note for each in causes_of(error) for note in getattr(each, "__notes__", ())]


def causes_of(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and those that caused it, or that were being handled when it was raised."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        yield error
        seen.add(id(error))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _import_nothing_from_the_working_folder() -> None:
    """Take the working folder off the path of this process and of those that it starts.

    ``python -m`` puts it there, as does an empty name in PYTHONPATH, by a colon too many.
    """
    os.environ["PYTHONSAFEPATH"] = "1"
    here = ""
    with suppress(OSError):  # it is gone
        here = os.getcwd()  # noqa: PTH109
    if not sys.flags.safe_path and sys.path[:1] in ([""], [here]):
        del sys.path[0]
    named = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    if len(named) > 1 and "" in named:
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, named))
        sys.path[:] = [folder for folder in sys.path if folder not in {"", here} or here in named]


def _fill_closed_streams() -> None:
    """Replace closed standard streams, as the next files would get their descriptors and what is written to them.

    What is written to the standard error is lost, to the standard output an error.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR if name == "stderr" else os.O_RDONLY)
            os.dup2(nowhere, number)
            os.set_inheritable(number, True)
            if nowhere != number:
                os.close(nowhere)
            if name != "stdin":  # without a buffer, which could not be emptied at the end
                raw = io.FileIO(number, "w", closefd=False)
                setattr(sys, name, io.TextIOWrapper(raw, "utf-8", write_through=True))


def _handle(handler: "Any") -> None:
    import signal

    for number in (getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)


def _end(number: int, _frame: object) -> None:
    with suppress(OSError):
        os.write(2, b"classmark: stopped\n")
    os._exit(128 + number)


def _stop(number: int, _frame: object) -> None:
    import time

    if not _Signal.number:
        _Signal.number, _Signal.time = number, time.monotonic()
        raise Stopped(128 + number)
    if time.monotonic() - _Signal.time > _REPEATED:
        os._exit(128 + number)


def _report_thread_error(args: "Any") -> None:
    """Report that a thread has failed, unless the program is being stopped."""
    from .console import say

    if not _Signal.number:
        reason = f"{args.exc_type.__name__}: {args.exc_value}"
        say(f"error: something unforeseen in a thread ({reason}); please report it with what --debug shows")


def _send_again(args: "Any") -> None:
    """Send a signal again that came where nothing can be raised, such as in a finalizer."""
    if isinstance(args.exc_value, Stopped) and _Signal.number:
        from threading import Timer

        number, _Signal.number = _Signal.number, 0
        Timer(0.05, os.kill, (os.getpid(), number)).start()


def _hide_warnings() -> None:
    """Hide warnings, also in processes that are started; they are for developers."""
    import warnings

    if not sys.warnoptions:
        warnings.simplefilter("ignore")
        os.environ["PYTHONWARNINGS"] = "ignore"

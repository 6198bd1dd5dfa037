"""Workers that are lost: joblib says so, but where one is ended while it hands over a result, it waits for ever."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from joblib import Parallel

_PATIENCE = 5.0
"""Seconds in which joblib finds out for itself."""


@contextmanager
def noticing_losses(spread: Parallel) -> Iterator[None]:
    """See to it, while work is spread, that the loss of a worker ends it with joblib's `BrokenProcessPool`."""
    is_over = threading.Event()
    threading.Thread(target=_watch, args=(spread, is_over), daemon=True).start()
    try:
        yield
    finally:
        is_over.set()


def _watch(spread: Parallel, is_over: threading.Event) -> None:
    while not is_over.wait(_PATIENCE):
        pool = getattr(getattr(spread, "_backend", None), "_workers", None)
        if _has_lost(pool) and not is_over.wait(_PATIENCE) and _has_lost(pool):
            _break(pool)
            return


def _has_lost(pool: Any) -> bool:
    processes = list((getattr(pool, "_processes", None) or {}).values())
    return any(process.exitcode not in {None, 0} for process in processes)


def _break(pool: Any) -> None:
    """Close all ends of the pipe in which a half of a result is, so that who waits for the other half hears of it."""
    for process in list(pool._processes.values()):
        if process.exitcode is None:
            process.terminate()
    pool._call_queue._reader.close()
    pool._result_queue._writer.close()

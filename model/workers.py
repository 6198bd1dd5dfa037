"""Processes that share work and must not outlive the one that gave it to them, which may be killed at any moment."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache, partial
from multiprocessing import current_process
from typing import ParamSpec, TypeVar

_PATIENCE = 3.0
"""So many seconds joblib has to notice that a process is gone."""

P = ParamSpec("P")
Result = TypeVar("Result")


def for_workers(function: Callable[P, Result]) -> Callable[P, Result]:
    """Return a function that does the same, and ends a process of joblib's in which it runs when this process is gone.

    Such a process would wait for ever for more work.
    """
    return partial(_call, os.getpid(), function)


def _call(giver: int, function: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
    if current_process().name.startswith("Loky"):  # not so on a cluster, nor where nothing is spread
        _watch(giver)
    return function(*args, **kwargs)


@lru_cache(maxsize=1)
def _watch(giver: int) -> None:
    threading.Thread(target=_end_after, args=(giver,), daemon=True).start()


def _end_after(giver: int) -> None:
    while os.getppid() == giver:
        time.sleep(1)
    os._exit(1)


@contextmanager
def noticing_the_lost() -> Iterator[None]:
    """See that work ends with joblib's error where one of its processes is killed while it hands over a result.

    Otherwise joblib waits for the rest of that result for ever, as the other processes could still send it.
    """
    done = threading.Event()
    threading.Thread(target=_end_with_the_lost, args=(done,), daemon=True).start()
    try:
        yield
    finally:
        done.set()


def _end_with_the_lost(done: threading.Event) -> None:
    from joblib.externals.loky import reusable_executor  # noqa: PLC0415  # loaded by now

    while not done.wait(1):
        executor = reusable_executor._executor
        if executor is None or not any(process.exitcode for process in list((executor._processes or {}).values())):
            continue
        if not done.wait(_PATIENCE):
            with suppress(AttributeError):  # joblib's own, which may be called otherwise one day
                for process in list(executor._processes.values()):
                    process.kill()
                executor._result_queue._writer.close()  # now nobody can send the rest, and reading it ends
        return

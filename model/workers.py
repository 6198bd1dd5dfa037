"""Processes that share work and must not outlive the one that gave it to them, which may be killed at any moment."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from functools import lru_cache, partial
from multiprocessing import current_process
from typing import ParamSpec, TypeVar

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

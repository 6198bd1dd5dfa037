"""Worker processes of joblib's: none that starts shows a traceback, none is left, and the loss of one is noticed."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from multiprocessing import current_process, resource_tracker
from typing import Any, ParamSpec, TypeVar

from joblib import Parallel

GRACE_SECONDS = 5.0
"""How long to wait for joblib to notice a lost worker by itself."""

_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


@contextmanager
def worker_processes(jobs: int | None, **options: Any) -> Iterator[Parallel]:
    """Give what spreads work over processes, or over a cluster where joblib is told so.

    The loss of a worker ends the work with joblib's `BrokenProcessPool`; of one that is lost while it hands over a
    result, joblib alone would wait for more for ever. Whatever else ends the work ends the workers as well.

    Parameters
    ----------
    jobs
        How many processes, in joblib's way of counting; None for joblib's own choice.
    options
        Of `Parallel`.
    """
    is_over = threading.Event()
    try:
        with Parallel(n_jobs=jobs, **options) as spread, _ending_workers(spread):
            _start(spread)
            threading.Thread(target=_watch, args=(spread, is_over), daemon=True).start()
            yield spread
    finally:
        is_over.set()


@contextmanager
def _ending_workers(spread: Parallel) -> Iterator[None]:
    try:
        yield
    except BaseException:
        pool = _pool(spread)
        processes = _processes(pool)
        if pool is not None:
            pool.shutdown(wait=False, kill_workers=True)
        for process in processes:
            process.terminate()
        raise


def _start(spread: Parallel) -> None:
    """Start the processes, and the thread that may start more, with SIGINT blocked, which they inherit.

    A terminal sends it to all of them, and they would show a traceback each; this process ends them.
    """
    pool = _pool(spread)
    if pool is None or not hasattr(signal, "pthread_sigmask"):
        return
    with _signals_later():
        resource_tracker.ensure_running()  # where it is started on the way, it lifts the block
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            pool.submit(int)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _signals_later() -> Iterator[None]:
    """Have signals wait, as a process that is half started would be nobody's."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handlers = {number: signal.getsignal(number) for number in _SIGNALS}
    waiting: list[int] = []
    for number, handler in handlers.items():
        if callable(handler):
            signal.signal(number, lambda number, _: waiting.append(number))
    try:
        yield
    finally:
        for number, handler in handlers.items():
            if callable(handler):
                signal.signal(number, handler)
        for number in waiting:
            os.kill(os.getpid(), number)


def _pool(spread: Parallel) -> Any:
    """Return the pool of processes that joblib has started, or None."""
    return getattr(getattr(spread, "_backend", None), "_workers", None)


def _processes(pool: Any) -> list[Any]:
    return list((getattr(pool, "_processes", None) or {}).values())


def _watch(spread: Parallel, is_over: threading.Event) -> None:
    while not is_over.wait(GRACE_SECONDS):
        pool = _pool(spread)
        if _has_lost(pool) and not is_over.wait(GRACE_SECONDS) and _has_lost(pool):
            _break(pool)
            return


def _has_lost(pool: Any) -> bool:
    return any(process.exitcode not in {None, 0} for process in _processes(pool))


def _break(pool: Any) -> None:
    """Close all ends of the pipe in which a half of a result is, so that who waits for the other half hears of it."""
    for process in _processes(pool):
        if process.exitcode is None:
            process.terminate()
    pool._call_queue._reader.close()
    pool._result_queue._writer.close()


P = ParamSpec("P")
Result = TypeVar("Result")


def for_workers(function: Callable[P, Result]) -> Callable[P, Result]:
    """Return a function that does the same, and ends a process of joblib's in which it runs when this process is gone.

    Such a process would wait for ever for more work.
    """
    return partial(_call, os.getpid(), function)


def _call(giver: int, function: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
    if current_process().name.startswith("Loky"):  # not so on a cluster, nor where nothing is spread
        _watch_parent(giver)
    return function(*args, **kwargs)


@lru_cache(maxsize=1)
def _watch_parent(giver: int) -> None:
    threading.Thread(target=_end_after, args=(giver,), daemon=True).start()


def _end_after(giver: int) -> None:
    while os.getppid() == giver:
        time.sleep(1)
    os._exit(1)

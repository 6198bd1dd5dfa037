"""Run joblib's worker processes so that an interrupt, an error or a lost worker ends the run cleanly.

joblib and loky have no public way to start their workers with signals blocked, to end them, or to notice a worker that
dies while it sends a result. So this module, and no other, uses their private attributes ``_backend``, ``_workers``,
``_processes``, ``_call_queue`` and ``_result_queue``.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from functools import lru_cache, partial
from multiprocessing import current_process, resource_tracker
from typing import Any, ParamSpec, TypeVar

from joblib import Parallel
from joblib.externals.loky import ProcessPoolExecutor  # type: ignore[import-untyped]

GRACE_SECONDS = 5.0
"""How long to wait for joblib to notice a lost worker by itself."""

_PIPE_BYTES = 1 << 20

_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


@contextmanager
def worker_processes(jobs: int | None) -> Iterator[Parallel]:
    """Open joblib's `Parallel` with worker processes, or on the cluster that `parallel_config` names.

    A lost worker ends the run with joblib's `BrokenProcessPool`, even if it is lost while it sends a result, for which
    joblib alone would wait forever. Any exception ends the workers.

    Parameters
    ----------
    jobs
        The number of processes, as joblib's ``n_jobs``; None for joblib's default.
    """
    with Parallel(n_jobs=jobs) as parallel, _watching(partial(_pool, parallel)):
        yield parallel


@contextmanager
def worker_pool(workers: int) -> Iterator[Executor]:
    """Open a pool of worker processes, to give tasks to one by one; lost workers and exceptions end it as above.

    Numerical libraries have one thread in each.
    """
    pool = ProcessPoolExecutor(workers, env=dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"))
    with _watching(lambda: pool):
        _widen_pipes(pool)
        yield pool
    pool.shutdown(kill_workers=True)


def _widen_pipes(pool: Any) -> None:
    """Let a whole task or result fit into a pipe: after each part, its thread waits for the one that computes."""
    if sys.platform != "linux":
        return
    import fcntl  # noqa: PLC0415  # not on all systems

    with suppress(OSError):  # the system allows less
        for end in (pool._call_queue._writer, pool._result_queue._writer):
            fcntl.fcntl(end.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


@contextmanager
def _watching(pool_of: Callable[[], Any]) -> Iterator[None]:
    """Start the workers of a pool, watch them, and end them on an exception."""
    is_over = threading.Event()
    try:
        with _ending_workers(pool_of):
            _start(pool_of())
            threading.Thread(target=_watch, args=(pool_of, is_over), daemon=True).start()
            yield
    finally:
        is_over.set()


@contextmanager
def _ending_workers(pool_of: Callable[[], Any]) -> Iterator[None]:
    """End the workers on an exception."""
    try:
        yield
    except BaseException:
        pool = pool_of()
        processes = _processes(pool)
        if pool is not None:
            pool.shutdown(wait=False, kill_workers=True)
        for process in processes:
            process.terminate()
        raise


def _start(pool: Any) -> None:
    """Start the workers, and the thread that may start more, with SIGINT blocked, which they inherit.

    A terminal sends SIGINT to all processes, and each worker would print a traceback; this process ends them instead.
    """
    if pool is None or not hasattr(signal, "pthread_sigmask"):
        return
    with _signals_deferred():
        resource_tracker.ensure_running()  # started later, it would unblock SIGINT
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            pool.submit(int)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _signals_deferred() -> Iterator[None]:
    """Defer signals: an exception while a worker starts would leave it without a parent that ends it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handlers = {number: signal.getsignal(number) for number in _SIGNALS}
    deferred: list[int] = []
    for number, handler in handlers.items():
        if callable(handler):
            signal.signal(number, lambda number, _: deferred.append(number))
    try:
        yield
    finally:
        for number, handler in handlers.items():
            if callable(handler):
                signal.signal(number, handler)
        for number in deferred:
            os.kill(os.getpid(), number)


def _pool(parallel: Parallel) -> Any:
    """Return joblib's pool of processes, or None if it has started none."""
    return getattr(getattr(parallel, "_backend", None), "_workers", None)


def _processes(pool: Any) -> list[Any]:
    return list((getattr(pool, "_processes", None) or {}).values())


def _watch(pool_of: Callable[[], Any], is_over: threading.Event) -> None:
    """Break the pool if a worker is lost and joblib does not notice."""
    while not is_over.wait(GRACE_SECONDS):
        pool = pool_of()
        if _has_lost(pool) and not is_over.wait(GRACE_SECONDS) and _has_lost(pool):
            _break(pool)
            return


def _has_lost(pool: Any) -> bool:
    """Return whether a worker has died."""
    return any(process.exitcode not in {None, 0} for process in _processes(pool))


def _break(pool: Any) -> None:
    """Close all writing ends of the pipe with the incomplete result, so that the thread that reads it gets an error."""
    for process in _processes(pool):
        if process.exitcode is None:
            process.terminate()
    pool._call_queue._reader.close()
    pool._result_queue._writer.close()


P = ParamSpec("P")
Result = TypeVar("Result")


def for_workers(function: Callable[P, Result]) -> Callable[P, Result]:
    """Return the same function for workers of joblib's, which it ends when this process is gone.

    Otherwise they would wait for work forever.
    """
    return partial(_call, os.getpid(), function)


def _call(parent: int, function: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
    if current_process().name.startswith("Loky"):  # not on a cluster, and not in this process
        _watch_parent(parent)
    return function(*args, **kwargs)


@lru_cache(maxsize=1)
def _watch_parent(parent: int) -> None:
    threading.Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)

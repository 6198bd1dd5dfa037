"""Serve in several processes with one listening socket, and replace those that end."""

from __future__ import annotations

import gc
import os
import signal
import socket
import tempfile
import time
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

from classmark.cli.console import say

from .projects import Projects
from .settings import ServerSettings

_TOO_SOON = 1.0
"""Seconds; a worker that ends earlier is replaced only after that time, so that a fault does not keep a core busy."""

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Those that ask to stop."""


def serve_in_workers(listener: socket.socket, projects: Projects, settings: ServerSettings) -> None:
    """Serve in worker processes; return when a signal has asked to stop, and all have answered what they had."""
    with tempfile.TemporaryDirectory(prefix="classmark-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        from .server import serve_as_worker  # noqa: PLC0415  # imports the Prometheus client, which reads the variable

        ours, theirs = os.pipe()

        def work() -> None:
            os.close(theirs)
            serve_as_worker(listener, projects, settings, ours)

        gc.freeze()  # the workers share the memory of what is loaded
        _Workers(work, settings.workers, listener).run()


class _Workers:
    """Worker processes.

    Parameters
    ----------
    work
        What each does until it is asked to stop.
    count
        How many there are.
    listener
        Their socket, which is closed when they are asked to stop: nobody would answer further connections.
    """

    def __init__(self, work: Callable[[], None], count: int, listener: socket.socket) -> None:
        self._listener = listener
        self._work = work
        self._count = count
        self._started: dict[int, float] = {}
        self._is_stopping = False

    def run(self) -> None:
        """Start the workers, replace those that end, and return when all have been asked to stop and have ended."""
        for number in _SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._stop)
        for _ in range(self._count):
            self._start()
        while self._started:
            worker, _ = os.waitpid(-1, 0)
            self._replace(worker)

    def _replace(self, worker: int) -> None:
        started = self._started.pop(worker, None)
        if started is None or self._is_stopping:
            return
        from prometheus_client.multiprocess import mark_process_dead  # noqa: PLC0415  # reads an environment variable

        mark_process_dead(worker)
        say(f"worker process {worker} has ended; another one takes its place")
        time.sleep(max(0.0, started + _TOO_SOON - time.monotonic()))
        if not self._is_stopping:
            self._start()

    def _start(self) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)  # a worker must not run the handlers of its parent
        worker = os.fork()
        if not worker:
            for number in _SIGNALS:
                if signal.getsignal(number) is not signal.SIG_IGN:
                    signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        if not worker:
            self._run_worker()
        self._started[worker] = time.monotonic()
        if self._is_stopping:  # asked to stop meanwhile
            os.kill(worker, signal.SIGTERM)

    def _run_worker(self) -> NoReturn:
        """Work in a process of its own, and end it without what the parent process does at its end."""
        code = 1
        try:
            self._work()
            code = 0
        except Exception as error:
            say(f"error: a worker process fails: {type(error).__name__}: {error}")
        finally:
            os._exit(code)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._is_stopping = True
        self._listener.close()
        for worker in self._started:
            os.kill(worker, signal.SIGTERM)

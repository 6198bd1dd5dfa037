"""Run the server in one process, until it is asked to stop."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from uvicorn import Config, Server

from .app import create_app
from .metrics import Metrics
from .projects import Projects
from .protocol import LimitedProtocol
from .service import Service
from .settings import ServerSettings

_SIGNALS = [number for name in ("SIGINT", "SIGTERM", "SIGHUP") if (number := getattr(signal, name, None))]
_KEEP_ALIVE = 15
"""Seconds after which an idle connection is closed."""

_MOST_CONNECTIONS = 900
"""Connections of a process at a time; systems usually allow 1,024 open files. Requests on others get status 503."""

_REPEATED = 1.0
"""Seconds in which a second signal is taken for the first, as people press Ctrl-C twice."""


def serve_alone(listener: socket.socket, projects: Projects, settings: ServerSettings) -> None:
    """Serve in this process; return when a signal has asked to stop, and requests in flight are answered."""
    _server(projects, settings).run(sockets=[listener])


def serve_as_worker(listener: socket.socket, projects: Projects, settings: ServerSettings, parent: int) -> None:
    """Serve in a worker process, until it is asked to stop or the parent process is gone.

    Parameters
    ----------
    parent
        The descriptor of a pipe whose other end the parent process holds open.
    """
    server = _server(projects, settings)

    async def serve() -> None:
        asyncio.get_running_loop().add_reader(parent, server.stop)
        await server.serve(sockets=[listener])

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes; the parent passes it on
    asyncio.run(serve())


def _server(projects: Projects, settings: ServerSettings) -> StoppableServer:
    service = Service(settings, projects, Metrics(is_shared=settings.workers > 1))
    logging.getLogger("uvicorn").setLevel(logging.ERROR if settings.debug else logging.CRITICAL)  # `app` reports errors
    config = Config(
        create_app(service),
        http=LimitedProtocol,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=min(_KEEP_ALIVE, round(settings.seconds)),
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_graceful_shutdown=round(settings.seconds) + 1,
    )
    return StoppableServer(config)


class StoppableServer(Server):
    """A server that a signal stops in order, and a second one, somewhat later, at once."""

    _asked_to_stop = 0.0

    def stop(self) -> None:
        """Stop in order: answer the requests in flight, but take no others."""
        self.should_exit = True

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle signals while the server runs; none is raised again afterwards, as stopping was what it asked for."""
        handlers = {number: signal.getsignal(number) for number in _SIGNALS}
        for number, handler in handlers.items():
            if handler is not signal.SIG_IGN:
                signal.signal(number, self.handle_exit)
        try:
            yield
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002  # as signals have it
        """Stop in order, or at once if the same was asked before."""
        if self.should_exit:
            self.force_exit = time.monotonic() - self._asked_to_stop > _REPEATED
        else:
            self._asked_to_stop = time.monotonic()
            self.should_exit = True

"""Open the socket to listen on, and say where that is."""

from __future__ import annotations

import os
import socket

from classmark.cli.console import say
from classmark.corpus.errors import ClassmarkError

from .projects import Projects
from .settings import ServerSettings

_BACKLOG = 2048


def listen(settings: ServerSettings) -> socket.socket:
    """Open the socket to listen on.

    Raises
    ------
    ClassmarkError
        The address is not one of this machine, or is in use.
    """
    try:
        [first, *_] = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        listener = socket.socket(*first[:3])  # of TCP by name, so that asyncio sends each part of an answer at once
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(first[4])
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ClassmarkError(
            f"can't listen on {settings.host}, port {settings.port}: {reason}; name others by --host and --port"
        ) from error
    listener.listen(_BACKLOG)
    listener.setblocking(False)
    return listener


def announce(listener: socket.socket, projects: Projects, settings: ServerSettings) -> None:
    """Say where the server listens and, if others can reach it, what to put in front of it."""
    host, port = listener.getsockname()[:2]
    named = f"[{host}]" if ":" in host else host
    say(f"serving {', '.join(project.id for project in projects.all)} on http://{named}:{port}/ (Ctrl-C stops it)")
    if not settings.is_local:
        say(
            f"warning: there is no authentication, so everyone who can reach {named} can use it; "
            "put a reverse proxy with TLS and a login, such as nginx, in front, and listen on 127.0.0.1"
        )

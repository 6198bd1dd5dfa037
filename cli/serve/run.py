"""Open models and serve them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from .listening import announce, listen
from .projects import open_projects
from .settings import ServerSettings


def run_server(models: Sequence[Path], settings: ServerSettings) -> None:
    """Serve models until a signal asks to stop.

    Raises
    ------
    ClassmarkError
        A model can't be opened, or the address is in use.
    """
    projects = open_projects(models, settings)
    with closing(listen(settings)) as listener:
        if settings.workers > 1:
            from .workers import serve_in_workers  # noqa: PLC0415  # few need it

            announce(listener, projects, settings)
            serve_in_workers(listener, projects, settings)
        else:
            from .server import serve_alone  # noqa: PLC0415  # imports the Prometheus client, as workers must later

            announce(listener, projects, settings)
            serve_alone(listener, projects, settings)

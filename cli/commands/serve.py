"""Define the command ``serve``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from classmark.corpus.lazy_imports import check_extra

_MEGABYTE = 1_000_000


def serve(
    context: typer.Context,
    models: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[MODEL]...",
            help="Model files, one project each; if none, the built-in default.",
            show_default=False,
        ),
    ] = None,
    host: Annotated[
        str, typer.Option("--host", metavar="ADDRESS", help="The address to listen on, such as 0.0.0.0 for all.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", "-p", metavar="N", min=0, max=65535, help="The port; 0 for a free one.")
    ] = 5000,
    workers: Annotated[
        int, typer.Option("--workers", "-w", metavar="N", min=1, max=1_000, help="Number of processes that answer.")
    ] = 1,
    max_size: Annotated[
        int, typer.Option("--max-size", metavar="MB", min=1, max=1_000, help="The most megabytes of a request.")
    ] = 10,
    timeout: Annotated[
        int,
        typer.Option("--timeout", metavar="SECONDS", min=1, help="The most time to receive or to answer a request."),
    ] = 30,
    queue: Annotated[
        int,
        typer.Option(
            "--queue", metavar="N", min=1, help="The most requests per process at a time; others get status 429."
        ),
    ] = 64,
    cors: Annotated[
        list[str] | None,
        typer.Option(
            "--cors",
            metavar="ORIGIN",
            help="Let web pages of this origin ask, such as https://example.org, or * for all; may be given several "
            "times.",
        ),
    ] = None,
    language: Annotated[
        str, typer.Option("--language", metavar="CODE", help="The language of the codes' names, for Annif's API.")
    ] = "en",
    uri_prefix: Annotated[
        str,
        typer.Option(
            "--uri-prefix",
            metavar="URI",
            help="What precedes a code in its address, such as http://example.org/codes/.",
            show_default=False,
        ),
    ] = "",
    log_requests: Annotated[
        bool, typer.Option("--log-requests", help="Tell each request on stderr: its path, not what was sent.")
    ] = False,
) -> None:
    """Serve models over HTTP, to programs and to people.

    Programs use the REST API of Annif under /v1/, so Annif's clients work unchanged: a model file is a project.
    /v1/predict takes records as JSON lines and gives predictions. People open the address in a browser.

    The server listens on this machine alone, unless --host says otherwise: it has no authentication, so put a reverse
    proxy in front of it to serve others. Nothing that is sent is kept.
    """
    for library in ("starlette", "uvicorn", "httptools", "prometheus_client", "python_multipart", "jinja2"):
        check_extra(library, "serve", "classmark serve")
    from classmark.cli.serve.run import run_server  # the libraries load here
    from classmark.cli.serve.settings import ServerSettings

    settings = ServerSettings(
        host=host,
        port=port,
        workers=workers,
        max_bytes=max_size * _MEGABYTE,
        seconds=timeout,
        queue=queue,
        origins=tuple(cors or ()),
        language=language,
        uri_prefix=uri_prefix,
        log_requests=log_requests,
        debug=bool(context.find_root().params.get("debug")),
    )
    run_server(models or [], settings)

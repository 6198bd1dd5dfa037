"""Assemble the routes into an ASGI application."""

from __future__ import annotations

import traceback

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from classmark.cli.console import say
from classmark.corpus.errors import ClassmarkError

from . import annif, page, stream
from .envelope import Envelope
from .metrics import CONTENT_TYPE
from .openapi import show_document
from .problems import CutOff, Problem, problem_response
from .service import Service, service_of

_PROJECT = "/v1/projects/{project_id}"


def create_app(service: Service) -> Envelope:
    """Return the application that answers requests."""
    app = Starlette(routes=_routes(), middleware=_middleware(service), exception_handlers=_HANDLERS)
    app.state.service = service
    return Envelope(app, service.metrics, service.settings.log_requests)


async def _show_health(_request: Request) -> Response:
    return PlainTextResponse("ok\n")


async def _show_metrics(request: Request) -> Response:
    return Response(service_of(request).metrics.text(), headers={"Content-Type": CONTENT_TYPE})


def _routes() -> list[Route]:
    return [
        Route("/", page.show_page),
        Route("/", page.classify, methods=["POST"]),
        Route("/download", page.download, methods=["POST"]),
        Route("/page.css", page.show_asset),
        Route("/page.js", page.show_asset),
        Route("/healthz", _show_health),
        Route("/metrics", _show_metrics),
        Route("/v1/", annif.show_info),
        Route("/v1/openapi.json", show_document),
        Route("/v1/vocabs", annif.list_vocabs),
        Route("/v1/projects", annif.list_projects),
        Route(_PROJECT, annif.show_project),
        Route(f"{_PROJECT}/suggest", annif.suggest, methods=["POST"]),
        Route(f"{_PROJECT}/suggest-batch", annif.suggest_batch, methods=["POST"]),
        Route(f"{_PROJECT}/learn", annif.learn, methods=["POST"]),
        Route("/v1/detect-language", annif.detect_language, methods=["POST"]),
        Route("/v1/predict", stream.predict, methods=["POST"]),
    ]


def _middleware(service: Service) -> list[Middleware]:
    origins = service.settings.origins
    if not origins:
        return []
    return [Middleware(CORSMiddleware, allow_origins=origins, allow_methods=["GET", "POST"], allow_headers=["*"])]


async def _tell_problem(_request: Request, error: Exception) -> Response:
    if isinstance(error, Problem):
        return problem_response(error)
    assert isinstance(error, HTTPException)
    title = error.detail
    return problem_response(Problem(error.status_code, title, f"{title}: see /v1/openapi.json", error.headers))


async def _tell_nothing(_request: Request, _error: Exception) -> Response:
    """Answer a client that is gone."""
    return Response(status_code=400)


async def _tell_failure(_request: Request, error: Exception) -> Response:
    """Answer a request that the model cannot be used for, such as a damaged one; why is for the log alone."""
    say(f"error: {error}")
    return problem_response(Problem(503, "Service unavailable", "the model can't be used; the server's log says why"))


async def _report(request: Request, error: Exception) -> Response:
    """Report an unforeseen error on stderr, without its message, as that may quote what was sent."""
    if not isinstance(error, CutOff):
        if service_of(request).settings.debug:
            traceback.print_exception(error)
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{place.filename}:{place.lineno}"
        say(
            f"error: something unforeseen ({type(error).__name__} in {where}); please report it with what --debug shows"
        )
    return problem_response(Problem(500, "Internal Server Error", "something unforeseen; the server's log has more"))


_HANDLERS = {
    Problem: _tell_problem,
    HTTPException: _tell_problem,
    ClassmarkError: _tell_failure,
    ClientDisconnect: _tell_nothing,
    Exception: _report,
}

"""Wrap each answer: headers that protect browsers, a count, a line of log."""

from __future__ import annotations

import time

from msgspec import Struct
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from classmark.cli.console import say

from .metrics import Metrics

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Headers of every answer: the page loads nothing from elsewhere, and no other page shows it."""

_RAW = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
_NOT_STORED = (b"cache-control", b"no-store")
_NO_ROUTE = "other"


class Envelope(Struct, frozen=True):
    """An ASGI application around another one.

    Parameters
    ----------
    log_requests
        Whether each request is told on stderr: its path without parameters, never its body.
    """

    app: ASGIApp
    metrics: Metrics
    log_requests: bool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start = time.perf_counter()
        status = 500

        async def send_wrapped(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _with_headers(message["headers"])
            await send(message)

        with self.metrics.in_progress.track_inprogress():
            try:
                await self.app(scope, receive, send_wrapped)
            finally:
                self._count(scope, status, time.perf_counter() - start)

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", _NO_ROUTE)
        self.metrics.count_request(route, scope["method"], status, seconds)
        if self.log_requests:
            client = (scope.get("client") or ("-",))[0]
            say(f"{client} {scope['method']} {scope['path']} {status} {seconds * 1000:.0f} ms")


def _with_headers(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    is_cached = any(name == b"cache-control" for name, _ in headers)
    return [*headers, *_RAW] if is_cached else [*headers, *_RAW, _NOT_STORED]

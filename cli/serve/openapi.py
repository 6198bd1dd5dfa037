"""Show the OpenAPI document of the API."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

_DOCUMENT = Path(__file__).with_name("openapi.json")


async def show_document(_request: Request) -> Response:
    """Show the document."""
    return Response(_document(), media_type="application/json")


@cache
def _document() -> bytes:
    return _DOCUMENT.read_bytes()

"""Read the bodies of requests, within limits of size and time."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from .limits import arriving_within
from .problems import Problem, bad_request
from .service import service_of

_MOST_FIELDS = 100
_PARSED_AT_ONCE = 100_000
"""Bytes of JSON or of a form that are parsed at once; more are parsed in the scoring thread, beside other requests."""


async def body_of(request: Request) -> bytes:
    """Read the body of a request.

    Raises
    ------
    Problem
        It is too large, or arrives too slowly.
    """
    settings = service_of(request).settings
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > settings.max_bytes:
        raise _too_large(settings.max_bytes)
    body = bytearray()
    async with arriving_within(settings.seconds):
        async for chunk in request.stream():
            body += chunk
            if len(body) > settings.max_bytes:
                raise _too_large(settings.max_bytes, {"Connection": "close"})
    return bytes(body)


async def json_of(request: Request) -> Any:
    """Read the body of a request as JSON.

    Raises
    ------
    Problem
        It is something else, too large, or arrives too slowly.
    """
    _check_type(request, "application/json")
    return await _parsed(request, _parse_json)


async def form_of(request: Request) -> dict[str, str]:
    """Read the body of a request as the fields of a form; raises as `json_of` does."""
    _check_type(request, "application/x-www-form-urlencoded")
    return dict(await _parsed(request, _parse_form))


async def _parsed(request: Request, parse: Callable[[bytes], Any]) -> Any:
    body = await body_of(request)
    return parse(body) if len(body) <= _PARSED_AT_ONCE else await service_of(request).scoring.call(parse, body)


def _parse_json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deep" if isinstance(error, RecursionError) else str(error)
        raise bad_request(f"the body is not JSON: {reason}") from None


def _parse_form(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        detail = f"the body is not a form in UTF-8 with at most {_MOST_FIELDS} fields"
        raise bad_request(detail) from None


def _check_type(request: Request, wanted: str) -> None:
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != wanted:
        detail = f"Invalid Content-type ({given}), expected {wanted}" if given else f"send a body of {wanted}"
        raise Problem(415, "Unsupported Media Type", detail)


def _too_large(most: int, headers: Mapping[str, str] | None = None) -> Problem:
    detail = f"the request has more than {most:,} bytes, which is the most here; send less at a time"
    return Problem(413, "Content Too Large", detail, headers)

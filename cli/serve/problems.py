"""Answer requests that cannot be served, as Annif does: by problem details in JSON (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from starlette.responses import Response


class Problem(Exception):  # noqa: N818  # the name that RFC 9457 gives it
    """A request cannot be served.

    Parameters
    ----------
    status
        The HTTP status code.
    title
        What kind of problem it is.
    detail
        What is wrong with this request, and what to do, in a sentence.
    headers
        Further headers of the answer.
    """

    def __init__(self, status: int, title: str, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.title = title
        self.detail = detail
        self.headers = dict(headers or {})


class CutOff(Exception):  # noqa: N818  # it is no error
    """An answer that has begun ends early: the client is gone, or sends or takes too slowly."""


def bad_request(detail: str) -> Problem:
    """Return the problem of a request that is not as the API has it."""
    return Problem(400, "Bad Request", detail)


def problem_response(problem: Problem) -> Response:
    """Return the answer that tells a problem."""
    body = {"type": "about:blank", "title": problem.title, "status": problem.status, "detail": problem.detail}
    return Response(json.dumps(body), problem.status, problem.headers, "application/problem+json")


def json_response(value: object) -> Response:
    """Return a value as JSON; all but ASCII is escaped, as strings from a request may hold lone surrogates."""
    return Response(json.dumps(value), media_type="application/json")

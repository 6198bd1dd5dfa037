"""Limit how many requests are answered or wait at a time, and how long each may take."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from .problems import Problem

RETRY_AFTER = 1
"""Seconds after which a refused client may ask again: a full queue is empty after less."""

STREAMS = 8
"""The most streams of a process at a time; they have slots of their own, so that slow ones keep nobody waiting."""


class Slots:
    """The slots for requests that are answered or wait.

    Parameters
    ----------
    most
        How many there are.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self.taken = 0

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Take a slot for a request.

        Raises
        ------
        Problem
            All are taken.
        """
        if self.taken >= self._most:
            detail = f"{self._most} requests wait already; ask again in {RETRY_AFTER} s"
            raise Problem(429, "Too Many Requests", detail, {"Retry-After": str(RETRY_AFTER)})
        self.taken += 1
        try:
            yield
        finally:
            self.taken -= 1


@asynccontextmanager
async def answered_within(seconds: float) -> AsyncIterator[None]:
    """Limit the time to answer a request; raises a `Problem`."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        detail = f"the answer would take longer than {seconds:g} s; send less at a time, or ask again later"
        raise Problem(503, "Service Unavailable", detail, {"Retry-After": str(RETRY_AFTER)}) from None


@asynccontextmanager
async def arriving_within(seconds: float) -> AsyncIterator[None]:
    """Limit the time in which a request must arrive; raises a `Problem`."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise Problem(408, "Request Timeout", f"the request did not arrive within {seconds:g} s") from None

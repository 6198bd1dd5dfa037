"""Answer ``/v1/predict``: JSON lines of records in, JSON lines of predictions out, while they are still being sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from classmark.cli.formats import OutputFormat
from classmark.cli.views.predictions import render
from classmark.corpus.fields import DEFAULT_FIELDS
from classmark.corpus.formats import FORMATS
from classmark.corpus.limits import MAX_RECORD_BYTES
from classmark.model.prediction.predict import Prediction

from .limits import arriving_within
from .parameters import integer, share
from .problems import CutOff, Problem
from .scoring import ScoringJob
from .service import Service, service_of
from .texts import SOURCE

MEDIA_TYPE = "application/x-ndjson"
_MOST_LINES = 512


async def predict(request: Request) -> Response:
    """Predict the codes of records, as ``classmark predict --format jsonl`` does."""
    given, service = request.query_params, service_of(request)
    job = ScoringJob(
        service.project(given.get("project")),
        top=integer(given, "top", 5, least=1),
        threshold=share(given, "threshold"),
        limit=integer(given, "assign", 0, least=1) or None,
    )
    return _Predictions(request, service, job)


class _Predictions(Response):
    """The predictions of the records of a request, sent as they come."""

    def __init__(self, request: Request, service: Service, job: ScoringJob) -> None:
        super().__init__(media_type=MEDIA_TYPE)
        del self.headers["content-length"]  # unknown yet
        self._request = request
        self._service = service
        self._job = job

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Read, predict and send; the response starts when there is something to send."""
        with self._service.streams.slot():
            texts = self._texts()
            first = await anext(texts, "")  # a problem until here can still be told
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            try:
                await self._send(first, send)
                async for text in texts:
                    await self._send(text, send)
            except (ClientDisconnect, Problem, TimeoutError):
                raise CutOff from None
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _send(self, text: str, send: Send) -> None:
        """Send some lines; raise a TimeoutError if the client does not take them."""
        async with asyncio.timeout(self._service.settings.seconds):
            await send({"type": "http.response.body", "body": text.encode(), "more_body": True})

    async def _texts(self) -> AsyncIterator[str]:
        """Yield the predictions of one batch after the other, as lines."""
        first = 1
        async for lines in _batches(self._request, self._service.settings.seconds):
            predictions = await self._service.scoring.call(_predict_lines, self._job, lines, first)
            self._service.count(self._job.project, predictions)
            first += len(lines)
            yield render(OutputFormat.jsonl, predictions)


def _predict_lines(job: ScoringJob, lines: Sequence[bytes], first: int) -> list[Prediction]:
    return list(job.predict_records(FORMATS["jsonl"].read(lines, SOURCE, DEFAULT_FIELDS, first)))


async def _batches(request: Request, seconds: float) -> AsyncIterator[list[bytes]]:
    """Yield the lines that have arrived, some at a time; of a line that is too long, only the beginning."""
    lines = _Lines()
    chunks = aiter(request.stream())
    while True:
        async with arriving_within(seconds):
            chunk = await anext(chunks, None)
        arrived = lines.end() if chunk is None else lines.add(chunk)
        for start in range(0, len(arrived), _MOST_LINES):
            yield arrived[start : start + _MOST_LINES]
        if chunk is None:
            return


class _Lines:
    """The lines in chunks of bytes."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def add(self, chunk: bytes) -> list[bytes]:
        """Add a chunk, and return the lines that are complete now."""
        *ended, rest = chunk.split(b"\n")
        if ended:
            self._extend(ended[0])
            ended[0] = bytes(self._rest)
            self._rest.clear()
        self._extend(rest)
        return ended

    def end(self) -> list[bytes]:
        """Return what follows the last line break, if anything does."""
        return [bytes(self._rest)] if self._rest else []

    def _extend(self, more: bytes) -> None:
        room = MAX_RECORD_BYTES + 1 - len(self._rest)  # one byte more shows the reader that the line is too long
        self._rest += more[:room]

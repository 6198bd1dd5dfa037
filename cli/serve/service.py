"""Hold what requests are answered with: projects, the scoring thread, slots and metrics."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import cached_property, wraps
from typing import cast

from msgspec import Struct, field
from starlette.requests import Request
from starlette.responses import Response

from classmark.model.prediction.predict import Prediction

from .limits import STREAMS, Slots, answered_within
from .metrics import Metrics
from .problems import Problem
from .projects import Project, Projects
from .scoring import ScoringJob, ScoringThread
from .settings import ServerSettings
from .texts import SentText

Endpoint = Callable[[Request], Awaitable[Response]]


class Service(Struct, dict=True):
    """What requests are answered with.

    Parameters
    ----------
    scoring
        Scores single abstracts and batches.
    reading
        Reads and scores files that were sent; a slow one keeps no abstract waiting.
    """

    settings: ServerSettings
    projects: Projects
    metrics: Metrics
    scoring: ScoringThread = field(default_factory=ScoringThread)
    reading: ScoringThread = field(default_factory=ScoringThread)
    streams: Slots = field(default_factory=lambda: Slots(STREAMS))

    @cached_property
    def slots(self) -> Slots:
        """The places of requests that are answered or wait."""
        return Slots(self.settings.queue)

    def project(self, project_id: str | None) -> Project:
        """Return a project by its id, or the first one.

        Raises
        ------
        Problem
            There is none of this id.
        """
        if project_id is None:
            return self.projects.first
        if project_id not in self.projects.by_id:
            raise Problem(404, "Project not found", f"Project '{project_id}' not found")
        return self.projects.by_id[project_id]

    async def predict(self, job: ScoringJob, texts: Sequence[SentText]) -> list[Prediction]:
        """Predict the codes of a few texts, and count them."""
        predictions = await self.scoring.predict(job, texts)
        self.count(job.project, predictions)
        return predictions

    def count(self, project: Project, predictions: Sequence[Prediction]) -> None:
        """Count abstracts that were classified."""
        self.metrics.count_predictions(project.id, predictions)


def service_of(request: Request) -> Service:
    """Return the service that a request is sent to."""
    return cast("Service", request.app.state.service)


def limited(endpoint: Endpoint) -> Endpoint:
    """Let an endpoint take a slot for each request, and limit its time; raises a `Problem`."""

    @wraps(endpoint)
    async def answer(request: Request) -> Response:
        service = service_of(request)
        with service.slots.slot():
            # a request that arrives just in time may take as long again to be answered
            async with answered_within(2 * service.settings.seconds):
                return await endpoint(request)

    return answer

"""Count requests and abstracts for Prometheus, over all worker processes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.process_collector import ProcessCollector

if TYPE_CHECKING:
    from classmark.model.prediction.predict import Prediction

CONTENT_TYPE = CONTENT_TYPE_LATEST

_METHODS = {"GET", "HEAD", "POST", "OPTIONS"}
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """What is counted.

    Parameters
    ----------
    is_shared
        Whether there are several worker processes, which count in files of the folder that the environment variable
        ``PROMETHEUS_MULTIPROC_DIR`` names; it must be set before this module is imported.
    """

    def __init__(self, *, is_shared: bool) -> None:
        self._registry = CollectorRegistry()
        own = None if is_shared else self._registry
        labels = ("route", "method", "status")
        self._requests = Counter("classmark_requests", "Requests that were answered", labels, registry=own)
        self._seconds = Histogram(
            "classmark_request_seconds", "Time to answer a request", ("route",), registry=own, buckets=_SECONDS
        )
        self._abstracts = Counter(
            "classmark_abstracts", "Abstracts that were classified", ("project", "status"), registry=own
        )
        self.in_progress = Gauge(
            "classmark_requests_in_progress", "Requests in progress", registry=own, multiprocess_mode="livesum"
        )
        if is_shared:
            MultiProcessCollector(self._registry)
        else:
            ProcessCollector(registry=self._registry)

    def count_request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request that was answered.

        Parameters
        ----------
        route
            The pattern of its path.
        """
        self._requests.labels(route, method if method in _METHODS else "other", str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def count_predictions(self, project: str, predictions: Iterable[Prediction]) -> None:
        """Count abstracts that were classified."""
        for prediction in predictions:
            self._abstracts.labels(project, str(prediction.status)).inc()

    def text(self) -> bytes:
        """Return all counts in Prometheus's text format."""
        return generate_latest(self._registry)

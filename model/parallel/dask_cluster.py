"""Work on a Dask cluster, by joblib's backend for it; imported only where a scheduler is named.

Workers need classmark, and paths that mean the same to all of them; the model file is sent to them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from distributed import Client, KilledWorker
from distributed.diagnostics.plugin import WorkerPlugin
from joblib import parallel_config
from joblib._dask import DaskDistributedBackend

from classmark.corpus.errors import ClassmarkError

from .cluster_watch import ClusterWatch, count_workers, nobody_at

_PATIENCE = 8
"""Seconds for a first worker to be there."""

_SENDING = 120
"""Seconds for the workers to take a model file."""

_RETRIES = 2
"""So often a part is tried again after an error, as a disk or network may be busy; lost workers are not counted."""


_LACKING = "some workers of the cluster have no classmark; install it where they run, the same version as here"


@contextmanager
def on_cluster(address: str, tell: Callable[[str], None] = lambda _: None) -> Iterator[Client]:
    """Have joblib spread its work over the workers of a scheduler, for the while.

    Parameters
    ----------
    tell
        Is told, in a sentence, what is waited for.

    Raises
    ------
    ClassmarkError
        The scheduler does not answer, has no workers, or is lost; or workers end again and again.
    """
    count_workers(address)
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClassmarkError(nobody_at(address)) from error
    watch = ClusterWatch(address, tell, partial(client.close, timeout=1))
    try:
        _await_worker(client, address)
        with watch, parallel_config(backend=_Cluster(client=client, retries=_RETRIES)):
            yield client
    except ImportError as error:
        raise ClassmarkError(_LACKING) from error
    except KilledWorker as error:
        raise ClassmarkError("several workers ended over the same work; they may lack memory") from error
    except CancelledError as error:
        raise ClassmarkError(watch.reason or _why_cancelled(address)) from error
    except Exception as error:
        if not watch.reason:
            raise
        raise ClassmarkError(watch.reason) from error
    finally:
        client.close(timeout=1)


def _why_cancelled(address: str) -> str:
    """Return why work was given up: the scheduler is lost, or the workers that had what it needs."""
    try:
        count_workers(address)
    except ClassmarkError:
        return f"the Dask scheduler at {address} was lost"
    return f"the workers at the Dask scheduler at {address} were lost; start some with: dask worker {address}"


def _await_worker(client: Client, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
    except TimeoutError as error:
        reason = f"the Dask scheduler at {address} has no workers; start some with: dask worker {address}"
        raise ClassmarkError(reason) from error


class _Cluster(DaskDistributedBackend):
    """The backend, without joblib's rule that what runs one at a time may as well run here."""

    def effective_n_jobs(self, n_jobs: int) -> int:
        """Return how many tasks run at once, at least two, since workers may come yet."""
        return max(2, int(super().effective_n_jobs(n_jobs)))


@contextmanager
def sent_model(client: Client, path: Path, checksum: str) -> Iterator[None]:
    """Send a model file to each worker once, to those that come later, too.

    Raises
    ------
    ClassmarkError
        The workers have no classmark.
    """
    name = f"classmark-{uuid4().hex}"
    try:
        plugin = _ModelFile(path.read_bytes(), checksum)
        client.sync(client.register_plugin, plugin, name=name, callback_timeout=_SENDING)
    except TimeoutError as error:
        raise ClassmarkError("the workers of the cluster do not take the model file; look at their logs") from error
    except Exception as error:  # of no class of its own
        if "No module named" not in str(error):
            raise
        raise ClassmarkError(_LACKING) from error
    try:
        yield
    finally:
        if client.status == "running":
            with suppress(TimeoutError):
                client.sync(client.unregister_worker_plugin, name, callback_timeout=_PATIENCE)


class _ModelFile(WorkerPlugin):
    """A model file on its way to a worker."""

    def __init__(self, data: bytes, checksum: str) -> None:
        self._data = data
        self._checksum = checksum

    def setup(self, worker: Any) -> None:
        """Put it in the worker's own folder, which goes with the worker."""
        path = place_of_model(worker, self._checksum)
        if not path.exists():
            fresh = path.with_suffix(f".{uuid4().hex}")
            fresh.write_bytes(self._data)
            fresh.replace(path)
        self._data = b""


def place_of_model(worker: Any, checksum: str) -> Path:
    """Return where a worker keeps the model file that was sent to it."""
    return Path(worker.local_directory, f"classmark-{checksum}.safetensors")

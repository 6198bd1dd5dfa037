"""Run work on a Dask cluster: connect, send the model file, map a function, and explain failures.

Imported only if a scheduler is given. Workers need classmark, and paths must mean the same to all of them; the model
file is sent to them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from distributed import Client, KilledWorker, as_completed
from distributed.comm import CommClosedError  # type: ignore[attr-defined]  # public, but not in an ``__all__``
from distributed.diagnostics.plugin import WorkerPlugin
from joblib import parallel_config
from joblib._dask import DaskDistributedBackend

from classmark.corpus.errors import ClassmarkError

from .cluster_watch import ClusterWatch, count_workers, nobody_at

Item = TypeVar("Item")
Result = TypeVar("Result")

_WORKER_TIMEOUT = 8
"""Seconds to wait for the first worker."""

_SENDING_TIMEOUT = 120
"""Seconds for the workers to receive a model file."""

_RETRIES = 2
"""How often a task is retried after an error, as a disk or network may be busy; lost workers do not count."""

_MESSAGE_SIZE = 16
"""Tasks per message to the scheduler. Dask warns about messages above 10 MB; a partition of many files takes 0.3 MB."""

_LACKING = "some workers of the cluster have no classmark; install it where they run, the same version as here"
_SCHEDULER_LACKING = "the Dask scheduler has no classmark; install it where it runs, the same version as here"
_UNREADABLE = "Error during deserialization of the task graph"  # by a scheduler that can't import what workers run


@contextmanager
def on_cluster(address: str, tell: Callable[[str], None] = lambda _: None) -> Iterator[Client]:
    """Connect to a scheduler; within the context, joblib runs its tasks on the scheduler's workers.

    Parameters
    ----------
    tell
        Receives a sentence about what the run is waiting for.

    Raises
    ------
    ClassmarkError
        The scheduler does not answer, has no workers, or is lost; or workers die again and again.
    """
    count_workers(address)
    try:
        client = Client(address, timeout=_WORKER_TIMEOUT, set_as_default=False)
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
        raise ClassmarkError("several workers died while they ran the same task; they may lack memory") from error
    except (CancelledError, CommClosedError) as error:
        raise ClassmarkError(watch.reason or _why_cancelled(address)) from error
    except Exception as error:
        reason = watch.reason or (_SCHEDULER_LACKING if _UNREADABLE in str(error) else "")
        if not reason:
            raise
        raise ClassmarkError(reason) from error
    finally:
        client.close(timeout=1)


def _why_cancelled(address: str) -> str:
    """Return why Dask cancelled the work: the scheduler is lost, or the workers with the data are."""
    try:
        count_workers(address)
    except ClassmarkError:
        return f"the Dask scheduler at {address} was lost"
    return f"the workers at the Dask scheduler at {address} were lost; start some with: dask worker {address}"


def _await_worker(client: Client, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=_WORKER_TIMEOUT)
    except TimeoutError as error:
        reason = f"the Dask scheduler at {address} has no workers; start some with: dask worker {address}"
        raise ClassmarkError(reason) from error


class _Cluster(DaskDistributedBackend):
    """joblib's Dask backend, but work goes to the cluster even if it has a single worker with a single thread.

    With one job, joblib would run the work in this process, though more workers may join. joblib exports neither the
    class nor an option for this, hence the private import.
    """

    def effective_n_jobs(self, n_jobs: int) -> int:
        """Return how many tasks run at once, at least two."""
        return max(2, int(super().effective_n_jobs(n_jobs)))


def map_unordered(client: Client, function: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
    """Call a function for each item on the workers, and yield the results in the order in which they are done.

    A call that fails, or whose worker is lost, is repeated; the function must give the same result then.
    """
    futures = client.map(function, items, retries=_RETRIES, pure=False, batch_size=_MESSAGE_SIZE)
    finished = as_completed(futures, loop=client.loop)
    del futures  # so that the cluster forgets each result once it is yielded
    for future in finished:
        yield future.result()


@contextmanager
def sent_model(client: Client, path: Path, checksum: str) -> Iterator[None]:
    """Send a model file once to each worker, also to workers that join later.

    Raises
    ------
    ClassmarkError
        The workers have no classmark, or do not receive the file in time.
    """
    name = f"classmark-{uuid4().hex}"
    try:
        plugin = _ModelFile(path.read_bytes(), checksum)
        client.sync(client.register_plugin, plugin, name=name, callback_timeout=_SENDING_TIMEOUT)
    except TimeoutError as error:
        raise ClassmarkError("the workers of the cluster do not receive the model file; look at their logs") from error
    except Exception as error:  # Dask raises no class of its own here
        if "No module named" not in str(error):
            raise
        raise ClassmarkError(_LACKING) from error
    try:
        yield
    finally:
        if client.status == "running":
            with suppress(TimeoutError):
                client.sync(client.unregister_worker_plugin, name, callback_timeout=_WORKER_TIMEOUT)


class _ModelFile(WorkerPlugin):
    """Carry a model file to a worker, and write it there."""

    def __init__(self, data: bytes, checksum: str) -> None:
        self._data = data
        self._checksum = checksum

    def setup(self, worker: Any) -> None:
        """Write the file into the worker's own folder, which is deleted with the worker."""
        path = model_path_on(worker, self._checksum)
        if not path.exists():
            fresh = path.with_suffix(f".{uuid4().hex}")
            fresh.write_bytes(self._data)
            fresh.replace(path)
        self._data = b""


def model_path_on(worker: Any, checksum: str) -> Path:
    """Return where a worker keeps the model file that was sent to it."""
    return Path(worker.local_directory, f"classmark-{checksum}.safetensors")

"""Check a Dask scheduler and its workers before and during a run, so that nobody waits for either forever."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

from distributed import Security, connect

from classmark.corpus.errors import ClassmarkError

ANSWER_SECONDS = 8
"""How long to wait for an answer of the scheduler."""

CHECK_SECONDS = 5.0
"""How long to wait between two checks."""

SILENT_SECONDS = 60.0
"""How long a busy scheduler may leave the checks unanswered."""

NO_WORKERS_SECONDS = 300.0
"""How long a cluster may be without workers: they may be restarting."""

_REASON_LENGTH = 200
"""Characters of a library's error message that are shown."""


def nobody_at(address: str, reason: str = "") -> str:
    """Return the message that no scheduler answers, and how to start one."""
    start = "start one with: dask scheduler, and workers with: dask worker ADDRESS"
    return f"no Dask scheduler answers at {address}{f' ({reason})' if reason else ''}; {start}"


def count_workers(address: str) -> int:
    """Return how many workers a scheduler has.

    `Client` times out slowly and logs noisily, and its calls may wait for a silent scheduler forever; this asks with
    one message and a timeout.

    Raises
    ------
    ClassmarkError
        No scheduler answers at the address, or not in time, or something else answers.
    """
    try:
        answer = asyncio.run(asyncio.wait_for(_identity(address), ANSWER_SECONDS))
    except (OSError, TimeoutError) as error:
        raise ClassmarkError(nobody_at(address)) from error
    except Exception as error:  # libraries raise many classes for odd addresses, and for answers of other programs
        raise ClassmarkError(nobody_at(address, f"{type(error).__name__}: {error}"[:_REASON_LENGTH])) from error
    if not isinstance(answer, dict) or answer.get("type") != "Scheduler":
        raise ClassmarkError(nobody_at(address, "something else answers"))
    return len(answer.get("workers", ()))


async def _identity(address: str) -> Any:
    """Ask the process at an address what it is, over one connection that is dropped at once."""
    arguments = Security().get_connection_args("client")
    comm = await connect(address, timeout=ANSWER_SECONDS, **arguments)
    try:
        await comm.write({"op": "identity", "n_workers": -1})
        return await comm.read()
    finally:
        comm.abort()


class ClusterWatch:
    """Check a scheduler regularly in a thread, and end the run if it stays silent or without workers.

    Parameters
    ----------
    tell
        Receives a sentence about what the run is waiting for.
    give_up
        Ends the run.

    Attributes
    ----------
    reason
        Why the run was ended, as a sentence; empty if it was not.
    """

    def __init__(self, address: str, tell: Callable[[str], None], give_up: Callable[[], object]) -> None:
        self.reason = ""
        self._address = address
        self._tell = tell
        self._give_up = give_up
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> ClusterWatch:
        """Start checking."""
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """Stop checking."""
        self._is_over.set()

    def _watch(self) -> None:
        last_good = time.monotonic()
        told = ""
        while not self._is_over.wait(CHECK_SECONDS):
            trouble, limit = self._trouble()
            seconds = time.monotonic() - last_good
            if not trouble:
                last_good, told = time.monotonic(), ""
            elif seconds > limit:
                self.reason = f"{trouble} for {seconds:.0f} seconds"
                self._give_up()
                return
            elif trouble != told:
                self._tell(f"{trouble}; waiting for up to {limit:.0f} seconds")
                told = trouble

    def _trouble(self) -> tuple[str, float]:
        """Return what is wrong, empty if nothing is, and for how many seconds that may last."""
        try:
            has_workers = count_workers(self._address) > 0
        except ClassmarkError:
            return f"the Dask scheduler at {self._address} has not answered", SILENT_SECONDS
        trouble = "" if has_workers else f"the Dask scheduler at {self._address} has had no workers"
        return trouble, NO_WORKERS_SECONDS

"""Ask a Dask scheduler whether it is there and has workers, and see to it that nobody waits for either without end."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

from distributed.comm.core import connect
from distributed.security import Security

from classmark.corpus.errors import ClassmarkError

ANSWER_SECONDS = 8
"""How long to wait for an answer of the scheduler."""

CHECK_SECONDS = 5.0
"""How long to wait between two checks."""

SILENT_SECONDS = 60.0
"""How long a busy scheduler may leave the checks unanswered."""

NO_WORKERS_SECONDS = 300.0
"""How long a cluster may be without workers: they may be restarting."""


def nobody_at(address: str, reason: str = "") -> str:
    """Say that no scheduler answers, and how one is started."""
    start = "start one with: dask scheduler, and workers with: dask worker ADDRESS"
    return f"no Dask scheduler answers at {address}{f' ({reason})' if reason else ''}; {start}"


def count_workers(address: str) -> int:
    """Return how many workers a scheduler has.

    Raises
    ------
    ClassmarkError
        No scheduler answers at the address: nobody does, not in time, or something else.
    """
    try:
        answer = asyncio.run(asyncio.wait_for(_ask(address), ANSWER_SECONDS))
    except (OSError, TimeoutError) as error:
        raise ClassmarkError(nobody_at(address)) from error
    except Exception as error:  # whatever a library makes of an address, or of what another program answers
        raise ClassmarkError(nobody_at(address, f"{type(error).__name__}: {error}"[:_SHOWN])) from error
    if not isinstance(answer, dict) or answer.get("type") != "Scheduler":
        raise ClassmarkError(nobody_at(address, "what answers is something else"))
    return len(answer.get("workers", ()))


_SHOWN = 200  # letters of a reason


async def _ask(address: str) -> Any:
    arguments = Security().get_connection_args("client")
    comm = await connect(address, timeout=ANSWER_SECONDS, **arguments)
    try:
        await comm.write({"op": "identity", "n_workers": -1})
        return await comm.read()
    finally:
        comm.abort()


class ClusterWatch:
    """Asks a scheduler now and then, and gives the work up where it stays silent or without workers.

    Parameters
    ----------
    tell
        Is told what is waited for.
    give_up
        Ends the work.

    Attributes
    ----------
    reason
        Why the work was given up, as a sentence; empty where it was not.
    """

    def __init__(self, address: str, tell: Callable[[str], None], give_up: Callable[[], object]) -> None:
        self.reason = ""
        self._address = address
        self._tell = tell
        self._give_up = give_up
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> ClusterWatch:
        """Begin to ask."""
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """Ask no more."""
        self._is_over.set()

    def _watch(self) -> None:
        well = time.monotonic()  # when all was well
        told = ""
        while not self._is_over.wait(CHECK_SECONDS):
            trouble, most = self._trouble()
            seconds = time.monotonic() - well
            if not trouble:
                well, told = time.monotonic(), ""
            elif seconds > most:
                self.reason = f"{trouble} for {seconds:.0f} seconds"
                self._give_up()
                return
            elif trouble != told:
                self._tell(f"{trouble}; waiting for up to {most:.0f} seconds")
                told = trouble

    def _trouble(self) -> tuple[str, float]:
        """Return what is wrong, and how long that may be."""
        try:
            has_workers = count_workers(self._address) > 0
        except ClassmarkError:
            return f"the Dask scheduler at {self._address} has not answered", SILENT_SECONDS
        return ("" if has_workers else f"the Dask scheduler at {self._address} has had no workers"), NO_WORKERS_SECONDS

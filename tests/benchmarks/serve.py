"""Measure `classmark serve` under load on the loopback, and Annif in turn, if it is there.

    python tests/benchmarks/serve.py [--seconds 300] [--clients 8] [--workers 2] [--annif FOLDER --gunicorn COMMAND]

Each client is a process that asks for suggestions for one abstract of the shipped corpus after the other, on a
connection that it keeps. FOLDER is where Annif finds its projects.cfg with a project svc, trained on the same corpus;
COMMAND starts gunicorn, and ends with the application. The table has requests per second, the median and the 99th
percentile of the time to an answer, processor time per request, errors, and the memory of all processes of the server
together (PSS) shortly after the start and at the end. With ``--kill``, a worker process of `classmark serve` is killed
each few seconds meanwhile.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from threading import Event, Thread
from urllib.parse import urlencode

ABSTRACTS = Path(__file__).parents[2] / "corpus" / "abstracts"
HEADS = (
    "requests per second",
    "median",
    "99th percentile",
    "processor time",
    "errors",
    "memory at the start",
    "at the end",
)
WARM_UP = 5.0
KILLED_EACH = 5.0


@dataclass(frozen=True)
class Load:
    """What clients do: they send these requests in turn to this port, until the time is over."""

    port: int
    requests: list[bytes]
    seconds: float


@dataclass(frozen=True)
class Outcome:
    """What a client has seen.

    Parameters
    ----------
    times
        The seconds that each answer took.
    refused
        Answers with another status than 200.
    lost
        Connections that were lost.
    """

    times: list[float]
    refused: int
    lost: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--kill", action="store_true", help="kill a worker each few seconds")
    parser.add_argument("--annif", type=Path, help="folder with Annif's projects.cfg and data")
    parser.add_argument("--gunicorn", default="gunicorn annif:create_app()", help="command that serves Annif")
    options = parser.parse_args()
    print("| |", *(f"{head} |" for head in HEADS))
    print("|", "--- |" * (1 + len(HEADS)))
    with classmark(options.workers) as (process, port):
        measure("classmark serve", "lcc", process, port, options)
    if options.annif:
        with annif(options) as (process, port):
            measure("Annif, svc", "svc", process, port, options)


@contextmanager
def classmark(workers: int) -> Iterator[tuple[int, int]]:
    """Start `classmark serve`, and yield its process and its port."""
    command = [sys.executable, "-m", "classmark.cli", "serve", "--port", "0", "--workers", str(workers)]
    with tempfile.NamedTemporaryFile() as said, stopped_at_end(command, said.fileno()) as process:
        while not (found := re.search(r"http://[\d.]+:(\d+)/", Path(said.name).read_text())):
            time.sleep(0.02)
        yield process, int(found[1])


@contextmanager
def annif(options: argparse.Namespace) -> Iterator[tuple[int, int]]:
    """Start Annif under gunicorn, and yield its process and its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    named = ["--bind", f"127.0.0.1:{port}", "--workers", str(options.workers)]
    recommended = ["--worker-class", "uvicorn.workers.UvicornWorker", "--timeout", "600"]
    command = [*shlex.split(options.gunicorn), *named, *recommended]
    with stopped_at_end(command, subprocess.DEVNULL, cwd=options.annif) as process:
        for _ in range(600):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.1)
        time.sleep(WARM_UP)
        yield process, port


@contextmanager
def stopped_at_end(command: list[str], stderr: int, cwd: Path | None = None) -> Iterator[int]:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=stderr, cwd=cwd) as process:
        try:
            yield process.pid
        finally:
            process.terminate()


def measure(name: str, project: str, process: int, port: int, options: argparse.Namespace) -> None:
    """Put a server under load, and print a row of the table."""
    requests = [request_of(text, project) for text in texts()]
    run(Load(port, requests, WARM_UP), options.clients)
    start, busy = memory_of(process), seconds_of(process)
    done = Event()
    killer = Thread(target=kill_workers, args=(process, done))
    if options.kill:
        killer.start()
    outcomes = run(Load(port, requests, options.seconds), options.clients)
    done.set()
    busy = seconds_of(process) - busy
    times = sorted(seconds for outcome in outcomes for seconds in outcome.times)
    percentiles = quantiles(times, n=100)
    errors = f"{sum(outcome.refused for outcome in outcomes)}"
    if options.kill:
        killer.join()
        errors += f", {sum(outcome.lost for outcome in outcomes)} connections lost"
    rate, median, last = len(times) / options.seconds, percentiles[49] * 1000, percentiles[98] * 1000
    each = "" if options.kill else f"{busy / len(times) * 1000:.2f} ms"
    memory = f"{start / 1e6:.0f} MB | {memory_of(process) / 1e6:.0f} MB"
    print(f"| {name} | {rate:,.0f} | {median:.1f} ms | {last:.1f} ms | {each} | {errors} | {memory} |", flush=True)


def texts() -> list[str]:
    """Return the abstracts of the shipped corpus, with their titles."""
    lines = [line for path in sorted(ABSTRACTS.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    records = map(json.loads, lines)
    return [f"{record['title']}\n\n{record['text']}" for record in records]


def request_of(text: str, project: str) -> bytes:
    body = urlencode({"text": text}).encode()
    head = f"POST /v1/projects/{project}/suggest HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"Content-Type: application/x-www-form-urlencoded\r\n\r\n" + body


def run(load: Load, clients: int) -> list[Outcome]:
    """Run the clients at once; each begins at another abstract."""
    with ProcessPoolExecutor(clients) as pool:
        return list(pool.map(ask, [load] * clients, range(clients)))


def ask(load: Load, client: int) -> Outcome:
    """Ask until the time is over; connect again if a connection is lost."""
    times: list[float] = []
    refused = lost = 0
    number = client * len(load.requests) // 8
    end = time.monotonic() + load.seconds
    while time.monotonic() < end:
        try:
            with socket.create_connection(("127.0.0.1", load.port)) as connection:
                while (begin := time.perf_counter()) and time.monotonic() < end:
                    connection.sendall(load.requests[number % len(load.requests)])
                    refused += read_answer(connection) != b"200"
                    times.append(time.perf_counter() - begin)
                    number += 1
        except OSError:
            lost += 1
    return Outcome(times, refused, lost)


def read_answer(connection: socket.socket) -> bytes:
    """Read an answer, and return its status."""
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += received(connection)
    head, _, body = answer.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: *(\d+)", head)
    size = len(body)
    while length and size < int(length[1]):
        size += len(received(connection))
    return head[9:12]


def received(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    if not data:
        raise ConnectionResetError
    return data


def kill_workers(process: int, done: Event) -> None:
    while not done.wait(KILLED_EACH):
        with suppress(OSError, IndexError):
            os.kill(children_of(process)[0], signal.SIGKILL)


def memory_of(process: int) -> float:
    """Return the memory of a process and those that it has started, in bytes; what they share counts once."""
    total = 0.0
    for each in [process, *children_of(process)]:
        rollup = Path(f"/proc/{each}/smaps_rollup").read_text()
        total += int(re.search(r"(?m)^Pss: +(\d+)", rollup)[1]) * 1024  # type: ignore[index]
    return total


def seconds_of(process: int) -> float:
    """Return the processor time of a process and those that it has started."""
    processes = [process, *children_of(process)]
    stats = [Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split() for each in processes]
    return sum(int(fields[11]) + int(fields[12]) for fields in stats) / os.sysconf("SC_CLK_TCK")


def children_of(process: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


if __name__ == "__main__":
    main()

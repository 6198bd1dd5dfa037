"""Start a Dask cluster on this machine, and the program as its client."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from support.faulty import reset_signals
from support.program import Run


@dataclass
class Cluster:
    """Processes of a scheduler and its workers."""

    folder: Path
    address: str = ""
    scheduler: subprocess.Popen | None = None
    workers: tuple[subprocess.Popen, ...] = ()

    def start(self, workers: int = 2, program: object = "-mdistributed.cli.dask_scheduler") -> None:
        file = self.folder / "scheduler.json"
        quiet = ["--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", file]
        self.scheduler = self._start(program, "--port", "0", *quiet)
        while not (file.exists() and file.read_bytes().endswith(b"}")):
            assert self.scheduler.poll() is None
            time.sleep(0.05)
        self.address = json.loads(file.read_text("utf-8"))["address"]
        for _ in range(workers):
            self.add_worker()

    def add_worker(self, program: object = None) -> None:
        options = ["--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", "--no-dashboard"]
        program = program or "-mdistributed.cli.dask_worker"
        worker = self._start(program, self.address, *options, "--local-directory", self.folder)
        self.workers += (worker,)

    def stop(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()

    def _start(self, program: object, *options: object) -> subprocess.Popen:
        log = (self.folder / "log.txt").open("ab")
        with log:
            return subprocess.Popen([sys.executable, *map(str, (program, *options))], stdout=log, stderr=log)


def parts_of(folder: Path) -> list[Path]:
    return sorted(folder.glob("part-*"))


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def whole(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in parts_of(folder))


def start(*args: object, program: str = "") -> subprocess.Popen:
    command = [sys.executable, *(["-c", program] if program else ["-m", "classmark.cli"]), *map(str, args)]
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, **pipes, preexec_fn=reset_signals)  # noqa: PLW1509  # no thread is about


def await_parts(folder: Path, count: int, client: subprocess.Popen) -> None:
    while len(list(folder.glob(".part-*.done"))) < count:
        assert client.poll() is None, client.stderr.read().decode()
        time.sleep(0.02)


def finished(client: subprocess.Popen) -> Run:
    out, err = client.communicate(timeout=120)
    assert b"Traceback" not in err, err.decode()
    return Run(client.returncode, out.decode(), err.decode())

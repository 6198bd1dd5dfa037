"""Run the server as a process, as a user does."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import IO
from urllib.parse import urlencode

_LISTENS = re.compile(r"on http://(\S+):(\d+)/")


@dataclass(frozen=True)
class Answer:
    """The answer to a request."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def lines(self) -> list[dict]:
        return [json.loads(line) for line in self.body.splitlines()]


@dataclass
class RunningServer:
    """A server that runs in a process of its own."""

    process: subprocess.Popen
    messages: IO[bytes]
    port: int = 0
    connections: list[HTTPConnection] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def said(self) -> str:
        """What the server has said on stderr."""
        return Path(self.messages.name).read_text("utf-8")

    def connect(self, timeout: float = 60) -> HTTPConnection:
        self.connections.append(HTTPConnection("127.0.0.1", self.port, timeout=timeout))
        return self.connections[-1]

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """Send a request on a new connection, and return the answer."""
        connection = self.connect()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, named, encode_chunked="Transfer-Encoding" in named)
        response = connection.getresponse()
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def suggest(self, project: str = "lcc", **fields: object) -> Answer:
        path = f"/v1/projects/{project}/suggest"
        return self.ask("POST", path, urlencode(fields), Content_Type="application/x-www-form-urlencoded")

    def post_json(self, path: str, value: object) -> Answer:
        return self.ask("POST", path, json.dumps(value), Content_Type="application/json")

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal, and return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(60)


def _obey_signals() -> None:
    """Stop at signals as in a terminal; a process that a script starts in the background ignores Ctrl-C."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


@contextmanager
def serving(*args: object, env: dict[str, str] | None = None) -> Iterator[RunningServer]:
    """Run the server on a free port, and check afterwards that it has printed no traceback."""
    with tempfile.NamedTemporaryFile() as messages:
        command = [sys.executable, "-m", "classmark.cli", "serve", "--port", "0", *map(str, args)]
        environment = os.environ | (env or {})
        with subprocess.Popen(command, stderr=messages, env=environment, preexec_fn=_obey_signals) as process:  # noqa: PLW1509  # sets signals alone
            server = RunningServer(process, messages)
            try:
                while not (found := _LISTENS.search(server.said)):
                    assert process.poll() is None, server.said
                    with suppress(subprocess.TimeoutExpired):
                        process.wait(0.02)
                server.port = int(found[2])
                yield server
            finally:
                for connection in server.connections:
                    connection.close()
                process.terminate()
                process.wait(60)
        assert "Traceback" not in server.said, server.said

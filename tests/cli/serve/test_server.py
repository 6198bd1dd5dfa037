"""Test starting and stopping, worker processes, metrics, and the description of the API."""

import os
import re
import signal
import socket
import time
from pathlib import Path
from urllib.parse import urlencode

import pytest
from support.program import modules_loaded_by, run
from support.server import serving

SUGGEST = "/v1/projects/small/suggest"


def workers_of(server):
    """Wait until there are two worker processes, and return them."""
    process = server.process.pid
    while len(found := Path(f"/proc/{process}/task/{process}/children").read_text().split()) < 2:
        time.sleep(0.01)
    return set(map(int, found))


def metric(server, name):
    found = re.findall(rf"^{re.escape(name)} (\S+)$", server.get("/metrics").text, re.MULTILINE)
    return float(found[0]) if found else 0.0


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_requests_in_flight_are_answered_when_the_server_is_stopped(model, workers, number):
    with serving(model, "--workers", workers) as server:
        body = urlencode({"text": "music of an orchestra"}).encode()
        connection = server.connect()
        connection.putrequest("POST", SUGGEST)
        connection.putheader("Content-Type", "application/x-www-form-urlencoded")
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body[:5])
        wait_until(lambda: metric(server, "classmark_requests_in_progress") >= 2)  # this one, and the one that tells it
        server.process.send_signal(number)
        wait_until(lambda: not is_open(server))
        connection.send(body[5:])
        response = connection.getresponse()
        assert (response.status, b'"notation": "M"' in response.read()) == (200, True)
        assert server.process.wait(60) == 0
        assert server.said.count("\n") == 1


def wait_until(is_so):
    """Wait for something that takes a moment, but not forever."""
    end = time.monotonic() + 25
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.01)


def is_open(server):
    try:
        socket.create_connection(("127.0.0.1", server.port), timeout=5).close()
    except OSError:
        return False
    return True


def test_a_worker_that_is_killed_is_replaced(model):
    with serving(model, "--workers", 2) as server:
        first = workers_of(server)
        os.kill(min(first), signal.SIGKILL)
        while min(first) in (later := workers_of(server)):
            time.sleep(0.01)
        assert max(first) in later
        assert f"worker process {min(first)} has ended; another one takes its place" in server.said
        assert [server.suggest("small", text="soil").status for _ in range(10)] == [200] * 10


def test_workers_end_if_the_first_process_is_killed(model, tmp_path):
    own = {"TMPDIR": str(tmp_path)}  # the killed process can't remove its folder
    with serving(model, "--workers", 2, env=own) as server:
        server.get("/healthz")
        workers = workers_of(server)
        server.process.kill()
        wait_until(lambda: not any(is_running(worker) for worker in workers))


def is_running(process):
    try:
        return " Z " not in Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False


@pytest.mark.parametrize("workers", [1, 2])
def test_requests_and_abstracts_are_counted_over_all_workers(model, workers):
    with serving(model, "--workers", workers) as server:
        for _ in range(6):
            server.suggest("small", text="music of an orchestra")
        server.suggest("small", text="")
        server.suggest("none", text="")
        server.get("/nowhere")
        route = 'route="/v1/projects/{project_id}/suggest"'
        assert metric(server, f'classmark_requests_total{{method="POST",{route},status="200"}}') == 7
        assert metric(server, f'classmark_requests_total{{method="POST",{route},status="404"}}') == 1
        assert metric(server, 'classmark_requests_total{method="GET",route="other",status="404"}') == 1
        assert metric(server, 'classmark_abstracts_total{project="small",status="ok"}') == 6
        assert metric(server, 'classmark_abstracts_total{project="small",status="empty"}') == 1
        assert metric(server, f"classmark_request_seconds_count{{{route}}}") == 8


def test_a_port_in_use_is_told(model):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("serve", model, "--port", port)
    assert done.code == 1
    assert done.err == (
        f"classmark: error: can't listen on 127.0.0.1, port {port}: Address already in use; "
        "name others by --host and --port\n"
    )


def test_a_host_that_is_none_is_told(model):
    done = run("serve", model, "--host", "no such host")
    assert done.code == 1
    assert "can't listen on no such host, port 5000: " in done.err


def test_two_models_are_two_projects(model, tmp_path):
    (tmp_path / "small.model").write_bytes(model.read_bytes())
    done = run("serve", model, tmp_path / "small.model")
    assert done.code == 2
    assert done.err.endswith("would be the second project small; rename one of the model files\n")


def test_the_server_says_where_it_listens(model):
    with serving(model) as server:
        assert server.said == f"classmark: serving small on {server.address} (Ctrl-C stops it)\n"


def test_other_commands_load_nothing_of_it():
    loaded = modules_loaded_by("predict")
    assert not loaded & {"starlette", "uvicorn", "httptools", "prometheus_client", "anyio", "asyncio", "jinja2"}

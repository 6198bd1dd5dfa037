"""Test cluster faults: lost workers, a lost scheduler, and resumed runs."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec

import pytest
from support.dask_cluster import Cluster, await_parts, finished, names_in, parts_of, start, whole
from support.faulty import program_with
from support.program import run, write_records

pytestmark = pytest.mark.skipif(
    not (find_spec("distributed") and find_spec("fsspec")), reason="needs pip install 'classmark[dask]'"
)
WITHOUT_CLASSMARK = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "classmark":
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Missing())
from distributed.cli.{part} import main
main()
"""


def test_a_killed_worker_loses_and_repeats_no_record(tmp_path, model, own_cluster, large_corpus, expected_output):
    args = ("predict", large_corpus, "--model", model, "--scheduler", own_cluster.address)
    client = start(*args, "--output", tmp_path / "out")
    await_parts(tmp_path / "out", 3, client)
    own_cluster.workers[0].kill()
    assert not (tmp_path / "out" / "manifest.json").exists()
    done = finished(client)
    assert done.code == 0, done.err
    assert whole(tmp_path / "out") == expected_output
    assert names_in(tmp_path / "out")[0] == "manifest.json"


def test_workers_that_join_later_get_the_model(tmp_path, model, own_cluster, large_corpus, expected_output):
    args = ("predict", large_corpus, "--model", model, "--scheduler", own_cluster.address)
    client = start(*args, "--output", tmp_path / "out")
    await_parts(tmp_path / "out", 2, client)
    own_cluster.add_worker()
    for worker in own_cluster.workers[:2]:
        worker.kill()
    done = finished(client)
    assert done.code == 0, done.err
    assert whole(tmp_path / "out") == expected_output


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_stopped_cluster_run_resumes_with_the_missing_partitions(
    tmp_path, model, cluster, large_corpus, expected_output, number
):
    args = ("predict", large_corpus, "--model", model, "--scheduler", cluster.address, "--output", tmp_path / "out")
    client = start(*args)
    await_parts(tmp_path / "out", 2, client)
    client.send_signal(number)
    stopped = finished(client)
    assert stopped.code == {signal.SIGKILL: -9, signal.SIGINT: 130, signal.SIGTERM: 143}[number]
    assert number is signal.SIGKILL or "parts are done, continue with the same command and --resume" in stopped.err
    first = parts_of(tmp_path / "out")[0]
    before = first.stat().st_ino
    assert "holds a run that was stopped; continue with --resume" in run(*args).err
    done = run(*args, "--resume")
    assert done.code == 0, done.err
    assert whole(tmp_path / "out") == expected_output
    assert first.stat().st_ino == before
    count = expected_output.count(b"\n")
    assert f"{count:,} records" in done.err


def test_resume_is_refused_if_model_options_or_input_changed(tmp_path, model, cluster, large_corpus):
    mine = tmp_path / "large.jsonl"
    mine.write_bytes(large_corpus.read_bytes())
    args = ("predict", mine, "--scheduler", cluster.address, "--output", tmp_path / "out")
    client = start(*args, "--model", model)
    await_parts(tmp_path / "out", 1, client)
    client.kill()
    client.communicate()
    assert "had another model" in run(*args, "--resume").err
    assert "had another format or option" in run(*args, "--model", model, "--resume", "--top", "2").err
    os.utime(mine, (1, 1))
    changed = run(*args, "--model", model, "--resume")
    assert changed.code == 2
    assert "had another input" in changed.err


@pytest.mark.parametrize("own_cluster", [0], indirect=True)
def test_a_cluster_without_workers_is_an_error_and_one_worker_is_enough(tmp_path, model, own_cluster, corpus):
    args = ("predict", corpus, "--model", model, "--scheduler", own_cluster.address, "--output", tmp_path / "out")
    done = run(*args)
    assert done.code == 1
    assert f"the Dask scheduler at {own_cluster.address} has no workers; start some with: dask worker" in done.err
    own_cluster.add_worker()
    done = run(*args, "--resume")
    assert done.code == 0, done.err
    assert "there is no earlier run" in done.err
    assert names_in(tmp_path / "out") == ["manifest.json", "part-00000.jsonl"]


@pytest.mark.parametrize("own_cluster", [0], indirect=True)
def test_workers_without_classmark_are_reported(tmp_path, model, own_cluster, corpus):
    (tmp_path / "worker.py").write_text(WITHOUT_CLASSMARK.format(part="dask_worker"), encoding="utf-8")
    own_cluster.add_worker(tmp_path / "worker.py")
    args = ("predict", corpus, "--model", model, "--scheduler", own_cluster.address, "--output", tmp_path / "out")
    done = run(*args)
    assert done.code == 1
    assert "some workers of the cluster have no classmark; install it where they run" in done.err


def test_a_scheduler_without_classmark_is_reported(tmp_path, model, corpus):
    (tmp_path / "scheduler.py").write_text(WITHOUT_CLASSMARK.format(part="dask_scheduler"), encoding="utf-8")
    cluster = Cluster(tmp_path)
    try:
        cluster.start(1, tmp_path / "scheduler.py")
        done = run("predict", corpus, "--model", model, "--scheduler", cluster.address, "--output", tmp_path / "out")
    finally:
        cluster.stop()
    assert done.code == 1
    assert "the Dask scheduler has no classmark; install it where it runs, the same version as here" in done.err


def test_a_lost_scheduler_ends_the_run_with_an_error(tmp_path, model, own_cluster, large_corpus):
    client = start(
        "predict", large_corpus, "--model", model, "--scheduler", own_cluster.address, "--output", tmp_path / "out"
    )
    await_parts(tmp_path / "out", 1, client)
    own_cluster.scheduler.kill()
    done = finished(client)
    assert done.code == 1
    assert "parts are done, continue with the same command and --resume" in done.err
    assert f"error: the Dask scheduler at {own_cluster.address} was lost" in done.err


def test_a_scheduler_that_does_not_answer_is_reported_with_its_address(tmp_path):
    write_records(tmp_path / "a.jsonl", [{"text": "soil"}])
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{closed.getsockname()[1]}"
        done = run("predict", "a.jsonl", "--scheduler", address, "--output", "out", cwd=tmp_path)
    assert done.code == 1
    [sentence] = [line for line in done.err.splitlines() if "error" in line]
    assert f"no Dask scheduler answers at {address}; start one with: dask scheduler" in sentence
    assert len(done.err.splitlines()) == 1
    assert names_in(tmp_path) == ["a.jsonl"]


IMPATIENT = program_with(
    {
        f"model.parallel.cluster_watch.{name}_SECONDS": value
        for name, value in {"CHECK": 0.2, "ANSWER": 1, "SILENT": 2, "NO_WORKERS": 2}.items()
    }
)
"""The program, waiting for a cluster for seconds instead of minutes."""


@pytest.mark.parametrize("who", ["scheduler", "workers"])
def test_a_silent_cluster_ends_the_run_with_an_error(tmp_path, model, own_cluster, large_corpus, who):
    args = ("predict", large_corpus, "--model", model, "--scheduler", own_cluster.address, "--output", tmp_path / "out")
    client = start(*args, program=IMPATIENT)
    await_parts(tmp_path / "out", 1, client)
    for process in own_cluster.workers:
        process.kill()
    if who == "scheduler":
        own_cluster.scheduler.send_signal(signal.SIGSTOP)
    done = finished(client)
    assert done.code == 1
    trouble = {"scheduler": "has not answered", "workers": "has had no workers"}[who]
    assert f"the Dask scheduler at {own_cluster.address} {trouble}; waiting for up to 2 seconds" in done.err
    assert f"error: the Dask scheduler at {own_cluster.address} {trouble} for " in done.err
    assert "parts are done, continue with the same command and --resume" in done.err


@contextmanager
def listening(answer: bytes) -> Iterator[str]:
    """Accept connections at an address, and send some bytes to each; yield the address."""

    def serve() -> None:
        with suppress(OSError):
            while True:
                taken.append(server.accept()[0])
                taken[-1].sendall(answer)

    taken: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=serve, daemon=True).start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
    for connection in taken:
        connection.close()


@pytest.mark.parametrize(
    ("scheme", "answer"),
    [("tcp", b""), ("tcp", b"HTTP/1.1 400 Bad Request\r\n\r\n" * 9), ("tls", b""), ("ucx", b""), ("http", b"")],
    ids=["silent", "a web server", "tls without keys", "ucx", "http"],
)
def test_an_address_that_is_no_scheduler_is_reported(tmp_path, scheme, answer):
    (tmp_path / "a.jsonl").write_text('{"text": "soil"}\n', encoding="utf-8")
    with listening(answer) as place:
        args = ("predict", tmp_path / "a.jsonl", "--scheduler", f"{scheme}://{place}", "--output", tmp_path / "out")
        done = finished(start(*args, program=IMPATIENT))
    assert done.code == 1
    [sentence] = done.err.splitlines()
    assert sentence.startswith(f"classmark: error: no Dask scheduler answers at {scheme}://{place}")
    assert not (tmp_path / "out").exists()


def address_of_a_worker(cluster: Cluster) -> str:
    program = (
        f"from distributed import Client; client = Client({cluster.address!r}); client.wait_for_workers(1)\n"
        "print(*client.scheduler_info()['workers'])"
    )
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()[0]


def test_the_address_of_a_worker_is_refused_as_scheduler(tmp_path, own_cluster):
    (tmp_path / "a.jsonl").write_text('{"text": "soil"}\n', encoding="utf-8")
    worker = address_of_a_worker(own_cluster)
    done = run("predict", tmp_path / "a.jsonl", "--scheduler", worker, "--output", tmp_path / "out")
    assert done.code == 1
    assert f"no Dask scheduler answers at {worker} (something else answers)" in done.err

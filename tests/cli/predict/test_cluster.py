"""``classmark predict --scheduler``, on a real Dask cluster: a scheduler and two workers on this machine."""

import csv
import gzip
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest
from support.faulty import heed_signals
from support.program import Run, modules_loaded_by, run, write_records

from classmark.corpus.output.locks import lock_folder

pytestmark = pytest.mark.skipif(
    not (find_spec("distributed") and find_spec("fsspec")), reason="needs pip install 'classmark[dask]'"
)
SOIL = {"a.txt": "soil", "b.txt": "", "c.csv": "id,note\n", "sub/d.jsonl": '{"text": "war"}\n{broken\n', "e.pdf": "x"}
WORKER_WITHOUT_THE_PROGRAM = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "classmark":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Missing())
from distributed.cli.dask_worker import main
main()
"""


@dataclass
class Cluster:
    """A scheduler and its workers, as processes."""

    folder: Path
    address: str = ""
    scheduler: subprocess.Popen | None = None
    workers: tuple[subprocess.Popen, ...] = ()

    def start(self, workers: int = 2) -> None:
        file = self.folder / "scheduler.json"
        quiet = ["--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", file]
        self.scheduler = self._start("-mdistributed.cli.dask_scheduler", "--port", "0", *quiet)
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


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture
def own_cluster(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """One that a test may harm; of two workers, or as many as the test says."""
    (tmp_path / "cluster").mkdir()
    cluster = Cluster(tmp_path / "cluster")
    try:
        cluster.start(getattr(request, "param", 2))
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture(scope="module")
def many(records: list[dict], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some 20 MB of abstracts, which are a dozen parts or more and take two workers some seconds."""
    size = sum(len(json.dumps(record)) for record in records)
    repeated = (record | {"id": f"{i}-{n}"} for i in range(20_000_000 // size) for n, record in enumerate(records))
    return write_records(tmp_path_factory.mktemp("many") / "many.jsonl", list(repeated))


@pytest.fixture(scope="module")
def expected(many: Path, model: Path) -> bytes:
    out = many.with_name("usual.jsonl")
    assert run("predict", many, "--model", model, "--output", out).code == 0
    return out.read_bytes()


def parts_of(folder: Path) -> list[Path]:
    return sorted(folder.glob("part-*"))


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def whole(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in parts_of(folder))


def start(*args: object, program: str = "") -> subprocess.Popen:
    command = [sys.executable, *(["-c", program] if program else ["-m", "classmark.cli"]), *map(str, args)]
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, **pipes, preexec_fn=heed_signals)  # noqa: PLW1509  # no thread is about


def await_parts(folder: Path, count: int, client: subprocess.Popen) -> None:
    while len(list(folder.glob(".part-*.done"))) < count:
        assert client.poll() is None, client.stderr.read().decode()
        time.sleep(0.02)


def finished(client: subprocess.Popen) -> Run:
    out, err = client.communicate(timeout=120)
    assert b"Traceback" not in err, err.decode()
    return Run(client.returncode, out.decode(), err.decode())


@pytest.mark.parametrize("ending", ["jsonl", "csv"])
def test_a_folder_gives_the_records_of_the_usual_run(tmp_path, model, cluster, ending):
    for name, text in SOIL.items():
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_text(text, encoding="utf-8")
    (tmp_path / "in" / "f.jsonl.gz").write_bytes(gzip.compress(b'{"text": "soil"}\n' * 9)[:-9])
    args = ("predict", "in", "--model", model, "--format", ending)
    usual = run(*args, "--output", f"usual.{ending}", cwd=tmp_path)
    done = run(*args, "--output", "out", "--scheduler", cluster.address, cwd=tmp_path)
    assert done == usual
    assert done.code == 1
    assert whole(tmp_path / "out") == (tmp_path / f"usual.{ending}").read_bytes()


def test_a_large_file_is_cut_at_lines_and_its_records_keep_their_places(tmp_path, model, cluster, records):
    lines = [json.dumps({"text": record["text"]}) for record in records] * 40
    lines[700] = "{broken"
    lines[900] = ""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode())
    args = ("predict", path, "--model", model)
    assert run(*args, "--output", tmp_path / "usual.jsonl").code == 1
    done = run(*args, "--output", f"file://{tmp_path}/out", "--scheduler", cluster.address)
    assert done.code == 1
    assert f"{path}:701: not JSON" in done.err
    assert len(parts_of(tmp_path / "out")) > 1
    assert whole(tmp_path / "out") == (tmp_path / "usual.jsonl").read_bytes()


def test_lines_are_cut_too_and_tables_of_output_each_have_a_header(tmp_path, model, cluster):
    path = tmp_path / "a.txt"
    path.write_text(("soil and wheat " * 40 + "\n\narmy\n") * 4_000, encoding="utf-8")
    args = ("predict", path, "--model", model, "--input-format", "lines", "--format", "csv")
    run(*args, "--output", tmp_path / "usual.csv")
    assert run(*args, "--output", tmp_path / "out", "--scheduler", cluster.address).code == 1
    usual, *tables = [
        list(csv.reader(path.read_text("utf-8").splitlines()))
        for path in (tmp_path / "usual.csv", *parts_of(tmp_path / "out"))
    ]
    assert len(tables) > 1
    assert {tuple(table[0]) for table in tables} == {tuple(usual[0])}
    assert [row for table in tables for row in table[1:]] == usual[1:]


def test_the_manifest_says_what_each_part_holds(tmp_path, model, cluster, many, expected):
    done = run("predict", many, "--model", model, "--scheduler", cluster.address, "--output", tmp_path / "out")
    assert (done.code, done.out) == (0, "")
    parts = parts_of(tmp_path / "out")
    assert names_in(tmp_path / "out") == ["manifest.json", *(part.name for part in parts)]
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert [part["file"] for part in manifest["parts"]] == [part.name for part in parts]
    assert [part["size"] for part in manifest["parts"]] == [part.stat().st_size for part in parts]
    assert [part["records"] for part in manifest["parts"]] == [part.read_bytes().count(b"\n") for part in parts]
    firsts = [1 + sum(before["records"] for before in manifest["parts"][:n]) for n in range(len(parts))]
    assert [part["first_record"] for part in manifest["parts"]] == firsts
    assert manifest["records"] == expected.count(b"\n") == sum(manifest["statuses"].values())
    assert {source["source"] for part in manifest["parts"] for source in part["sources"]} == {str(many)}
    assert f"{manifest['records']:,} records" in done.err


def test_a_worker_that_is_killed_costs_no_record_and_doubles_none(tmp_path, model, own_cluster, many, expected):
    args = ("predict", many, "--model", model, "--scheduler", own_cluster.address)
    client = start(*args, "--output", tmp_path / "out")
    await_parts(tmp_path / "out", 3, client)
    own_cluster.workers[0].kill()
    assert not (tmp_path / "out" / "manifest.json").exists()
    done = finished(client)
    assert done.code == 0, done.err
    assert whole(tmp_path / "out") == expected
    assert names_in(tmp_path / "out")[0] == "manifest.json"


def test_workers_that_come_later_get_the_model_too(tmp_path, model, own_cluster, many, expected):
    args = ("predict", many, "--model", model, "--scheduler", own_cluster.address)
    client = start(*args, "--output", tmp_path / "out")
    await_parts(tmp_path / "out", 2, client)
    own_cluster.add_worker()
    for worker in own_cluster.workers[:2]:
        worker.kill()
    done = finished(client)
    assert done.code == 0, done.err
    assert whole(tmp_path / "out") == expected


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_run_that_was_stopped_goes_on_with_the_parts_that_are_missing(
    tmp_path, model, cluster, many, expected, number
):
    args = ("predict", many, "--model", model, "--scheduler", cluster.address, "--output", tmp_path / "out")
    client = start(*args)
    await_parts(tmp_path / "out", 2, client)
    client.send_signal(number)
    stopped = finished(client)
    assert stopped.code == {signal.SIGKILL: -9, signal.SIGINT: 130, signal.SIGTERM: 143}[number]
    assert number is signal.SIGKILL or "parts are done, go on with the same command and --resume" in stopped.err
    first = parts_of(tmp_path / "out")[0]
    before = first.stat().st_ino
    assert "holds a run that was stopped; go on with --resume" in run(*args).err
    done = run(*args, "--resume")
    assert done.code == 0, done.err
    assert whole(tmp_path / "out") == expected
    assert first.stat().st_ino == before
    count = expected.count(b"\n")
    assert f"{count:,} records" in done.err


def test_a_resumed_run_refuses_what_has_changed(tmp_path, model, cluster, many):
    mine = tmp_path / "many.jsonl"
    mine.write_bytes(many.read_bytes())
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


def test_two_runs_do_not_write_one_folder(tmp_path, model, cluster, corpus):
    args = ("predict", corpus, "--model", model, "--scheduler", cluster.address, "--output", tmp_path / "out")
    with lock_folder(tmp_path / "out"):
        done = run(*args)
    assert done.code == 2
    assert f"another run is writing to {tmp_path / 'out'}; wait for it, or name another folder" in done.err
    assert names_in(tmp_path) == []
    assert run(*args).code == 0


def test_a_complete_output_is_left_as_it_is(tmp_path, model, cluster, corpus):
    args = ("predict", corpus, "--scheduler", cluster.address, "--output", tmp_path / "out")
    first = run(*args, "--model", model)
    manifest = (tmp_path / "out" / "manifest.json").stat().st_mtime_ns
    again = run(*args, "--model", model)
    assert again.code == 0
    assert "is complete already" in again.err
    assert again.lines == first.lines
    other = run(*args)
    assert other.code == 2
    assert "is complete and had another model" in other.err
    assert (tmp_path / "out" / "manifest.json").stat().st_mtime_ns == manifest


def test_strict_stops_at_a_bad_record(tmp_path, model, cluster):
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "soil"}\n{broken\n', encoding="utf-8")
    args = ("predict", path, "--model", model, "--scheduler", cluster.address, "--output", tmp_path / "out")
    done = run(*args, "--strict")
    assert done.code == 1
    assert "a.jsonl:2: not JSON" in done.err
    assert not (tmp_path / "out" / "manifest.json").exists()


def test_urls_are_read_and_written(tmp_path, model, cluster, records):
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        for name, text in SOIL.items():
            archive.writestr(f"in/{name}", text)
        archive.writestr("in/large.jsonl", "".join(json.dumps(record) + "\n" for record in records) * 40)
    with zipfile.ZipFile(tmp_path / "in.zip") as archive:
        archive.extractall(tmp_path)
    usual = run("predict", tmp_path / "in", "--model", model, "--format", "jsonl")
    url = f"zip://in::{tmp_path}/in.zip"
    done = run("predict", url, "--model", model, "--scheduler", cluster.address, "--output", f"local://{tmp_path}/out")
    assert done.code == 1, done.err
    got = [json.loads(line) for line in whole(tmp_path / "out").splitlines()]
    assert [record["codes"] for record in got] == [record["codes"] for record in usual.records]
    assert got[0]["source"] == f"zip://in/a.txt::{tmp_path}/in.zip"
    assert [record["id"] for record in got[:3]] == ["a.txt", "b.txt", "c.csv"]
    assert names_in(tmp_path / "out") == ["manifest.json", *(path.name for path in parts_of(tmp_path / "out"))]
    assert len(parts_of(tmp_path / "out")) > 1


def test_a_model_is_trained_on_the_cluster_as_it_is_here(tmp_path, model, own_cluster, corpus, scheme):
    out = tmp_path / "other.safetensors"
    done = run("train", corpus, "--output", out, "--scheme", scheme, "--scheduler", own_cluster.address)
    assert done.code == 0, done.err
    assert out.read_bytes() == model.read_bytes()
    ask = (
        "import sys; from distributed import Client\n"
        "print(Client(sys.argv[1]).run(lambda: 'sklearn.svm' in __import__('sys').modules).values())"
    )
    command = [sys.executable, "-c", ask, own_cluster.address]
    assert "True" in subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("own_cluster", [0], indirect=True)
def test_no_worker_is_an_error_and_a_single_one_is_enough(tmp_path, model, own_cluster, corpus):
    args = ("predict", corpus, "--model", model, "--scheduler", own_cluster.address, "--output", tmp_path / "out")
    done = run(*args)
    assert done.code == 1
    assert f"the Dask scheduler at {own_cluster.address} has no workers; start some with: dask worker" in done.err
    own_cluster.add_worker()
    done = run(*args, "--resume")
    assert done.code == 2
    assert "there is no earlier run" in done.err
    done = run(*args)
    assert done.code == 0, done.err
    assert names_in(tmp_path / "out") == ["manifest.json", "part-00000.jsonl"]


@pytest.mark.parametrize("own_cluster", [0], indirect=True)
def test_workers_without_the_program_are_named(tmp_path, model, own_cluster, corpus):
    (tmp_path / "worker.py").write_text(WORKER_WITHOUT_THE_PROGRAM, encoding="utf-8")
    own_cluster.add_worker(tmp_path / "worker.py")
    args = ("predict", corpus, "--model", model, "--scheduler", own_cluster.address, "--output", tmp_path / "out")
    done = run(*args)
    assert done.code == 1
    assert "some workers of the cluster have no classmark; install it where they run" in done.err


def test_a_scheduler_that_is_lost_ends_the_run_in_a_sentence(tmp_path, model, own_cluster, many):
    client = start("predict", many, "--model", model, "--scheduler", own_cluster.address, "--output", tmp_path / "out")
    await_parts(tmp_path / "out", 1, client)
    own_cluster.scheduler.kill()
    done = finished(client)
    assert done.code == 1
    assert "parts are done, go on with the same command and --resume" in done.err
    assert f"error: the Dask scheduler at {own_cluster.address} was lost" in done.err


@pytest.mark.parametrize(
    ("args", "message", "code"),
    [
        (["nowhere.jsonl", "--output", "out"], "there is no file or folder nowhere.jsonl", 2),
        (["-", "--output", "out"], "--scheduler needs files or folders as input, and a folder as --output", 2),
        (["a.jsonl"], "--scheduler needs files or folders as input, and a folder as --output", 2),
        (["a.jsonl", "--output", "a.jsonl"], "a.jsonl is read and would be written, too", 2),
        (["a.jsonl", "--output", "."], "is not empty; name a new folder", 2),
        (["a.jsonl", "--output", "out", "--resume"], "there is no earlier run in", 2),
        (["a.jsonl", "--output", "nosuch://x/y"], "nosuch://x/y can't be opened", 2),
        (["c.csv", "--output", "out"], "c.csv:1: no column 'text' or 'abstract'", 1),
        (["a.jsonl", "--output", "out", "--model", "none"], "there is no model file none", 2),
    ],
)
def test_wrong_use_is_said_in_a_sentence(tmp_path, cluster, args, message, code):
    write_records(tmp_path / "a.jsonl", [{"text": "soil"}])
    (tmp_path / "c.csv").write_text("id,note\n1,x\n", encoding="utf-8")
    done = run("predict", *args, "--scheduler", cluster.address, cwd=tmp_path)
    assert message in done.err
    assert done.code == code


def test_a_scheduler_that_does_not_answer_is_named(tmp_path):
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


def test_missing_libraries_are_named(tmp_path, monkeypatch):
    (tmp_path / "before").mkdir()
    (tmp_path / "before" / "fsspec.py").write_text("raise ImportError", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path / 'before'}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    write_records(tmp_path / "a.jsonl", [{"text": "soil"}])
    args = ("predict", "a.jsonl", "--scheduler", "tcp://127.0.0.1:1", "--output", "out")
    done = run(*args, cwd=tmp_path, fresh=True)
    assert done.code == 1
    assert "--scheduler needs fsspec, which is not installed; type: pip install 'classmark[dask]'" in done.err


IMPATIENT = """
import classmark.model.parallel.cluster_watch as it
it._BETWEEN, it._PATIENCE, it._SILENT, it._ALONE = 0.2, 1, 2, 2
from classmark.cli import main
main()
"""
"""The program, which waits for a cluster for seconds instead of minutes."""


@pytest.mark.parametrize("who", ["scheduler", "workers"])
def test_a_cluster_that_falls_silent_in_a_run_ends_it_in_a_sentence(tmp_path, model, own_cluster, many, who):
    args = ("predict", many, "--model", model, "--scheduler", own_cluster.address, "--output", tmp_path / "out")
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
    assert "parts are done, go on with the same command and --resume" in done.err


@contextmanager
def listening(answer: bytes) -> Iterator[str]:
    """Take connections at an address, and answer each with some bytes, or with none."""

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
def test_what_is_no_scheduler_is_named_in_a_sentence(tmp_path, scheme, answer):
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


def test_a_worker_is_no_scheduler(tmp_path, own_cluster):
    (tmp_path / "a.jsonl").write_text('{"text": "soil"}\n', encoding="utf-8")
    worker = address_of_a_worker(own_cluster)
    done = run("predict", tmp_path / "a.jsonl", "--scheduler", worker, "--output", tmp_path / "out")
    assert done.code == 1
    assert f"no Dask scheduler answers at {worker} (what answers is something else)" in done.err


def test_nothing_of_it_is_imported_without_a_scheduler():
    assert not {"distributed", "dask", "fsspec", "joblib"} & modules_loaded_by("predict")

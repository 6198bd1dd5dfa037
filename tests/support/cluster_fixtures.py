"""Provide a Dask cluster, and a corpus that keeps it busy for some seconds."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.dask_cluster import Cluster
from support.program import run, write_records


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture
def own_cluster(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """Yield a cluster that a test may harm, of two workers, or as many as the test asks for."""
    (tmp_path / "cluster").mkdir()
    cluster = Cluster(tmp_path / "cluster")
    try:
        cluster.start(getattr(request, "param", 2))
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture(scope="session")
def large_corpus(records: list[dict], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return about 20 MB of abstracts: a dozen partitions or more, which take two workers some seconds."""
    size = sum(len(json.dumps(record)) for record in records)
    repeated = (record | {"id": f"{i}-{n}"} for i in range(20_000_000 // size) for n, record in enumerate(records))
    return write_records(tmp_path_factory.mktemp("large") / "large.jsonl", list(repeated))


@pytest.fixture(scope="session")
def expected_output(large_corpus: Path, model: Path) -> bytes:
    out = large_corpus.with_name("usual.jsonl")
    assert run("predict", large_corpus, "--model", model, "--output", out).code == 0
    return out.read_bytes()

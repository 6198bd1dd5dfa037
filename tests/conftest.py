"""Provide a small corpus, its scheme, and a model trained on it."""

import json
from pathlib import Path

import pytest
from hypothesis import settings
from support.program import ABSTRACTS, run, write_records

pytest_plugins = [
    "support.browser",
    "support.cluster_fixtures",
    "support.fault_fixtures",
    "support.report_fixtures",
    "support.server_fixtures",
]

settings.register_profile("here", deadline=None)  # tests do not measure time, and a busy machine is slow
settings.load_profile("here")

collect_ignore = ["fuzz.py"]  # needs atheris


@pytest.fixture(scope="session")
def records() -> list[dict]:
    """Return twelve shipped abstracts of each of four classes, with no other codes."""
    classes = ("J", "M", "S", "U")
    lines = [line for code in classes for line in (ABSTRACTS / f"{code}.jsonl").read_text("utf-8").splitlines()[:12]]
    records = [json.loads(line) for line in lines]
    return [record | {"codes": [code for code in record["codes"] if code in classes]} for record in records]


@pytest.fixture(scope="session")
def corpus(records: list[dict], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_records(tmp_path_factory.mktemp("corpus") / "corpus.jsonl", records)


@pytest.fixture(scope="session")
def scheme(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a scheme file with the four classes, without scope notes."""
    path = tmp_path_factory.mktemp("scheme") / "small.csv"
    path.write_text("code,name\nJ,Political science\nM,Music\nS,Agriculture\nU,Military Science\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def model(corpus: Path, scheme: Path) -> Path:
    path = corpus.with_name("small.safetensors")
    done = run("train", corpus, "--output", path, "--scheme", scheme)
    assert done.code == 0, done.err
    return path

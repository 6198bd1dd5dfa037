"""What the tests share: the program as a process, a small corpus and a model made from it."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

import classmark.corpus

ABSTRACTS = Path(classmark.corpus.__file__).with_name("abstracts")
SHARED = Path(__file__).parents[2] / "shared" / "data"


@dataclass(frozen=True)
class Run:
    """What a run of the program left."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def records(self) -> list[dict]:
        return [json.loads(line) for line in self.lines]


def run(*args: object, given: str | bytes | None = None, cwd: Path | None = None) -> Run:
    """Run the program as a user does, and check what holds for every run: no traceback, ever."""
    given = given.encode() if isinstance(given, str) else given
    done = subprocess.run(
        [sys.executable, "-m", "classmark.cli", *map(str, args)],
        input=given,
        stdin=subprocess.DEVNULL if given is None else None,
        capture_output=True,
        cwd=cwd,
        check=False,
    )
    result = Run(done.returncode, done.stdout.decode(), done.stderr.decode())
    assert "Traceback" not in result.err, result.err
    return result


def write_records(path: Path, records: list[dict]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def records() -> list[dict]:
    """Twelve shipped abstracts of each of four classes, with these classes as their codes."""
    classes = ("J", "M", "S", "U")
    lines = [line for code in classes for line in (ABSTRACTS / f"{code}.jsonl").read_text("utf-8").splitlines()[:12]]
    records = [json.loads(line) for line in lines]
    return [record | {"codes": [code for code in record["codes"] if code in classes]} for record in records]


@pytest.fixture(scope="session")
def corpus(records: list[dict], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_records(tmp_path_factory.mktemp("corpus") / "corpus.jsonl", records)


@pytest.fixture(scope="session")
def scheme(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The four classes and no more, without scope notes."""
    path = tmp_path_factory.mktemp("scheme") / "small.csv"
    path.write_text("code,name\nJ,Political science\nM,Music\nS,Agriculture\nU,Military Science\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def model(corpus: Path, scheme: Path) -> Path:
    path = corpus.with_name("small.safetensors")
    done = run("train", corpus, "--output", path, "--scheme", scheme)
    assert done.code == 0, done.err
    return path

"""Provide a model with two levels of codes."""

import json

import pytest

from support.program import ABSTRACTS, run, write_records

SCHEME = """code,name,parent
J,Political science,
JC,Political theory,J
JZ,International relations,J
S,Agriculture,
SB,Plant culture,S
SD,Forestry,S
U,Military Science,
UA,Armies,U
UD,Infantry,U
"""

FINER = {"JC", "JZ", "SB", "SD", "UA", "UD"}


@pytest.fixture(scope="session")
def levelled_model(tmp_path_factory):
    """Return a model of three main classes of the Library of Congress Classification and some of their subclasses."""
    lines = [line for code in "JSU" for line in (ABSTRACTS / f"{code}.jsonl").read_text("utf-8").splitlines()]
    records = [record for line in lines if set((record := json.loads(line))["subclasses"]) & FINER]
    records = [record | {"subclasses": [code for code in record["subclasses"] if code in FINER]} for record in records]
    folder = tmp_path_factory.mktemp("levelled")
    corpus = write_records(folder / "corpus.jsonl", records[::3])
    (folder / "scheme.csv").write_text(SCHEME, encoding="utf-8")
    options = ["--scheme", folder / "scheme.csv", "--codes-field", "subclasses", "-o", folder / "fine.safetensors"]
    done = run("train", corpus, *options)
    assert done.code == 0, done.err
    return folder / "fine.safetensors"

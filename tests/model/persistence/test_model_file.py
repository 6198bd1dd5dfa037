"""Test that model files open unchanged, and that other files are refused."""

import json
import os
import pickle
import struct
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.numpy import load_file, save_file
from support.program import run, write_records

from classmark.corpus.errors import ModelFileError
from classmark.model.persistence.model_file import open_classifier, save_classifier


def test_a_saved_model_opens_unchanged(model, tmp_path):
    classifier = open_classifier(model)
    save_classifier(classifier, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == model.read_bytes()
    texts = ["war and armies", "soil", ""]
    assert np.array_equal(open_classifier(tmp_path / "copy").scorer.score(texts), classifier.scorer.score(texts))


class Bomb:
    def __reduce__(self):
        return print, ("this must never run",)


def test_codes_without_names_are_written_once(records, tmp_path):
    corpus = write_records(
        tmp_path / "own.jsonl", [{**record, "codes": ["own-" + record["codes"][0]]} for record in records]
    )
    assert run("train", corpus, "-o", tmp_path / "own").code == 0
    with safe_open(tmp_path / "own", framework="np") as file:
        header = json.loads(file.metadata()["classmark"])
    assert header["scheme"]["codes"] is None
    scheme = open_classifier(tmp_path / "own").scheme
    assert [(code.code, code.name) for code in scheme.codes] == [(code, code) for code in header["codes"]]


def other_kind(path, model):
    save_file({"x": np.zeros(3)}, path)


def cut(path, model):
    path.write_bytes(model.read_bytes()[:-100])


def empty(path, model):
    path.write_bytes(b"")


def a_pickle(path, model):
    path.write_bytes(pickle.dumps(Bomb()))


def huge_header(path, model):
    path.write_bytes(struct.pack("<Q", 2**62) + b"{}")


def later(path, model):
    path.write_bytes(model.read_bytes().replace(b'\\"format\\": 5', b'\\"format\\": 9'))


def misshapen(path, model):
    with safe_open(model, "np") as file:
        metadata = file.metadata()
    arrays = load_file(model)
    save_file(arrays | {"text.idf": arrays["text.idf"][:-1]}, path, metadata)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (other_kind, "is a safetensors file, but no model file of classmark"),
        (cut, "is no model file of classmark, or is damaged"),
        (empty, "is no model file of classmark, or is damaged"),
        (a_pickle, "is no model file of classmark, or is damaged"),
        (huge_header, "is no model file of classmark, or is damaged"),
        (later, "has the format 9, this version of classmark reads 5; update classmark"),
        (misshapen, "is damaged: its checksum differs"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_file_that_is_no_model_is_refused_by_name(tmp_path, model, spoil, message):
    path = tmp_path / "spoilt"
    spoil(path, model)
    with pytest.raises(ModelFileError, match=message.replace("(", r"\(")):
        open_classifier(path)
    done = run("predict", "--model", path, given="soil")
    assert (done.code, done.out) == (1, "")
    assert f"{path} {message}" in done.err
    assert "never run" not in done.err


@given(data=st.data())
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_altered_model_is_refused(model, tmp_path, data):
    content = bytearray(model.read_bytes())
    kind = data.draw(st.sampled_from(["change", "cut", "insert", "append"]))
    place = data.draw(st.one_of(st.integers(0, 20_000), st.integers(0, len(content) - 1)))
    piece = data.draw(st.binary(min_size=1, max_size=8))
    if kind == "change":
        content[place : place + len(piece)] = piece
    elif kind == "cut":
        del content[place:]
    elif kind == "insert":
        content[place:place] = piece
    else:
        content += piece
    if content == model.read_bytes():
        return
    path = tmp_path / "altered"
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match="altered"):
        open_classifier(path)


def test_a_model_with_a_far_future_date_is_shown(tmp_path, model):
    path = tmp_path / "m"
    path.write_bytes(model.read_bytes())
    try:
        os.utime(path, (1e12, 1e12))
    except OSError:
        pytest.skip("this file system has no such dates")
    assert run("model", "show", path).code == 0


def test_the_model_card_records_the_training(model):
    card = json.loads(run("model", "show", model, "--format", "json").out)
    assert card["codes"] == ["J", "M", "S", "U"]
    assert card["abstracts"] == 48
    assert len(card["corpus_digest"]) == 64
    value, low, high = card["estimate"]["precision_at_1"]
    assert 0.5 < low < value < high <= 1
    assert card["settings"]["seed"] == 0
    assert set(card["versions"]) == {"classmark", "scikit-learn", "numpy"}
    assert "abstracts\t48" in run("model", "show", model).lines


def test_training_killed_while_writing_leaves_the_old_model(tmp_path, corpus):
    path = tmp_path / "m"
    path.write_bytes(b"old")
    for moment in ("fsync", "replace"):
        program = (
            "import os, sys, pathlib; from classmark.cli import main\n"
            f"owner = os if {moment!r} == 'fsync' else pathlib.Path\n"
            f"setattr(owner, {moment!r}, lambda *args: os._exit(9))\n"
            "main()"
        )
        done = subprocess.run(
            [sys.executable, "-c", program, "train", corpus, "-o", path], capture_output=True, check=False
        )
        assert done.returncode == 9
        assert path.read_bytes() == b"old"

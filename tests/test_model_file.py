"""The model file: it comes back as it was, and what is no model file is refused."""

import pickle
import struct

import numpy as np
import pytest
from conftest import run
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from classmark.corpus import ModelFileError
from classmark.model import open_classifier, save_classifier


def test_a_model_comes_back_as_it_was(model, tmp_path):
    classifier = open_classifier(model)
    save_classifier(classifier, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == model.read_bytes()
    texts = ["war and armies", "soil", ""]
    assert np.array_equal(open_classifier(tmp_path / "copy").scorer.score(texts), classifier.scorer.score(texts))


class Bomb:
    def __reduce__(self):
        return print, ("this must never run",)


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
    path.write_bytes(model.read_bytes().replace(b'\\"format\\": 1', b'\\"format\\": 9'))


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
        (later, "has the format 9, this version reads 1; update classmark"),
        (misshapen, "is damaged: its parts do not fit together"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_what_is_no_model_is_refused_by_name(tmp_path, model, spoil, message):
    path = tmp_path / "spoilt"
    spoil(path, model)
    with pytest.raises(ModelFileError, match=message.replace("(", r"\(")):
        open_classifier(path)
    done = run("predict", "--model", path, given="soil")
    assert (done.code, done.out) == (1, "")
    assert f"{path} {message}" in done.err
    assert "never run" not in done.err

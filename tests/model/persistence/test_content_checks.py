"""Test that model files with invalid contents are refused by name, even if their checksums are right."""

import json
import re
from itertools import pairwise

import numpy as np
import pytest
from safetensors.numpy import save, save_file
from support.program import run

from classmark.corpus.abstract import Abstract
from classmark.corpus.errors import ModelFileError
from classmark.model.persistence.container import FORMAT_VERSION, digest_of, read_container
from classmark.model.persistence.model_file import open_classifier
from classmark.model.prediction.predict import predict
from classmark.model.scoring.weight_checks import chunk_checksums


def put(name, value):
    """Return a function that changes a value in the header or the arrays of a model."""

    def spoil(arrays, header):
        target = arrays if name in arrays else header
        target[name] = value(target[name])

    spoil.__name__ = f"{name}"
    return spoil


def write_signed(arrays, header, path):
    """Write a model file with a valid checksum, without checking its contents."""
    unsigned = {key: value for key, value in header.items() if key not in {"format", "checksum"}}
    text = json.dumps({"format": FORMAT_VERSION, "checksum": "0" * 32, **unsigned})
    content = save(arrays, {"classmark": text})
    path.write_bytes(content.replace(b"0" * 32, digest_of(content).encode(), 1))


def put_in(name, key, value):
    """Return a function that sets a key of an object in the header."""
    return put(name, lambda found: found | {key: value})


def first_code(code=None, name="a name", parent=None):
    """Return a function that inserts a code at the front of the scheme."""

    def spoil(arrays, header):
        header["scheme"]["codes"].insert(0, [header["codes"][0] + "0" if code is None else code, name, parent])

    return spoil


def circular_parents(arrays, header):
    header["scheme"]["codes"] += [["x", "x", "y"], ["y", "y", "x"]]


def no_codes(arrays, header):
    header["codes"] = []
    for name in ("intercepts", "thresholds"):
        arrays[name] = arrays[name][:0]


def words(change):
    """Return a function that changes the words of the text block."""

    def spoil(arrays, header):
        letters, ends = bytes(arrays["text.letters"]), arrays["text.ends"].tolist()
        found = change([letters[start:end] for start, end in pairwise([0, *ends])])
        arrays["text.letters"] = np.frombuffer(b"".join(found), np.uint8)
        arrays["text.ends"] = np.cumsum([len(word) for word in found]).astype("<u4")

    return spoil


def filled_with(number, kind):
    """Return a function that fills an array with a number."""
    return lambda array: np.full_like(array, number, kind)


def weights(kind, change):
    """Return a function that changes the columns or the values of the text block's weights, with right checksums."""

    def spoil(arrays, header):
        arrays[f"text.{kind}"] = change(arrays[f"text.{kind}"])
        arrays["text.checksums"] = chunk_checksums(arrays["text.columns"], arrays["text.values"])

    return spoil


INVALID = {
    "a feature without idf": (put("text.idf", lambda idf: idf[:-1]), "text.idf has the shape"),
    "idf of NaN": (put("text.idf", filled_with(np.nan, "<f4")), "text.idf has values that are not finite or exceed"),
    "idf of another type": (put("text.idf", lambda idf: idf.astype(np.float64)), "text.idf has the type float64"),
    "idf that overflows": (
        put("title.idf", filled_with(1e30, "<f4")),
        "title.idf has values that are not finite or exceed 1e+06",
    ),
    "too few weights": (put("title.values", lambda values: values[:-1]), "title.values has the shape"),
    "weights of a wide type": (put("text.values", lambda values: values.astype("<f4")), "text.values has the type"),
    "weights of NaN": (weights("values", filled_with(np.nan, "<f2")), "some of its weights are not finite"),
    "weights that overflow": (weights("values", filled_with(np.inf, "<f2")), "some of its weights are not finite"),
    "weights of no code": (weights("columns", filled_with(200, "u1")), "belong to no code"),
    "weights without their checksums": (
        put("text.values", lambda values: values * np.float16(2)),
        "a checksum of its weights differs",
    ),
    "weights of too few features": (put("text.lengths", lambda lengths: lengths[1:]), "text.lengths has the shape"),
    "endless lengths": (
        put("text.lengths", lambda lengths: lengths.astype("u8")),
        "text.lengths have the type",
    ),
    "falling ends": (put("text.ends", lambda ends: ends[::-1].copy()), "text.ends do not fit text.letters"),
    "ends beyond": (put("text.ends", lambda ends: ends + np.uint32(1)), "text.ends do not fit text.letters"),
    "ends as a table": (put("text.ends", lambda ends: ends.reshape(-1, 1)), "text.ends do not fit text.letters"),
    "words in disorder": (words(lambda found: found[::-1]), "the words of text.letters are not sorted"),
    "a word twice": (words(lambda found: [found[1], *found[1:]]), "the words of text.letters are not sorted"),
    "words that are no UTF-8": (words(lambda found: [*found[:-1], b"\xff\xff"]), "can't decode byte 0xff"),
    "a letter cut in two": (words(lambda found: [*found[:-2], b"\xc3", b"\xa4"]), "text.letters has invalid words"),
    "a word of two": (words(lambda found: [b"0 0", *found[1:]]), "text.letters has invalid words"),
    "an endless word": (words(lambda found: [*found[:-1], b"z" * 2_000]), "text.letters has a word that is too long"),
    "pairs in disorder": (put("text.pairs", lambda pairs: pairs[::-1].copy()), "text.pairs are not sorted"),
    "a pair of no words": (put("text.pairs", lambda pairs: pairs + np.uint64(2**48)), "refers to missing words"),
    "a pair of one word": (put("text.pairs", lambda pairs: pairs | np.uint64(2**31)), "refers to missing words"),
    "intercepts that are infinite": (
        put("intercepts", filled_with(np.inf, "<f8")),
        "intercepts has values that are not finite or exceed",
    ),
    "thresholds below 0": (put("thresholds", filled_with(-0.5, "<f8")), "thresholds are out of range"),
    "thresholds far above 1": (put("thresholds", filled_with(7, "<f8")), "thresholds are out of range"),
    "a slope in words": (put("slope", lambda slope: "steep"), "its slope is not a number from 0"),
    "an endless slope": (put("slope", lambda slope: float("inf")), "its slope is not a number from 0"),
    "a slope that turns all round": (put("slope", lambda slope: -slope), "its slope is not a number from 0"),
    "an offset of NaN": (put("offset", lambda offset: float("nan")), "its offset is not a number"),
    "a share above 1": (put("least_known", lambda share: 1.5), "least_known is not between 0 and 1"),
    "gives_best in words": (put("gives_best", lambda is_so: "yes"), "gives_best is neither true nor false"),
    "no codes": (no_codes, "it has no codes"),
    "one code": (put("codes", lambda codes: ["U"] * 4), "it has no codes, or duplicate codes"),
    "codes in one text": (put("codes", lambda codes: "JMSU"), "its codes are invalid"),
    "codes that are numbers": (put("codes", lambda codes: [1, 2, 3, 4]), "its codes are invalid"),
    "a code that is no UTF-8": (put("codes", lambda codes: ["\ud800", *codes[1:]]), "its codes are invalid"),
    "a code of nothing": (put("codes", lambda codes: [" ", *codes[1:]]), "its codes are invalid"),
    "an endless code": (put("codes", lambda codes: ["U" * 20_000, *codes[1:]]), "its codes are invalid"),
    "no scheme": (put("scheme", lambda scheme: []), "list indices"),
    "a scheme of texts": (put_in("scheme", "codes", ["abc"]), "whose name or parent is not text"),
    "a name that is a number": (first_code(name=5), "whose name or parent is not text"),
    "a name that is no UTF-8": (first_code(name="\udfff"), "whose name or parent is not text"),
    "a parent that is a list": (first_code(parent=[]), "whose name or parent is not text"),
    "a parent that is not there": (first_code(parent="nobody"), "has the parent 'nobody', which the scheme lacks"),
    "a code twice in the scheme": (first_code(code="U"), "the code 'U' stands twice in the scheme"),
    "a circle of parents": (circular_parents, "is its own ancestor"),
    "stop words that are numbers": (put("stops", lambda stops: stops | {"text": [1]}), "its stop words are invalid"),
    "a card of another": (put_in("card", "made_by", "me"), "made_by"),
    "a card without counts": (put("card", lambda card: {}), "'abstracts'"),
    "many abstracts": (put_in("card", "abstracts", "many"), "abstracts in its card is not a count"),
    "rare codes below 0": (put_in("card", "rare_codes", -1), "rare_codes in its card is not a count"),
    "half an abstract": (put_in("card", "scope_notes", 0.5), "scope_notes in its card is not a count"),
    "a setting that is a list": (
        put_in("card", "settings", {"seed": []}),
        "a setting in its card is not a plain",
    ),
    "an estimate in words": (
        put_in("card", "estimate", {"micro_f1": "good"}),
        "an estimate in its card is not a",
    ),
    "versions that are numbers": (put_in("card", "versions", {"numpy": 2}), "a version in its card is not text"),
    "no slope": (lambda arrays, header: header.pop("slope"), "'slope'"),
}


def test_many_weights_are_checked_when_they_are_used(model, tmp_path, monkeypatch):
    monkeypatch.setattr("classmark.model.persistence.weight_arrays._CHECKED_AT_ONCE", 0)
    assert next(predict(open_classifier(model), [Abstract("1", "", "war and soldiers")])).status == "ok"
    arrays, header = read_container(model)
    values = arrays["text.values"].copy()
    values[:] = 1
    write_signed({**arrays, "text.values": values}, header, tmp_path / "damaged")
    damaged = open_classifier(tmp_path / "damaged")
    with pytest.raises(ModelFileError, match="the model is damaged: a checksum of its weights differs"):
        next(predict(damaged, [Abstract("1", "", "war and soldiers")]))


@pytest.mark.parametrize(("spoil", "message"), INVALID.values(), ids=INVALID)
def test_a_model_with_invalid_contents_is_refused_by_name(tmp_path, model, spoil, message):
    arrays, header = read_container(model)
    spoil(arrays, header)
    path = tmp_path / "hostile"
    write_signed(arrays, header, path)
    with pytest.raises(ModelFileError) as refused:
        open_classifier(path)
    assert str(refused.value).startswith(f"{path} is damaged: its contents are invalid")
    assert message in str(refused.value)


@pytest.mark.parametrize(
    "command",
    ["predict -m {}", "predict {other} -m {} -o out.jsonl", "explain -c U -m {}", "explain -m {}", "codes -m {}",
     "model show {}", "model export {} -o out", "evaluate {other} -m {}", "evaluate {other} --compare {}"],
)  # fmt: skip
def test_every_command_refuses_a_model_with_invalid_contents(tmp_path, model, corpus, command):
    arrays, header = read_container(model)
    header["card"]["abstracts"] = "many"
    path = tmp_path / "hostile"
    write_signed(arrays, header, path)
    done = run(*command.format(path, other=corpus).split(), given="soil and wheat", cwd=tmp_path)
    assert (done.code, done.out) == (1, "")
    assert f"{path} is damaged: its contents are invalid (abstracts in its card is not a count)" in done.err
    assert "unforeseen" not in done.err


@pytest.mark.parametrize("size", [25_000_000, 5_000_000], ids=["a header", "a format"])
def test_huge_values_in_a_model_are_neither_read_nor_printed(tmp_path, model, size):
    text = json.dumps({"format": "3" * 4_000_000 if size < 20_000_000 else 4, "checksum": "", "more": []})
    padded = text[:-2] + "[],[]," * ((size - len(text)) // 6) + "[]]}"
    save_file({"x": np.zeros(3)}, tmp_path / "huge", {"classmark": padded})
    done = run("predict", "-m", tmp_path / "huge", given="soil")
    assert (done.code, done.out) == (1, "")
    assert re.search(f"{tmp_path}/huge has (a header of 25,...,... bytes|the format '333)", done.err), done.err[:300]
    assert len(done.err) < 500

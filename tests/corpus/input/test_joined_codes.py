"""Test the detection of codes that are joined by something other than a semicolon."""

import pytest
from support.program import run, write_records

from classmark.corpus.abstract import Abstract
from classmark.corpus.input.joined_codes import fits_nowhere, joined_codes
from classmark.corpus.scheme import Code, Scheme
from classmark.corpus.scheme_csv import lcc


def warning_for(*codes: str, scheme: Scheme | None = None) -> str:
    return " ".join(joined_codes([Abstract(str(at), "", "", (code,)) for at, code in enumerate(codes)], scheme))


@pytest.mark.parametrize(
    ("codes", "separator"),
    [
        (["020", "340, 020", "340"], "','"),
        (["020", "340, 020", "610"], "','"),
        (["020", "340/020", "340"], "'/'"),
        (["020", "340|020", "610"], "'|'"),
        (["020", "340||020", "610"], "'||'"),
        (["020", "340; 020", "610"], "';'"),
        (["340|020", "340|610"], "'|'"),
        (["a|b", "c|d"], "'|'"),
        (["a", "a\nb"], r"'\n'"),
    ],
    ids=[
        "comma",
        "comma between notations",
        "slash",
        "pipe",
        "two pipes",
        "in a list",
        "parts that recur",
        "every code",
        "line break",
    ],
)
def test_joined_codes_are_detected_from_the_corpus(codes, separator):
    assert "seems to be 2 codes joined by" in warning_for(*codes)
    assert separator in warning_for(*codes)


@pytest.mark.parametrize(
    "codes",
    [
        ["Law, Commercial", "Law", "Physics, applied", "Physics"],
        ["History / Asia", "History", "20/21"],
        ["Arts, Music", "Arts", "Music", "Law, Commercial", "Physics, applied", "Soil, wet"],
        ["a|b", "c", "d", "e"],
        ["DDC/020", "U1-900"],
    ],
    ids=["inverted headings", "slashes", "one of many", "a pipe in one", "schemes"],
)
def test_separators_within_codes_do_not_warn(codes):
    assert warning_for(*codes) == ""


def test_a_code_of_the_scheme_is_never_taken_for_joined_codes():
    scheme = Scheme((Code("a", "a"), Code("b", "b"), Code("a|b", "a|b")))
    assert warning_for("a", "b", "a|b", scheme=scheme) == ""
    assert "the code 'U1-900|JZ2-6530' seems to be 2 codes" in warning_for("U1-900|JZ2-6530", "S1-972", scheme=lcc())


def test_an_unknown_code_whose_parts_are_codes_is_reported_as_joined():
    assert fits_nowhere("U1|JZ2", lcc()).endswith("but its parts do; codes are joined by ';', not '|'")
    assert fits_nowhere("U1|Y2", lcc()) == "the code 'U1|Y2' fits nowhere in the scheme"


@pytest.mark.parametrize("command", ["train", "evaluate", "corpus check", "corpus audit"])
def test_every_command_that_reads_codes_warns_about_joined_codes(tmp_path, records, command):
    joined = [record | {"codes": ["|".join(record["codes"])]} for record in records]
    mixed = [{"codes": ["U|M"]}, {"codes": ["U|M"]}, *({} for _ in records[2:])]
    path = write_records(tmp_path / "c.jsonl", [a | b for a, b in zip(joined, mixed, strict=True)])
    args = {"train": ["-o", tmp_path / "m", "-j", "1"], "corpus audit": ["-j", "1"]}.get(command, [])
    done = run(*command.split(), path, *args)
    assert "the code 'U|M' seems to be 2 codes joined by '|'" in done.out + done.err


def test_a_scheme_error_names_the_separator(tmp_path, records):
    path = write_records(tmp_path / "c.jsonl", [*records, records[0] | {"codes": ["U,J"]}])
    done = run("train", path, "--scheme", "lcc", "-o", tmp_path / "m")
    assert done.code == 1
    assert "c.jsonl:49: the code 'U,J' fits nowhere in the scheme, but its parts do" in done.err

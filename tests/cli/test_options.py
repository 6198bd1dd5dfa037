"""Test how values of options are understood, and refused."""

import pytest
from support.program import run


@pytest.fixture(scope="module")
def abstract(tmp_path_factory):
    path = tmp_path_factory.mktemp("abstract") / "war.txt"
    path.write_text("The army and its soldiers fought a war at the front.", encoding="utf-8")
    return path


def test_a_decimal_comma_is_a_decimal_point(abstract):
    with_point, with_comma = (run("predict", abstract, "-t", number) for number in ("0.5", "0,5"))
    assert with_comma.code == 0
    assert with_comma == with_point


@pytest.mark.parametrize("number", ["2", "-0.1", "nan", "half", "1,000.5", ""])
def test_a_threshold_is_from_0_to_1(abstract, number):
    done = run("predict", abstract, f"--threshold={number}")
    assert done.code == 2
    assert f"{number!r} is not a number from 0 to 1, such as 0.5" in done.err


@pytest.mark.parametrize(
    "args",
    [
        ["predict", "-m", ""],
        ["predict", "--text-field", ""],
        ["predict", "--title-field", " "],
        ["corpus", "check", "--codes-field", ""],
        ["corpus", "check", "--scheme", ""],
        ["train", "-o", "m", "--scheme", ""],
    ],
)
def test_an_empty_name_is_refused(abstract, args):
    done = run(*args, abstract)
    assert done.code == 2
    assert "it is empty; name something, or leave the option out" in done.err

"""Test schemes, and how codes are resolved in them."""

import pytest
from support.program import run

from classmark.corpus.scheme_csv import lcc
from classmark.corpus.scheme_files import read_scheme

OWN = "code,name,parent\n1,Nature,\n1.1,Animals,1\n1.2,Plants,1\n2,Culture,\n"


def test_the_built_in_scheme_has_the_main_classes_as_doaj_names_them():
    names = {code: lcc().name(code) for code in lcc().assignable}
    assert list(names) == [
        "A",
        "B",
        "C",
        "D",
        "E-F",
        "G",
        "H",
        "J",
        "K",
        "L",
        "M",
        "N",
        "P",
        "Q",
        "R",
        "S",
        "T",
        "U",
        "V",
        "Z",
    ]
    assert names["U"] == "Military Science"
    assert names["J"] == "Political science"
    assert names["E-F"] == "History America"
    assert names["A"] == "General Works"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("U", "U"),
        ("HV", "H"),
        ("HV6431", "H"),
        ("E183", "E-F"),
        ("F1201", "E-F"),
        ("E-F", "E-F"),
        ("BF1-990", "B"),
        ("S1-972", "S"),
        ("QA76.9.D3", "Q"),
        ("KJE5132", "K"),
        ("I", None),
        ("hv", None),
        ("physics", None),
        ("", None),
    ],
)
def test_finer_codes_roll_up_by_lcc_syntax(given, code):
    assert lcc().resolve(given) == code


def test_all_codes_of_a_custom_scheme_are_assignable(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(OWN, encoding="utf-8")
    scheme = read_scheme(str(path))
    assert scheme.assignable == ("1", "1.1", "1.2", "2")
    assert [scheme.resolve(code) for code in ("1.1", "2", "3")] == ["1.1", "2", None]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the columns: code,name,parent"),
        (b"name,parent\nx,\n", "the columns: code,name,parent"),
        (b"code,name\n", "the scheme has no codes"),
        (b"code,name\n,x\n", "line 2: the column 'code' is empty"),
        (b"code,name\na,x\na,y\n", "the code 'a' stands twice"),
        (b"code,name,parent\na,x,b\n", "the code 'a' has the parent 'b', which the scheme lacks"),
        (b"code,name,parent\na,x,b\nb,y,a\n", "is its own ancestor"),
        (b"code,name\na,\xff\n", "not UTF-8 at byte 12"),
        (b'code,name\na,"x\n', "unexpected end of data"),
    ],
)
def test_a_broken_scheme_is_refused_with_a_reason(tmp_path, content, message):
    path = tmp_path / "own.csv"
    path.write_bytes(content)
    done = run("codes", "--scheme", path)
    assert done.code == 1
    assert f"{path}: " in done.err
    assert message in done.err


@pytest.mark.parametrize("content", [OWN.replace(",", ";"), "code,name,parent\n1.1,Animals,1\n1,Nature,\n"])
def test_schemes_may_have_semicolons_and_children_before_parents(tmp_path, content):
    (tmp_path / "own.csv").write_text(content, encoding="utf-8")
    assert "1.1\tAnimals\t1" in run("codes", "--scheme", tmp_path / "own.csv").lines


def test_codes_prints_one_line_per_code():
    assert run("codes").lines[-1] == "Z\tBibliography. Library science. Information resources\t"
    assert len(run("codes").lines) == 20
    assert "UG\tMilitary engineering. Air forces\tU" in run("codes", "--all").lines


def test_a_missing_scheme_file_is_a_usage_error():
    done = run("codes", "--scheme", "none.csv")
    assert (done.code, done.out) == (2, "")
    assert "there is no scheme file none.csv" in done.err


def test_codes_shows_the_scheme_of_a_model(model):
    names = [line.split("\t")[1] for line in run("codes", "--model", model).lines]
    assert names == ["Political science", "Music", "Agriculture", "Military Science"]

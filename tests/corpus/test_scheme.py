"""Test schemes, and how codes are resolved in them."""

import pytest
from support.program import run

from classmark.corpus.scheme import Code, Scheme
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
        ("hv", "H"),
        ("hv6431", "H"),
        ("military science", "U"),
        ("law", "K"),
        ("art", None),
        ("war", None),
        ("alchemy", None),
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


DEWEY = Scheme(
    (Code("020", "Library science"), Code("620", "Engineering"), Code("621", "Physics"), Code("530", "Physics"))
)


@pytest.mark.parametrize(
    ("given", "code"),
    [("Engineering", "620"), ("engineering ", "620"), ("LIBRARY  science", "020"), ("Physics", None), ("20", None)],
)
def test_a_code_is_known_by_its_name_unless_two_have_it(given, code):
    assert DEWEY.resolve(given) == code


def test_a_code_is_known_in_another_case_unless_two_differ_in_case_alone():
    scheme = Scheme((Code("ab", "x"), Code("U", "y"), Code("Ab", "z"), Code("c", "U")))
    assert [scheme.resolve(code) for code in ("u", "AB", "ab", "X", "C")] == ["U", None, "ab", "ab", "c"]


@pytest.mark.parametrize(
    ("given", "code"), [("20", "020"), ("20.0", "020"), ("0620", "620"), ("62", None), ("x", None)]
)
def test_the_same_number_is_found_whatever_its_zeros(given, code):
    assert DEWEY.same_number(given) == code


OWN_CODES = "code,name,parent\n020,Library science,\n620,Engineering,\n621,Physics,Engineering\n"


def test_a_parent_may_be_named(tmp_path):
    (tmp_path / "s.csv").write_text(OWN_CODES, encoding="utf-8")
    assert read_scheme(str(tmp_path / "s.csv")).top("621") == "620"


def test_codes_by_name_and_case_train_as_the_codes_of_the_scheme(tmp_path):
    (tmp_path / "s.csv").write_text(OWN_CODES, encoding="utf-8")
    rows = "".join(
        f"{word} of books {at},{code}\n"
        for at in range(6)
        for word, code in [("steel", "Engineering"), ("shelf", "020"), ("bridge", "620")]
    )
    (tmp_path / "c.csv").write_text(f"text,codes\n{rows}", encoding="utf-8")
    done = run("corpus", "stats", tmp_path / "c.csv")
    assert done.code == 0
    done = run("train", tmp_path / "c.csv", "-s", tmp_path / "s.csv", "-o", tmp_path / "m", "-j", "1")
    assert done.code == 0, done.err
    assert run("predict", "-m", tmp_path / "m", given="bridge of steel").out.startswith("620\tEngineering")


def test_a_lost_zero_is_named_where_codes_are_read(tmp_path):
    (tmp_path / "s.csv").write_text(OWN_CODES, encoding="utf-8")
    (tmp_path / "c.csv").write_text("text,codes\nshelves,20\nbooks,020\nsteel,620\n", encoding="utf-8")
    done = run("corpus", "check", tmp_path / "c.csv", "--scheme", tmp_path / "s.csv")
    assert "c.csv:2: the code '20' fits nowhere in the scheme, but '020' does; spreadsheets drop the zeros" in done.out
    done = run("corpus", "check", tmp_path / "c.csv")
    assert "the codes '20' and '020' are one number; if they are one code, spreadsheets drop the zeros" in done.out


def test_evaluate_names_codes_without_their_zeros(tmp_path):
    rows = "".join(f"shelf of books {at},020\nsteel of bridges {at},620\n" for at in range(6))
    (tmp_path / "c.csv").write_text(f"text,codes\n{rows}", encoding="utf-8")
    (tmp_path / "new.csv").write_text("text,codes\nold books,20\nnew bridges,620\n", encoding="utf-8")
    assert run("train", tmp_path / "c.csv", "-o", tmp_path / "m", "-j", "1").code == 0
    done = run("evaluate", tmp_path / "new.csv", "-m", tmp_path / "m")
    assert "the codes '20' and '020' are one number" in done.out + done.err
    (tmp_path / "new.csv").write_text("text,codes\nold books,20\n", encoding="utf-8")
    assert "'20' and '020' are one number" in run("evaluate", tmp_path / "new.csv", "-m", tmp_path / "m").err

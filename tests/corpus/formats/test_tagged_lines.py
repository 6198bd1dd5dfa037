"""Tagged lines: PubMed's text format, Web of Science's plain text, and EndNote's references."""

import json
from pathlib import Path

import pytest
from support.annotating import added, kept
from support.formats import ARMY, EXPECTED, MEDLINE, RECORD_FILES, SOIL, WEB_OF_SCIENCE
from support.program import run

from classmark.corpus.abstract import Record, Unreadable
from classmark.corpus.errors import UsageError
from classmark.corpus.fields import DEFAULT_FIELDS, Fields
from classmark.corpus.input.read import read_abstracts

NAMES = ("a.nbib", "a.ciw", "a.enw")


def read(path: Path, content: str | bytes, fields: Fields = DEFAULT_FIELDS) -> list[Record]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_abstracts([str(path)], fields=fields))


def parts(records: list[Record]) -> list[tuple]:
    return [(record.id, record.title, record.text, record.codes) for record in records]


VARIANTS = {
    "line ends of Windows": lambda content: content.replace(b"\n", b"\r\n"),
    "a byte-order mark": lambda content: b"\xef\xbb\xbf" + content,
    "UTF-16": lambda content: content.decode().encode("utf-16"),
    "no last line end": lambda content: content.rstrip(),
    "blanks at line ends": lambda content: content.replace(b"\n", b" \n"),
}


@pytest.mark.parametrize("way", VARIANTS)
@pytest.mark.parametrize("name", NAMES)
def test_records_are_the_same_however_lines_end(tmp_path, name, way):
    assert parts(read(tmp_path / name, VARIANTS[way](RECORD_FILES[name]))) == EXPECTED


@pytest.mark.parametrize("between", [b"", b"\n", b"\n\xef\xbb\xbf"])
@pytest.mark.parametrize("name", NAMES)
def test_joined_files_are_read_as_one(tmp_path, name, between):
    content = RECORD_FILES[name].strip()
    assert parts(read(tmp_path / name, content + b"\n" + between + content + b"\n")) == EXPECTED * 2


@pytest.mark.parametrize("name", NAMES)
def test_a_record_without_an_abstract_has_a_title_and_names_its_fields(tmp_path, name):
    records = read(tmp_path / name, RECORD_FILES[name].replace(SOIL.encode(), b""))
    assert [(record.title, record.text) for record in records] == [(EXPECTED[0][1], ARMY), ("Soils", "")]
    assert records[1].fields_seen


@pytest.mark.parametrize("name", NAMES)
def test_a_record_that_is_not_utf_8_or_too_long_is_named_and_the_next_is_read(tmp_path, name):
    for piece, message in ((b"\xff", "not UTF-8"), (b"a" * 50_000_000, "longer than 10 MB")):
        broken, good = read(tmp_path / name, RECORD_FILES[name].replace(b"Soldiers", piece, 1))
        assert isinstance(broken, Unreadable)
        assert message in broken.reason
        assert parts([good]) == EXPECTED[1:]


def test_a_million_continuation_lines_are_one_text(tmp_path):
    [record] = read(tmp_path / "a.nbib", "PMID- 1\nAB  - a\n" + "      b\n" * 1_000_000)
    assert len(record.text) == 2_000_001


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.ciw", WEB_OF_SCIENCE.partition("DE S")[0]), ("a.nbib", MEDLINE.partition("MH  - *S")[0][:-9])],
)
def test_a_file_that_breaks_off_in_a_record_is_named(tmp_path, model, name, content):
    first, last = read(tmp_path / name, content)
    assert parts([first]) == EXPECTED[:1]
    assert isinstance(last, Unreadable)
    done = run("predict", tmp_path / name, "--model", model)
    assert (done.code, "the file breaks off" in done.err or "the record has no end" in done.err) == (1, True)


def test_a_record_without_end_is_named_and_the_next_is_read(tmp_path):
    broken, good = read(tmp_path / "a.ciw", WEB_OF_SCIENCE.replace("ER\n", "", 1))
    assert broken.reason == "the record has no end, a line 'ER'"
    assert parts([good]) == EXPECTED[1:]


def test_references_without_a_type_are_told_apart_by_empty_lines(tmp_path):
    content = f"%A Roe, J.\n%T Soils\n%X {SOIL}\n\n%A Doe, J.\n%T Army\n%X {ARMY}\n"
    for name in ("a.enw", "a.txt"):
        records = read(tmp_path / name, content)
        assert [(record.title, record.text) for record in records] == [("Soils", SOIL), ("Army", ARMY)]


def test_citations_may_begin_with_another_tag_than_pmid(tmp_path):
    content = f"OWN - NLM\nPMID- 1\nTI  - Soils\nAB  - {SOIL}\n\nOWN - NLM\nTI  - Army\nLID - 10.1/x [doi]\n"
    records = read(tmp_path / "export", content)
    assert [(record.id, record.title) for record in records] == [("1", "Soils"), ("10.1/x", "Army")]


def test_ids_that_are_not_dois_do_not_stand_in_for_a_pmid(tmp_path):
    content = "OWN - NLM\nTI  - Soils\nAID - S1-2 [pii]\nAID - 10.1/x [doi]\n"
    assert read(tmp_path / "a.nbib", content)[0].id == "10.1/x"


def test_keywords_are_split_as_each_format_joins_them(tmp_path):
    given = {
        "a.enw": "%T x\n%K a; b\nc\n%K d\n",
        "a.ciw": "PT J\nTI x\nDE a; b;\n   c d\nER\n",
        "a.nbib": "PMID- 1\nTI  - x\nMH  - a/*b/c\nMH  - *d, e\nOT  - a long\n      term/one\n",
    }
    codes = {name: read(tmp_path / name, content)[0].codes for name, content in given.items()}
    assert codes == {
        "a.enw": ("a", "b", "c", "d"),
        "a.ciw": ("a", "b", "c d"),
        "a.nbib": ("a", "d, e", "a long term/one"),
    }


@pytest.mark.parametrize(
    ("name", "fields", "expected"),
    [
        ("a.nbib", Fields(codes="ot"), ("J",)),
        ("a.ciw", Fields(codes="ID"), ("PLUS",)),
        ("a.enw", Fields(codes="%A"), ("Roe, J.",)),
    ],
)
def test_another_field_holds_the_codes_if_named(tmp_path, name, fields, expected):
    assert read(tmp_path / name, RECORD_FILES[name], fields)[0].codes == expected


@pytest.mark.parametrize("name", NAMES)
def test_keywords_are_measured_as_codes(tmp_path, model, name):
    (tmp_path / name).write_bytes(RECORD_FILES[name])
    done = run("evaluate", tmp_path / name, "--model", model, "-f", "json")
    assert json.loads(done.out)["codes"]["J"]["support"] == 1


# --- codes added


def test_a_code_that_would_be_read_as_two_is_not_added(tmp_path):
    for name in ("a.ciw", "a.enw"):
        (tmp_path / name).write_bytes(RECORD_FILES[name])
        result, messages = kept(tmp_path / name, "X; Y")
        assert result == RECORD_FILES[name]
        assert "the format would read the code 'X; Y' as several; the record is written unchanged" in messages[0]


@pytest.mark.parametrize("name", NAMES)
def test_added_codes_are_read_again_and_added_once(tmp_path, name):
    for content in (RECORD_FILES[name], RECORD_FILES[name].replace(b"\n", b"\r\n"), RECORD_FILES[name].rstrip()):
        result = added(tmp_path, name, content, "X", "Y z")
        records = read(tmp_path / name, result)
        assert parts(records) == [(*record[:3], (*record[3], "X", "Y z")) for record in EXPECTED]
        assert (b"\r\n" in content) == (result.count(b"\n") == result.count(b"\r\n"))
        assert added(tmp_path, name, result, "X") == result


def test_records_of_two_files_stay_apart(tmp_path, model):
    for name in ("a.enw", "b.enw"):
        (tmp_path / name).write_text(f"%T Army\n%X {ARMY}", encoding="utf-8")
    result = run("predict", "a.enw", "b.enw", "--keep", "--model", model, "-t", "0.6", cwd=tmp_path).out
    assert result == f"%T Army\n%X {ARMY}\n%K U\n\n%T Army\n%X {ARMY}\n%K U"


@pytest.mark.parametrize(("name", "field"), [("a.nbib", "keywords"), ("a.ciw", "ER"), ("a.enw", "%0"), ("a.enw", "KW")])
def test_codes_are_not_added_to_what_is_no_field(tmp_path, name, field):
    (tmp_path / name).write_bytes(RECORD_FILES[name])
    with pytest.raises(UsageError, match="name a tag of the format"):
        kept(tmp_path / name, "X", field=field)

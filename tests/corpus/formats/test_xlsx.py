"""Excel workbooks: values as a spreadsheet shows them, and hostile archives in bounded memory."""

import datetime as dt
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from support.formats import ARMY, RECORD_FILES, SOIL
from support.program import run

from classmark.corpus.abstract import Abstract, Unreadable
from classmark.corpus.errors import CorpusError
from classmark.corpus.input.read import read_abstracts

NAMES = ["ID", "Title", "Abstract Note", "code"]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(path: Path, rows: list[list[object]], formats: dict[str, str] | None = None) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cell, number_format in (formats or {}).items():
        book.active[cell].number_format = number_format
    book.save(path)
    return path


def with_parts(path: Path, parts: dict[str, bytes]) -> Path:
    """Write the sample workbook with some parts replaced."""
    with zipfile.ZipFile(io.BytesIO(RECORD_FILES["a.xlsx"])) as sample, zipfile.ZipFile(path, "w", 8) as archive:
        for name in sample.namelist():
            archive.writestr(name, parts.get(name, sample.read(name)))
    return path


def sheet(content: str) -> dict[str, bytes]:
    data = f'<worksheet xmlns="{MAIN}"><sheetData>{content}</sheetData></worksheet>'
    return {"xl/worksheets/sheet1.xml": data.encode()}


def read(path: Path) -> list[Abstract | Unreadable]:
    return list(read_abstracts([str(path)]))


def test_a_workbook_is_a_table_with_columns_in_any_spelling(tmp_path):
    rows = [[], NAMES, ["x", "Army", ARMY, "U; J"], [], [2, "Soil", SOIL]]
    first, second = read(workbook(tmp_path / "a.xlsx", rows))
    assert (first.id, first.title, first.text, first.codes) == ("x", "Army", ARMY, ("U", "J"))
    assert (second.id, second.text, second.codes) == ("2", SOIL, ())
    assert str(second.location) == f"{tmp_path / 'a.xlsx'}:5"


@pytest.mark.parametrize(
    ("value", "number_format", "code"),
    [
        ("020", "General", "020"),
        (20, "000", "020"),
        (20, '000;[Red]"minus"000', "020"),
        (20, "General", "20"),
        (20.0, "General", "20"),
        (1.1, "General", "1.1"),
        (1.1, "0.00", "1.10"),
        (5.5, "000.00", "005.50"),
        (0.1 + 0.2, "General", "0.3"),
        (123456789012, "General", "123456789012"),
        (dt.date(2024, 1, 2), "d mmm", "2024-01-02"),
        (True, "General", "TRUE"),
        ("a_x000D_b", "General", "a b"),
    ],
)
def test_codes_are_read_as_a_spreadsheet_shows_them(tmp_path, value, number_format, code):
    path = workbook(tmp_path / "a.xlsx", [NAMES, [1, "Army", ARMY, value]], {"D2": number_format})
    assert read(path)[0].codes == (code,)


def test_the_first_sheet_that_is_not_hidden_is_read(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["notes"])
    book.active.sheet_state = "hidden"
    book.create_sheet("Data").append(["title"])
    book["Data"].append(["Army"])
    book.create_sheet("Other").append(["Soil"])
    book.active = 1
    book.save(tmp_path / "a.xlsx")
    assert [record.title for record in read(tmp_path / "a.xlsx")] == ["Army"]


def test_strings_with_formatting_and_reading_aids_are_plain(tmp_path):
    cells = "<c t='inlineStr'><is><r><rPr><b/></rPr><t>Ar</t></r><r><t>my</t></r><rPh><t>x</t></rPh></is></c>"
    header = "<row><c t='inlineStr'><is><t>title</t></is></c></row>"
    path = with_parts(tmp_path / "a.xlsx", sheet(f"{header}<row>{cells}</row><row><c t='e'><v>#N/A</v></c></row>"))
    assert [record.title for record in read(path)] == ["Army"]


def test_a_cell_beyond_the_named_columns_is_named(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["title"], ["Army", "stray"], ["Soil"]])
    broken, good = read(path)
    assert str(broken) == f"{path}:2: 2 columns where the first line names 1"
    assert good.title == "Soil"


def test_a_missing_column_is_named_with_those_that_there_are(tmp_path, model):
    done = run("predict", workbook(tmp_path / "a.xlsx", [["body", "topic"], ["a", "b"]]), "-m", model)
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "a.xlsx: row 1: no column 'text', 'abstract' or 'title' (the columns are: body, topic)" in done.err


def test_keep_says_that_workbooks_are_not_written(tmp_path, model):
    done = run("predict", workbook(tmp_path / "a.xlsx", [["title"], ["a"]]), "--keep", "-m", model)
    assert done.code == 2
    assert "--keep can't add codes to xlsx, only to: " in done.err


@pytest.mark.parametrize(("name", "advice"), [("a.xls", "save it as .xlsx or CSV"), ("a.docx", "save it as text")])
def test_other_files_of_office_programs_are_refused_with_advice(tmp_path, name, advice):
    (tmp_path / name).write_bytes(b"\xd0\xcf\x11\xe0")
    with pytest.raises(CorpusError, match=advice):
        read(tmp_path / name)


def refusal(path: Path) -> str:
    try:
        return str(read(path)[-1])
    except CorpusError as error:
        return str(error)


HEADER = "<row r='1'><c t='inlineStr'><is><t>title</t></is></c></row>"
BROKEN = {
    "a string that is missing": (sheet(f"{HEADER}<row r='2'><c t='s'><v>99</v></c></row>"), "not an Excel file"),
    "a row behind the last": (sheet("<row r='1048577'><c t='str'><v>a</v></c></row>"), "row 1048577"),
    "rows out of order": (sheet(f"{HEADER}<row r='1'><c t='str'><v>a</v></c></row>"), "behind row 1 is row 1"),
    "a column behind the last": (sheet("<row><c r='ZZZ1' t='str'><v>a</v></c></row>"), "there is no column"),
    "an empty sheet": (sheet(""), "its first sheet is empty"),
    "entities": ({"xl/workbook.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"}, "xlsx: "),
    "no sheet": ({"xl/workbook.xml": f'<workbook xmlns="{MAIN}"/>'.encode()}, "no sheet that can be read"),
    "a number that is none": (sheet(f"{HEADER}<row><c><v>x</v></c></row>"), "could not convert"),
}


@pytest.mark.parametrize(("parts", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_workbook_is_named(tmp_path, parts, message):
    assert message in refusal(with_parts(tmp_path / "a.xlsx", parts))


def test_what_comes_before_the_damage_is_read(tmp_path):
    path = with_parts(
        tmp_path / "a.xlsx", sheet(f"{HEADER}<row><c t='str'><v>Army</v></c></row><row><c><v>x</v></c></row>")
    )
    good, broken = read(path)
    assert good.title == "Army"
    assert str(broken).startswith(f"{path}:3: not an Excel file")


@pytest.mark.parametrize("cut", [0, 10, 900, -10])
def test_a_workbook_that_breaks_off_is_named(tmp_path, cut):
    (tmp_path / "a.xlsx").write_bytes(RECORD_FILES["a.xlsx"][:cut])
    assert "not an Excel file (.xlsx); one with a password" in refusal(tmp_path / "a.xlsx")

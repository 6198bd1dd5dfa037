"""Test that ``--keep`` changes no bytes but those of the codes, format by format."""

import csv
import io
import json
import re

import pymarc
import pytest
from support.annotating import MARC, MARCXML, added
from support.formats import ARMY, RECORD_FILES, SOIL
from support.program import run, write_records

from classmark.corpus.input.read import read_abstracts

NEW = b"<<NEW>>"
"""A placeholder for new bytes."""


def ris(*lines: str) -> bytes:
    return "\n".join(lines).encode() + b"\n"


# --- RIS

ONE, TWO = ("ID  - 1", f"AB  - {ARMY}", "ER  - "), ("ID  - 2", f"AB  - {SOIL}", "ER  - ")
BEGINNINGS = {
    "a byte-order mark inside": ris("TY  - JOUR", *ONE, "\ufeffTY  - JOUR", *TWO),
    "blanks": ris("TY  - JOUR", *ONE, " \t", "  TY  - JOUR", *TWO),
    "right behind an end": ris("TY  - JOUR", *ONE[:2], "ER  - TY  - JOUR", *TWO),
    "a mark right behind an end": ris("TY  - JOUR", *ONE[:2], "ER  -\ufeffTY  - JOUR", *TWO),
    "all set in": ris(*(f"   {line}" for line in ("TY  - JOUR", *ONE, "", "TY  - JOUR", *TWO))),
    "lines between": ris("Record #1", "TY  - JOUR", *ONE, "C1  - x", "Record #2", "TY  - JOUR", *TWO),
}


@pytest.mark.parametrize("content", BEGINNINGS.values(), ids=BEGINNINGS)
def test_each_ris_reference_gets_its_own_code_however_it_begins(tmp_path, model, content):
    (tmp_path / "a.ris").write_bytes(content)
    assert [(one.id, one.text) for one in read_abstracts([str(tmp_path / "a.ris")])] == [("1", ARMY), ("2", SOIL)]
    done = run("predict", tmp_path / "a.ris", "--keep", "--model", model)
    assert done.code == 0, done.err
    (tmp_path / "b.ris").write_text(done.out, encoding="utf-8")
    assert [(one.id, one.codes) for one in read_abstracts([str(tmp_path / "b.ris")])] == [("1", ("U",)), ("2", ("S",))]
    assert re.sub("(?m)^ *KW  - .\n", "", done.out) == content.decode()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (ris("TY  - JOUR", *ONE[:2], "TY  - JOUR", *TWO), ":1: the reference has no end"),
        (ris("TY  - JOUR", *ONE[:2], " TY  - JOUR", *TWO), ":1: the reference has no end"),
        (ris("TY  - JOUR", *ONE, *ONE, "TY  - JOUR", *TWO), ":1: behind it is a reference without a beginning"),
    ],
    ids=["no end", "no end, and blanks", "no beginning"],
)
def test_a_ris_reference_without_end_or_beginning_is_reported_and_copied(tmp_path, content, message):
    (tmp_path / "a.ris").write_bytes(content)
    broken, good = read_abstracts([str(tmp_path / "a.ris")])
    assert message in str(broken)
    assert (good.id, good.text) == ("2", SOIL)
    assert added(tmp_path, "a.ris", content, "X") == content.replace(ris(*TWO), ris(*TWO[:2], "KW  - X", TWO[2]))


# --- tables

TABLES = {
    "a new column": (b"id,text\n1,soil\n2,\n", b"id,text,codes\n1,soil,X\n2,,X\n"),
    "unnamed columns": (b"text,codes,,\nsoil,,l,r\n", b"text,codes,,\nsoil,X,l,r\n"),
    "columns that stand twice": (b"note,text,note\na,soil,b\n", b"note,text,note,codes\na,soil,b,X\n"),
    "a name with a line break": (b'text,"a\nb"\r\nsoil,"c\r\nd"\r\n', b'text,"a\nb",codes\r\nsoil,"c\r\nd",X\r\n'),
    "quotes that need not be": (b'"text","codes"\n"soil","U"\n', b'"text","codes"\n"soil","U;X"\n'),
    "quotes inside": (b'text,n,codes\nsoil,"a ""b""",\n', b'text,n,codes\nsoil,"a ""b""",X\n'),
    "blanks in cells": (b"text , n,codes\n soil , \xc2\xa0a  , \n", b"text , n,codes\n soil , \xc2\xa0a  , X\n"),
    "a code that is there": (b"text,codes\nsoil, X ; Y\n", b"text,codes\nsoil, X ; Y\n"),
    "empty lines": (b"\xef\xbb\xbftext\n\nsoil\n\n\nsoil", b"\xef\xbb\xbftext,codes\n\nsoil,X\n\n\nsoil,X"),
    "semicolons": (b"text;codes\nsoil;U\n", b'text;codes\nsoil;"U;X"\n'),
}


@pytest.mark.parametrize(("before", "after"), TABLES.values(), ids=TABLES)
def test_other_csv_cells_stay_unchanged(tmp_path, before, after):
    assert added(tmp_path, "a.csv", before, "X") == after


def test_other_tsv_cells_stay_unchanged(tmp_path):
    before = 'id\ttext\tnote\tcodes\t\r\n1\tsoil\t"""a"" b"\t"U"\tlast \r\n2\tsoil  soil\t "\t\t\n'
    after = before.replace('"U"', '"U;X"').replace(' "\t\t\n', ' "\tX\t\n')
    assert added(tmp_path, "a.tsv", before.encode(), "X") == after.encode()


@pytest.mark.parametrize(("encoding", "mark"), [("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")])
def test_utf_16_stays_utf_16(tmp_path, encoding, mark):
    before, after = "text\r\né soil\r\n", "text\tcodes\r\né soil\tX\r\n"
    assert added(tmp_path, "a.tsv", mark + before.encode(encoding), "X") == mark + after.encode(encoding)


def test_csv_rows_with_too_few_columns_are_copied_and_reported(tmp_path, model):
    content = f'id,text\n1,"{ARMY}"\n2\n3,"{SOIL}"\n4,"open'
    (tmp_path / "a.csv").write_text(content, encoding="utf-8")
    done = run("predict", tmp_path / "a.csv", "--keep", "--model", model)
    assert done.code == 1
    assert done.out == f'id,text,codes\n1,"{ARMY}",U\n2\n3,"{SOIL}",S\n4,"open'
    assert "a.csv:3: 1 column where the first line names 2" in done.err
    assert "a.csv:5: not CSV" in done.err


def test_tables_are_joined_if_their_columns_are_the_same(tmp_path, model):
    for name, text in (("a", ARMY), ("b", SOIL)):
        (tmp_path / f"{name}.csv").write_text(f'\ufefftext\n"{text}"', encoding="utf-8")
    done = run("predict", tmp_path / "a.csv", tmp_path / "b.csv", "--keep", "--model", model)
    assert done.out == f'\ufefftext,codes\n"{ARMY}",U\n"{SOIL}",S'
    (tmp_path / "b.csv").write_text("text,note\nsoil,x\n", encoding="utf-8")
    done = run("predict", tmp_path / "a.csv", tmp_path / "b.csv", "--keep", "--model", model)
    assert (done.code, "b.csv:2: its table has other columns than the first" in done.err) == (1, True)


def test_existing_annif_subjects_stay_codes(tmp_path):
    annif = {"text": SOIL, "subjects": [{"uri": "http://x/1", "label": "War"}]}
    files = {"a.csv": b"text,subject_uris\nsoil,<http://x/1> <http://x/2>\n", "a.jsonl": json.dumps(annif).encode()}
    for name, content in files.items():
        (tmp_path / name).write_bytes(added(tmp_path, name, content, "X"))
        [record] = read_abstracts([str(tmp_path / name)])
        assert record.codes[:2] == ("X", "http://x/1")


FORMULAS = ("=1+1", "@x", "U")


@pytest.mark.parametrize("name", ["a.csv", "a.tsv"])
def test_each_annotated_code_that_is_a_formula_is_escaped(tmp_path, name):
    after = added(tmp_path, name, b"text\nsoil\n", *FORMULAS)
    cell = after.decode().splitlines()[1].replace("\t", ",").partition(",")[2]
    assert cell == ("\"'=1+1;'@x;U\"" if name == "a.csv" else "'=1+1;'@x;U")
    (tmp_path / name).write_bytes(after)
    assert [one.codes for one in read_abstracts([str(tmp_path / name)])] == [FORMULAS]
    assert run("corpus", "convert", tmp_path / name, tmp_path / f"b{name}").code == 0
    assert cell in (tmp_path / f"b{name}").read_text("utf-8")
    assert [one.codes for one in read_abstracts([str(tmp_path / f"b{name}")])] == [FORMULAS]


@pytest.mark.parametrize("format", ["csv", "tsv"])
def test_each_predicted_code_that_is_a_formula_is_escaped(tmp_path, format):
    corpus = [{"id": f"{n}", "text": f"{ARMY} word{n % 3}", "codes": ["=1+1", "@x"]} for n in range(6)]
    write_records(tmp_path / "c.jsonl", corpus + [{"id": "z", "text": SOIL, "codes": ["U"]}] * 3)
    assert run("train", tmp_path / "c.jsonl", "-o", tmp_path / "m").code == 0
    out = run("predict", tmp_path / "c.jsonl", "-m", tmp_path / "m", "-f", format, "-t", "0").out
    rows = csv.DictReader(io.StringIO(out), delimiter="," if format == "csv" else "\t")
    assert {tuple(sorted(row["codes"].split(";"))) for row in rows} == {("'=1+1", "'@x", "U")}


def test_csv_cells_with_semicolons_are_quoted(tmp_path, model):
    (tmp_path / "a.jsonl").write_text(json.dumps({"id": "x;=1+1", "text": ARMY}) + "\n", encoding="utf-8")
    for args in (
        ["predict", "a.jsonl", "-m", model, "-f", "csv"],
        ["corpus", "convert", "a.jsonl", "-", "--to", "csv"],
    ):
        out = run(*args, cwd=tmp_path).out
        assert '"x;=1+1"' in out
        assert list(csv.reader(io.StringIO(out)))[1][0] == "x;=1+1"


# --- JSON

JSON = {
    "numbers": ('{"a": 1.10, "b": 1e400, "text": "s", "c": 0.12345678901234567890}', ', "codes": ["X"]', -1),
    "repeated keys": ('{"text": "s", "codes": ["U"], "codes": ["V"]}', ', "X"', -2),
    "no blanks": ('{"text":"s","codes":[]}', '"X"', -2),
    "escapes": ('{"text":"\\u0073\\/","id":"\\u00e9"}', ',"codes": ["X"]', -1),
    "a string": ('{"codes": "U", "text": "s"}', ";X", 12),
    "null": ('{"text": "s", "codes": [ ] }', '"X"', -4),
    "blanks at the ends": (' { "text" : "s" } ', ', "codes": ["X"]', -3),
}


@pytest.mark.parametrize(("before", "new", "place"), JSON.values(), ids=JSON)
@pytest.mark.parametrize("shape", ["%s", "[%s]", "%s\r\n", "[\n  %s\n]\n", "[%s,\n{}]"])
def test_json_is_unchanged_except_for_the_codes(tmp_path, before, new, place, shape):
    after = before[:place] + new + before[place:]
    name = "a.jsonl" if "[" not in shape else "a.json"
    assert added(tmp_path, name, (shape % before).encode(), "X").decode() == shape % after
    assert added(tmp_path, "a.json", (shape % before).encode(), "X").decode() == shape % after


def test_a_single_json_object_keeps_its_indentation(tmp_path):
    before = json.dumps({"text": "s", "n": {"a": [1]}, "codes": ["U", "V"]}, indent=2) + "\n"
    after = json.dumps({"text": "s", "n": {"a": [1]}, "codes": ["U", "V", "X"]}, indent=2) + "\n"
    assert added(tmp_path, "a.json", before.encode(), "X") == after.encode()


def test_two_json_arrays_are_not_joined(tmp_path, model):
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_bytes(RECORD_FILES["a.json"])
    done = run("predict", "a.json", "b.json", "--keep", "-o", "o.json", "--model", model, cwd=tmp_path)
    assert done.code == 2
    assert "b.json, record 1: a second array of JSON; use --keep on each file separately" in done.err
    assert not (tmp_path / "o.json").exists()


# --- BibTeX

BIBTEX = {
    "line ends of Windows": (
        "@a{k,\r\n  abstract = {s}\r\n}\r\n",
        "@a{k,\r\n  abstract = {s},\r\n  keywords = {X}\r\n}\r\n",
    ),
    "keywords in a text": (
        "@a{k, abstract = {my, keywords = {U} here}, keywords = {U}}",
        "@a{k, abstract = {my, keywords = {U} here}, keywords = {U, X}}",
    ),
    "a quote in braces": (
        '@a{k, abstract = "s {"} t, keywords = {U}", keywords = {U}}',
        '@a{k, abstract = "s {"} t, keywords = {U}", keywords = {U, X}}',
    ),
    "repeated keywords": (
        "@a{k, abstract = {s}, keywords = {U}, keywords = {V}}",
        "@a{k, abstract = {s}, keywords = {U, X}, keywords = {V}}",
    ),
    "parentheses": ("@a(k, abstract = {(s})", "@a(k, abstract = {(s},\n  keywords = {X}\n)"),
}


@pytest.mark.parametrize(("before", "after"), BIBTEX.values(), ids=BIBTEX)
def test_bibtex_is_unchanged_except_for_the_keywords(tmp_path, before, after):
    assert added(tmp_path, "a.bib", before.encode(), "X") == after.encode()


def test_repeated_bibtex_keywords_are_all_read(tmp_path):
    (tmp_path / "a.bib").write_text('@a{k, abstract="s", keywords="U", keywords = {V; W}}', encoding="utf-8")
    assert [one.codes for one in read_abstracts([str(tmp_path / "a.bib")])] == [("U", "V", "W")]


# --- MARC


def marc_record(*fields: tuple[str, str], text: str = ARMY) -> bytes:
    record = pymarc.Record(leader="     nab a22     7u 4500")
    for tag, value in (*fields, ("520", text)):
        record.add_field(pymarc.Field(tag, pymarc.Indicators(" ", " "), [pymarc.Subfield("a", value)]))
    return record.as_marc()


@pytest.mark.parametrize(
    ("there", "field", "expected"),
    [
        ([("653", "Uprisings")], "653a", ["Uprisings", "U"]),
        ([("700", "U")], "653a", ["U"]),
        ([("653", "U")], "653a", ["U"]),
        ([("653", "HU")], "653a", ["HU", "U"]),
    ],
    ids=["the beginning of another", "in another field", "there", "the end of another"],
)
def test_an_existing_marc_code_is_recognised_only_as_a_whole_subfield(tmp_path, there, field, expected):
    after = added(tmp_path, "a.mrc", marc_record(*there), "U", field=field)
    assert [one["a"] for one in pymarc.Record(after).get_fields("653")] == expected


def test_a_marc_record_with_many_small_fields_is_annotated(tmp_path):
    after = added(tmp_path, "a.mrc", marc_record(*[("952", f"{n:06}") for n in range(900)]), "U")
    record = pymarc.Record(after)
    assert (len(record.get_fields("952")), record["084"]["a"]) == (900, "U")


_LONG = [("505", "x" * 9_000)] * 10
BROKEN_MARC = {
    "too long": (
        marc_record(*_LONG, ("505", "x" * (99_985 - len(marc_record(*_LONG, ("505", "")))))),
        "too long for a MARC record with its codes",
    ),
    "a damaged directory": (b"%s00020%s" % (MARC[:12], MARC[17:]), ""),
    "no record": (b"nothing\x1d", ""),
}


@pytest.mark.parametrize(("broken", "message"), BROKEN_MARC.values(), ids=BROKEN_MARC)
def test_marc_records_that_cannot_be_annotated_are_copied_and_reported(tmp_path, model, broken, message):
    first, last = marc_record(text=ARMY), b"\r\n" + marc_record(text=SOIL)
    broken = broken.split(b"\x1d")[0] + b"\x1d"
    (tmp_path / "a.mrc").write_bytes(first + broken + last + b"\n")
    done = run("predict", "a.mrc", "--keep", "-o", "b.mrc", "--model", model, cwd=tmp_path)
    assert done.code == 1
    assert re.search(f"a.mrc, record 2: .*{message}", done.err), done.err
    after = (tmp_path / "b.mrc").read_bytes()
    assert broken in after
    one, two = after.split(broken)
    assert (pymarc.Record(one)["084"]["a"], pymarc.Record(two.strip())["084"]["a"]) == ("U", "S")
    assert (two[:2], two[-1:]) == (b"\r\n", b"\n")


XML = {
    "a root with all that it has": MARCXML.replace(
        b"<collection", b'<!-- by x -->\n<?pi a?>\n<collection xmlns:xsi="http://x" xsi:schemaLocation="a  b"\n  id="1"'
    ),
    "prefixes": re.sub(rb"<(/?)(?=\w)", rb"<\1m:", MARCXML).replace(b"xmlns=", b"xmlns:m="),
    "quotes, entities, CDATA": MARCXML.replace(b'tag="650"', b"tag='650' n='>'").replace(
        b"Armies", b"A&#65;<![CDATA[<]]>"
    ),
    "one alone": b"<record" + MARCXML.partition(b"<record")[2].partition(b"</record>")[0] + b"</record>",
    "an envelope": b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>'
    b'<record><header status="deleted"/></record><record><header/><metadata>'
    + MARCXML.partition(b"?>")[2]
    + b"</metadata></record></ListRecords></OAI-PMH>",
    "Latin-1": MARCXML.decode().replace("UTF-8", "ISO-8859-1").encode("latin-1"),
    "a byte-order mark": b"\xef\xbb\xbf" + MARCXML,
}
FIELD_084 = re.compile(rb'\s*<((?:\w+:)?)datafield tag="084" ind1=" " ind2=" "><\1subfield code="a">X</\1subfield>'
                       rb'<\1subfield code="2">z</\1subfield></\1datafield>')  # fmt: skip


@pytest.mark.parametrize("content", XML.values(), ids=XML)
def test_marcxml_is_unchanged_except_for_the_new_field(tmp_path, content):
    after = added(tmp_path, "a.xml", content, "X")
    assert FIELD_084.sub(b"", after) == content
    (tmp_path / "b.xml").write_bytes(after)
    records = list(read_abstracts([str(tmp_path / "a.xml")]))
    again = list(read_abstracts([str(tmp_path / "b.xml")]))
    assert records == again
    assert len(FIELD_084.findall(after)) == len(records)


def test_new_marcxml_fields_are_indented_like_their_neighbours(tmp_path):
    content = MARCXML.replace(b"<datafield", b"\n   <datafield")
    after = added(tmp_path, "a.xml", content, "X")
    assert after.count(b'\n   <datafield tag="084" ind1=" " ind2=" "><subfield code="a">X<') == 2

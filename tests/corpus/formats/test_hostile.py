"""Input that fights back: whatever comes in, out comes a result or a sentence, in bounded memory."""

import csv
import gzip
import io
import json
import re
import subprocess
import sys
import tarfile
import threading
import zipfile
import zlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.formats import DICTS, RECORD_FILES, SOIL, pdf
from support.fuzz_targets import OBEYED, TARGETS, seeds
from support.program import TELLING_ITS_PEAK, on_a_terminal, run, write_records
from typer.testing import CliRunner

from classmark.cli.app import app
from classmark.corpus.abstract import Abstract, Unreadable
from classmark.corpus.input.read import read_abstracts
from classmark.corpus.limits import MAX_RECORD_BYTES
from classmark.corpus.scheme_files import read_scheme
from classmark.model.explanation.spans import word_spans
from classmark.model.text.tokenizer import words

MB = 1_000_000
PROSE = b"a b c d e " * 100_000
GOOD = json.dumps(DICTS[1]).encode() + b"\n"


def label(given_: Iterable[bytes], *args: str) -> tuple[int, str, int]:
    """Pipe bytes into ``predict``; return the exit code, what it said, and its peak of memory in MB."""
    command = [sys.executable, "-c", TELLING_ITS_PEAK, "predict", *args]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert process.stdin
    assert process.stdout

    def feed(pipe):
        with suppress(BrokenPipeError):
            for chunk in given_:
                pipe.write(chunk)
        with suppress(BrokenPipeError):
            pipe.close()

    feeder = threading.Thread(target=feed, args=(process.stdin,))
    feeder.start()
    said = process.stdout.read().decode()
    process.stdout.close()
    feeder.join()
    said, _, peak = said.rpartition("PEAK ")
    assert "Traceback" not in said
    assert "unforeseen" not in said
    return process.wait(), said, int(peak) // 1024


# --- long, deep and packed

ENDLESS = {
    "text": ([], [], PROSE),
    "lines": (["--input-format", "lines"], [], PROSE),
    "a JSON string": ([], [b'[{"text": "'], PROSE),
    "a JSON line": (["--input-format", "jsonl"], [b'{"text": "'], PROSE),
    "nested JSON": ([], [b"["], b'{"a":[' * 200_000),
    "an open quote": (["--input-format", "csv"], [b'id,text\n1,"'], PROSE),
    "a row of CSV": (["--input-format", "csv"], [b"id,text\n1,x"], (b',"' + b"a" * 96 + b'\n"') * 10_000),
    "a line of names": (["--input-format", "csv"], [], b"text," * 200_000),
    "a row of TSV": (["--input-format", "tsv"], [b"id\ttext\n1\t"], PROSE),
    "a RIS field": ([], [b"TY  - JOUR\nAB  - a\n"], PROSE),
    "a field of PubMed": ([], [b"PMID- 1\nAB  - a\n"], PROSE),
    "keywords of PubMed": ([], [b"PMID- 1\n"], b"MH  - a\n" * 100_000),
    "continuation lines": ([], [b"FN Web of Science\nVR 1.0\nPT J\nAB a\n"], b"   a\n" * 200_000),
    "empty lines": ([], [b"%0 Book\n%X a\n"], b"\n" * MB),
    "keywords of EndNote": ([], [b"%0 Book\n%K a\n"], b"b;\n" * 300_000),
    "a field of MarcEdit": ([], [b"=LDR  00000nam\n=520  \\\\$a"], b"{acute} " * 100_000),
    "a MARC record": ([], [b"00120nam a2200061 a 4500"], PROSE),
    "an XML element": ([], [b"<?xml version='1.0'?><article>"], b"<p>a</p>" * 100_000),
    "XML of no kind": ([], [b"<?xml version='1.0'?><x>"], b"<p>a</p>" * 100_000),
    "nested XML": ([], [b"<?xml version='1.0'?>"], b"<a>" * 300_000),
}


@pytest.mark.parametrize(("args", "start", "chunk"), ENDLESS.values(), ids=ENDLESS)
def test_what_does_not_end_is_named_in_bounded_memory(args, start, chunk):
    count = 12 * MB // len(chunk)
    code, said, peak = label([*start, *[chunk] * count], *args)
    assert code == 1
    assert re.search("longer than 10 MB|nested|lost|depth|columns|breaks off|stands twice", said), said[-500:]
    assert peak < 450


@pytest.mark.slow
@pytest.mark.parametrize("args", [[], ["--input-format", "lines"], ["--input-format", "jsonl"]])
def test_a_line_of_a_gigabyte_is_named_and_the_next_is_read(args):
    start, end = (b'{"id": "x", "text": "', b'"}\n') if "jsonl" in args else (b"", b"\n")
    code, said, peak = label([start, *[PROSE] * 1_000, end, GOOD], *args)
    assert code == 1
    assert "longer than 10 MB" in said
    assert bool(args) == ("2 records: 1 error, 1" in said)
    assert peak < 120


def zeros(count: int) -> bytes:
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", mtime=0) as packed:
        for _ in range(count):
            packed.write(bytes(MB))
    return out.getvalue()


def workbook(name: str, start: bytes, chunk: bytes, count: int) -> bytes:
    """Return a workbook with a large part."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(RECORD_FILES["a.xlsx"])) as sample,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for other in sample.namelist():
            if other != name:
                archive.writestr(other, sample.read(other))
        with archive.open(name, "w") as part:
            part.write(start)
            for _ in range(count):
                part.write(chunk)
    return out.getvalue()


_SHEET, _STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
WORKBOOKS = {
    "a text": (_SHEET, b"<worksheet><sheetData><row><c t='str'><v>", b"a" * MB, 40),
    "cells": (_SHEET, b"<worksheet><sheetData><row>", b"<c/>" * 250_000, 40),
    "rows": (_SHEET, b"<worksheet><sheetData>", b"<row><c/></row>" * 60_000, 20),
    "junk": (_SHEET, b"<worksheet>", b"<x/>" * 250_000, 40),
    "nesting": (_SHEET, b"<worksheet><sheetData><row>", b"<c>" * 300_000, 10),
    "shared strings": (_STRINGS, b"<sst>", b"<si><t>soil and wheat</t></si>" * 30_000, 110),
    "empty strings": (_STRINGS, b"<sst>", b"<si/>" * 200_000, 25),
}


@pytest.mark.parametrize("part", WORKBOOKS.values(), ids=WORKBOOKS)
def test_a_workbook_that_unpacks_to_a_lot_is_named_in_bounded_memory(part):
    code, said, peak = label([workbook(*part)], "--input-format", "xlsx")
    assert code == 1
    assert re.search("longer than|not an Excel file|empty", said), said[-500:]
    assert peak < 450


BOMBS = ["text", "lines", "jsonl", "json", "csv", "tsv", "ris", "bibtex", "marc", "xml", "annif", "pdf", "doaj", "xlsx"]


@pytest.mark.parametrize("name", BOMBS)
def test_a_gzip_bomb_is_named_in_bounded_memory(name):
    code, said, peak = label([zeros(20)], "--input-format", name)
    assert code == 1
    assert said.strip()
    assert peak < 450


@pytest.mark.slow
@pytest.mark.parametrize("name", ["text", "jsonl"])
def test_a_gigabyte_of_zeros_in_a_megabyte_is_named_in_bounded_memory(name):
    code, said, peak = label([zeros(1_000)], "--input-format", name)
    assert (code, "longer than 10 MB" in said) == (1, True)
    assert peak < 120


def archive(members: Iterable[tuple[tarfile.TarInfo, bytes]]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for info, content in members:
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return out.getvalue()


def member(name: str, kind: bytes = tarfile.REGTYPE) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = "/etc/passwd"
    return info


def test_nothing_of_an_archive_reaches_the_disk(tmp_path):
    content = json.dumps(DICTS).encode()
    (tmp_path / "in").mkdir()
    names = ("../../climbs.json", "/tmp/absolute.json", "good.json")
    members = [(member("link.json", tarfile.SYMTYPE), b""), (member("hard.json", tarfile.LNKTYPE), b"")]
    (tmp_path / "in" / "a.tgz").write_bytes(archive([*members, *((member(name), content) for name in names)]))
    done = run("predict", "a.tgz", "-f", "jsonl", cwd=tmp_path / "in")
    assert [record["id"] for record in done.records] == ["1", "2"] * 3
    assert [path.name for path in tmp_path.rglob("*")] == ["in", "a.tgz"]
    assert not Path("/tmp/absolute.json").exists()


def long_name() -> bytes:
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 100 * MB
    return info.tobuf(tarfile.GNU_FORMAT) + b"a" * 100 * MB


@pytest.mark.parametrize(
    "make", [long_name, lambda: tarfile.TarInfo("a.json").tobuf() * 10_000], ids=["name", "members"]
)
def test_an_archive_of_huge_names_or_many_members_fits_into_memory(make):
    code, said, peak = label([gzip.compress(make(), 1)], "--input-format", "doaj")
    assert code == 1
    assert "lost" in said or "no records" in said
    assert peak < 120


def endless_form() -> bytes:
    """A page whose form shows the next one ten times, nine deep: a billion laughs as a PDF."""
    start = pdf([["Soil and wheat"]])
    return start.replace(b"(Soil and wheat) Tj", b"(Soil and wheat) Tj " + b"/X Do " * 3)


BROKEN_PDF = {
    "cut": pdf([["Soil"]])[:200],
    "a loop of pages": pdf([["Soil"]]).replace(b"/Kids [4 0 R]", b"/Kids [2 0 R]"),
    "a name alone": b"%PDF-1.7\n",
    "nested": pdf([["Soil"]]).replace(b"(Soil) Tj", b"[" * 50_000),
    "forms that are not there": endless_form(),
    "encrypted": pdf([["Soil"]]).replace(b"/Info", b"/Encrypt << /Filter /Standard /V 9 >> /Info"),
}


@pytest.mark.parametrize("content", BROKEN_PDF.values(), ids=BROKEN_PDF)
def test_a_broken_pdf_is_a_record_or_a_sentence(tmp_path, content):
    (tmp_path / "a.pdf").write_bytes(content)
    [record] = read_abstracts([str(tmp_path / "a.pdf")])
    assert record.id


def test_a_page_of_endless_operators_is_not_waited_for(tmp_path):
    show = zlib.compress(b"BT /F1 9 Tf " + b"(a) Tj " * 201_000 + b"ET", 9)
    page = pdf([["Soil"]]).replace(b"/F1 11 Tf", b"/F1 11 Tf").decode("latin-1")
    stream = re.search(r"<< /Length \d+ >>\nstream\n.*?\nendstream", page, re.DOTALL)
    packed = f"<< /Length {len(show)} /Filter /FlateDecode >>\nstream\n{show.decode('latin-1')}\nendstream"
    (tmp_path / "a.pdf").write_bytes(page.replace(stream[0], packed).encode("latin-1"))
    [record] = read_abstracts([str(tmp_path / "a.pdf")])
    assert isinstance(record, Unreadable)
    assert "a page does not end" in record.reason


# --- odd values

ODD_JSON = {
    "many digits": ('{"id": %s, "text": "soil"}' % ("9" * 10_000), "a number of 10,000 digits"),
    "nested deep": ('{"text": "soil", "x": %s}' % ("[" * 500 + "]" * 500), "nested more than 100 deep"),
    "nested too deep": ('{"text": "soil", "x": %s}' % ("[" * 100_000 + "]" * 100_000), "nested more than 100 deep"),
    "subjects that are none": ('{"text": "soil", "bibjson": {"subject": null}}', None),
    "subjects of lists": ('{"text": "soil", "bibjson": {"subject": [{"code": ["U"]}]}}', None),
    "no finite numbers": ('{"id": NaN, "text": "soil", "x": [1e999, -Infinity]}', None),
    "an id of another kind": ('{"id": {"a": [1]}, "text": "soil"}', None),
    "lone surrogates": ('{"id": "\\ud800", "text": "soil \\udfff", "codes": ["\\ud800"]}', None),
    "a NUL": ('{"id": "a\\u0000b", "text": "soil\\u0000"}', None),
    "many keys": (json.dumps({f"{'k' * 1_000}{i}": 1 for i in range(1_000)}), "no field"),
}


@pytest.mark.parametrize("name", ["a.jsonl", "a.json"])
@pytest.mark.parametrize(("text", "message"), ODD_JSON.values(), ids=ODD_JSON)
def test_odd_json_is_read_or_named_and_kept(tmp_path, model, name, text, message):
    (tmp_path / name).write_text(text, encoding="utf-8")
    [record] = read_abstracts([str(tmp_path / name)])
    if message:
        assert isinstance(record, Unreadable)
        assert message in record.reason
        assert len(record.reason) < 1_000
    else:
        assert isinstance(record, Abstract)
        done = run("predict", name, "--keep", "--model", model, cwd=tmp_path)
        assert done.code == 0, done.err
        assert "unforeseen" not in done.err


@pytest.mark.parametrize(
    ("own", "kept"),
    [({}, {"a": {"b": ["S"]}}), ({"a": None}, {"a": {"b": ["S"]}}), ({"a": {"c": 1}}, {"a": {"c": 1, "b": ["S"]}})],
    ids=["nothing", "null", "another"],
)
def test_a_field_inside_another_is_made_where_there_is_none(tmp_path, model, own, kept):
    write_records(tmp_path / "a.jsonl", [{"id": "1", "text": SOIL} | own])
    [record] = run("predict", "a.jsonl", "--keep", "--codes-field", "a.b", "--model", model, cwd=tmp_path).records
    assert record == {"id": "1", "text": SOIL} | kept


@pytest.mark.parametrize("name", ["a.jsonl", "a.json"])
def test_a_field_that_holds_something_else_is_never_written_over(tmp_path, model, name):
    lines = [json.dumps({"text": SOIL, "bibjson": {"subject": 5}}), json.dumps({"text": SOIL, "bibjson": {}})]
    (tmp_path / name).write_text("\n".join(lines), encoding="utf-8")
    done = run("predict", name, "--keep", "--model", model, cwd=tmp_path)
    assert done.code == 1
    assert done.lines[0] == lines[0]
    assert "codes can't be added to its field 'subject', which holds something else" in done.err
    assert json.loads(done.lines[1])["bibjson"]["subject"][0]["code"] == "S"


@pytest.mark.parametrize(("name", "field"), [("a.mrc", "x"), ("a.mrc", "001"), ("a.ris", "keywords")])
def test_a_field_that_can_hold_no_codes_is_wrong_use(tmp_path, model, name, field):
    (tmp_path / name).write_bytes(RECORD_FILES[name])
    done = run("predict", name, "--keep", "--codes-field", field, "--model", model, "-o", f"o.{name}", cwd=tmp_path)
    assert done.code == 2
    assert "codes can't be added to" in done.err
    assert [path.name for path in tmp_path.iterdir()] == [name]


TEXTS = {
    "UTF-16": ("Soil and wheat".encode("utf-16"), None),
    "half of UTF-16": ("Soil and wheat".encode("utf-16")[:-1], "not UTF-16"),
    "UTF-16 without a mark": ("Soil and wheat".encode("utf-16-le"), "zero bytes"),
    "Latin-1": ("Böden".encode("latin-1"), "not UTF-8"),
    "an entity of many digits": (b"Soil &#" + b"9" * 5_000 + b"; and wheat", None),
    "many marks": (("Soil " + "e" + "\u0301\u0327" * 100_000).encode(), None),
    "right to left": ("\u202eSoil and wheat\u202c \u05e9\u05dc\u05d5\u05dd".encode(), None),
    "brackets": (b"<a" * 500_000 + b" soil", None),
    "entities": (b"&" * 500_000 + b" soil", None),
    "one word": (b"soil", None),
    "nothing": (b"", "empty"),
    "white space": (b" \n\t" * 100_000, "empty"),
}


@pytest.mark.parametrize(("content", "message"), TEXTS.values(), ids=TEXTS)
def test_odd_texts_are_labelled_or_named(tmp_path, model, content, message):
    (tmp_path / "a.txt").write_bytes(content)
    done = run("predict", "a.txt", "--model", model, cwd=tmp_path)
    assert "unforeseen" not in done.err
    assert done.code == (1 if message else 0)
    assert (message or "") in done.err


def test_a_ris_tag_that_the_library_calls_its_own_is_passed_over(tmp_path):
    content = "TY  - JOUR\nTI  - Soil\nUK  - one\nUK  - two\nXX  - three\nER  - \n"
    (tmp_path / "a.ris").write_text(content, encoding="utf-8")
    [record] = read_abstracts([str(tmp_path / "a.ris")])
    assert isinstance(record, Abstract)
    assert record.title == "Soil"


def test_marcxml_whose_namespace_is_no_address_is_read_and_kept(tmp_path, model):
    content = RECORD_FILES["marc.xml"].replace(b"www.loc.gov", b"www.%oc.gov")
    (tmp_path / "a.xml").write_bytes(content)
    done = run("predict", "a.xml", "--keep", "--model", model, cwd=tmp_path)
    assert (done.code, done.out.count("<record"), done.out.count(">lcc<")) == (1, 2, 2)
    added = '<datafield tag="084" ind1=" " ind2=" "><subfield code="a">.</subfield><subfield code="2">lcc</subfield>'
    assert re.sub(f"{added}</datafield>", "", done.out) == content.decode()
    assert run("predict", "a.xml", "--model", model, cwd=tmp_path).lines[:2] == ["1\tU", "2\tS"]


def test_a_gzip_file_damaged_at_its_start_is_named(tmp_path):
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(GOOD)[:12] + b"\xff" * 40)
    done = run("predict", "a.jsonl.gz", cwd=tmp_path)
    assert done.code == 1
    assert "a.jsonl.gz can't be read: " in done.err


def test_a_scheme_of_a_long_chain_and_codes_of_many_digits_are_read_at_once(tmp_path):
    rows = [f"c{i},x,{f'c{i - 1}' if i else ''}" for i in range(100_000)]
    (tmp_path / "s.csv").write_text("code,name,parent\n" + "\n".join(rows), encoding="utf-8")
    assert len(read_scheme(str(tmp_path / "s.csv")).codes) == 100_000
    assert read_scheme("lcc").resolve("A1-" + "1" * 200_000 + "!") is None
    (tmp_path / "s.csv").write_bytes(b"code,name\n" + b"a" * (MAX_RECORD_BYTES + 1))
    assert "field larger than field limit" in run("codes", "--scheme", tmp_path / "s.csv").err


def test_a_field_that_is_named_too_deep_is_found_nowhere_and_holds_no_codes(tmp_path, model):
    write_records(tmp_path / "a.jsonl", [{"id": "1", "text": SOIL}])
    command = ["predict", "a.jsonl", "--codes-field", ".".join("a" * 3_000), "--model", model]
    assert run(*command, cwd=tmp_path).lines == ["1\tS"]
    done = run(*command, "--keep", cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert "codes can't be added to a field that is nested more than 100 deep" in done.err


def test_a_scheme_that_breaks_off_after_a_long_scope_is_named_with_its_line(tmp_path):
    (tmp_path / "s.csv").write_text(f"code,name,scope\nA,x,\nB,y,{'z' * 140_000}\n", encoding="utf-8")
    assert run("codes", "--scheme", "s.csv", cwd=tmp_path).lines == ["A\tx\t", "B\ty\t"]
    with (tmp_path / "s.csv").open("a", encoding="utf-8") as scheme:
        scheme.write('C,"x')
    assert "s.csv: line 4: unexpected end of data" in run("codes", "--scheme", "s.csv", cwd=tmp_path).err


def test_codes_that_look_alike_are_named(tmp_path):
    codes = ["\u00e9", "e\u0301", "E1", "E\u200b1", "e"]
    write_records(tmp_path / "a.jsonl", [{"id": code, "title": "x", "text": SOIL, "codes": [code]} for code in codes])
    said = run("corpus", "check", "a.jsonl", cwd=tmp_path).out
    assert said.count("look alike; if they are one, write them in one way") == 2
    assert "the codes '\\xe9' and 'e\\u0301' look alike" in said
    assert "the codes 'E1' and 'E\\u200b1' look alike" in said


# --- terminals and spreadsheets


def test_a_chain_of_thousands_of_parents_is_a_tree_on_a_terminal(tmp_path):
    rows = [f"c{i},x,{f'c{i - 1}' if i else ''}\n" for i in range(3_000)]
    (tmp_path / "s.csv").write_text("code,name,parent\n" + "".join(rows), encoding="utf-8")
    code, seen = on_a_terminal("codes", "--scheme", tmp_path / "s.csv", env={"NO_COLOR": "1"})
    assert code == 0
    assert re.findall(r"\bc\d+|(?<=m)c\d+", seen) == [f"c{i}" for i in range(3_000)]


def test_a_code_between_colons_is_no_emoji(tmp_path, model):
    (tmp_path / "s.csv").write_text("code,name\n:100:,:smile:\n", encoding="utf-8")
    write_records(tmp_path / "a.jsonl", [{"title": "x", "text": SOIL, "codes": [":100:"]}] * 3)
    for command in (["codes", "--scheme", tmp_path / "s.csv"], ["corpus", "stats", tmp_path / "a.jsonl"],
                    ["evaluate", tmp_path / "a.jsonl", "--model", model]):  # fmt: skip
        _, seen = on_a_terminal(*command)
        assert ":100:" in seen


HOSTILE = ["=1+1", "+x", "-x", "@a", "-12", "\t=1", "a\tb", "a\nb", "\x1b]0;owned\x07", "\x9b31m", "\u202eabc",
           "a\u2028b", "a\x85b", "'=1", "'t Hooft", "＝1", "../../climbs", "10.1000/x"]  # fmt: skip


@pytest.fixture
def hostile(tmp_path):
    records = [{"id": name, "title": name, "text": SOIL, "codes": ["U", name]} for name in HOSTILE]
    return write_records(tmp_path / "hostile.jsonl", [*records, {"id": "\x1b[31m", "\x1b[32m\n": 1}])


@pytest.mark.parametrize("format", ["text", "jsonl", "csv", "tsv"])
def test_ids_break_no_line_and_reach_no_terminal_raw(hostile, model, format):
    done = run("predict", hostile, "--model", model, "-f", format)
    assert len(done.out.splitlines()) == len(HOSTILE) + 1 + (format in {"csv", "tsv"})
    assert not OBEYED.search(done.out)
    assert not OBEYED.search(done.err)


@pytest.mark.parametrize(
    "args",
    [["corpus", "check"], ["corpus", "stats"], ["corpus", "stats", "--format", "json"], ["explain"],
     ["explain", "-fjsonl"], ["evaluate", "--model"], ["evaluate", "--format", "json", "--model"]],
)  # fmt: skip
def test_codes_and_ids_reach_no_terminal_raw(tmp_path, model, args):
    records = [{"id": name, "title": name, "text": SOIL, "codes": ["S", name]} for name in HOSTILE]
    write_records(tmp_path / "c.jsonl", records)
    asked = [*args, model] if args[-1] == "--model" else args
    done = run(*asked, tmp_path / "c.jsonl")
    assert not OBEYED.search(done.out + done.err)


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_no_cell_of_a_table_is_a_formula_and_ids_come_back(hostile, model, tmp_path, delimiter):
    name = "o.csv" if delimiter == "," else "o.tsv"
    run("predict", hostile, "--model", model, "-o", tmp_path / name)
    rows = list(csv.DictReader(io.StringIO((tmp_path / name).read_text("utf-8"), newline=""), delimiter=delimiter))
    cells = [cell for row in rows for cell in row.values()]
    assert [cell for cell in cells if cell[:1] in set("=+-@\t\r＝") and cell != "-12"] == []
    assert {row["id"] for row in rows} >= {"'=1+1", "'-x", "-12", "''=1", "'t Hooft", "10.1000/x"}


def test_guarded_cells_are_read_as_they_were(hostile, tmp_path):
    run("corpus", "convert", hostile, tmp_path / "o.csv")
    assert "'=1+1,'=1+1," in (tmp_path / "o.csv").read_text("utf-8")
    back = list(read_abstracts([str(tmp_path / "o.csv")]))
    assert [record.id for record in back] == HOSTILE
    assert [record.title for record in back] == HOSTILE


def test_names_of_files_stay_in_their_folder_and_on_their_line(tmp_path, model):
    folder = tmp_path / "in"
    folder.mkdir()
    names = ["a\nb.txt", "\x1b[31m.txt", "=1+1.txt", "a..b.txt", "-f.txt"]
    for name in names:
        (folder / name).write_text(SOIL, encoding="utf-8")
    done = run("predict", folder, "--model", model)
    assert len(done.lines) == len(names)
    assert not OBEYED.search(done.out)
    assert run("predict", folder, "--model", model, "--beside").code == 0
    assert {path.parent for path in tmp_path.rglob("*.codes*")} == {folder}
    assert len(list(folder.iterdir())) == 2 * len(names)


# --- whatever comes

mutations = st.lists(
    st.tuples(
        st.sampled_from(["cut", "put", "copy", "drop"]), st.floats(0, 1), st.floats(0, 1), st.binary(max_size=12)
    ),
    min_size=1,
    max_size=6,
)


def mutated(content: bytes, changes: list) -> bytes:
    for kind, first, second, piece in changes:
        start, end = sorted(int(each * len(content)) for each in (first, second))
        if kind == "cut":
            content = content[:end]
        elif kind == "put":
            content = content[:start] + piece + content[start + len(piece) :]
        elif kind == "copy":
            content = content[:end] + content[start:end] + content[end:]
        else:
            content = content[:start] + content[end:]
    return content


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_any_input_gives_a_result_or_an_error_message(name, data):
    seed = data.draw(st.sampled_from(seeds(name)))
    content = data.draw(st.one_of(st.binary(max_size=200), mutations.map(lambda changes: mutated(seed, changes))))
    TARGETS[name](content)


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=60))
def test_words_and_their_places_agree(text):
    assert [word for word, _, _ in word_spans(text)] == words(text)


ODD = ["", "-1", "0", "1", "nan", "inf", "1e400", "9" * 20, "=", "a.b", ".", "..", "{", "}x", "a b", "*", "é", "5",
       "520a", "KW", "{*}x", "title", "precision=nan", "lcc", "[", "(?", "%s", "-", "csv", "jsonl",
       "parquet", "xml"]  # fmt: skip
OPTIONS = {
    "predict": ["--threshold", "--top", "--format", "--input-format", "--title-field", "--text-field", "--codes-field",
                "--jobs", "--model", "--output", "--keep", "--beside", "--scheduler", "--resume"],
    "explain": ["--code", "--top", "--format", "--input-format", "--title-field", "--text-field", "--model"],
    "corpus convert": ["--to", "--split", "--input-format", "--title-field", "--text-field", "--codes-field", "--seed"],
    "corpus check": ["--scheme", "--codes-field", "--title-field"],
    "train": ["--aim", "--seed", "--scheme", "--codes-field", "--jobs"],
    "codes": ["--scheme", "--model"],
}  # fmt: skip
FLAGS = {"--keep", "--beside", "--resume"}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name, content in RECORD_FILES.items():
        (tmp_path / name).write_bytes(content)
    monkeypatch.chdir(tmp_path)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.data())
@pytest.mark.filterwarnings("ignore")
def test_odd_options_end_with_a_sentence_and_a_code(folder, data):
    command = data.draw(st.sampled_from(sorted(OPTIONS)))
    files = [] if command == "codes" else [data.draw(st.sampled_from(sorted(RECORD_FILES)))]
    args = [*command.split(), *files]
    args += ["out.csv"] if command == "corpus convert" else ["--output", "out.model"] * (command == "train")
    for option in data.draw(st.lists(st.sampled_from(OPTIONS[command]), unique=True, min_size=1, max_size=3)):
        args += [option] if option in FLAGS else [option, data.draw(st.sampled_from(ODD))]
    done = CliRunner().invoke(app, args)
    assert done.exit_code in {0, 1, 2}, args
    assert isinstance(done.exception, SystemExit | None), args
    assert "unforeseen" not in done.output, (args, done.output)

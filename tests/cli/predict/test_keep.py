"""Test ``predict --keep``, which adds codes to records and leaves the rest as it was."""

import gzip
import io
import json
import os
import re
from threading import Thread

import pymarc
import pytest
from lxml import etree
from support.annotating import kept
from support.formats import ARMY, DICTS, RECORD_FILES, SOIL
from support.program import run

from classmark.corpus.fields import Fields
from classmark.corpus.formats.annotation import Annotation
from classmark.corpus.input.read import find_input, read_abstracts
from classmark.corpus.output.annotate import annotate_files
from classmark.corpus.version import VERSION

BARE = {
    "a.csv": f'Note;id;Title;Text\r\n"1;2";1;T;"{ARMY}"\r\n'.encode(),
    "a.tsv": f"id\ttext\tnote\n1\t{ARMY}\tx\n".encode(),
    "a.jsonl": json.dumps({"note": [1.5], "text": ARMY, "id": 1}).encode() + b"\n",
    "a.ris": f"\r\nTY  - JOUR\r\nN2  - {ARMY}\r\nXX  - own\r\nER  - \r\n\r\n".encode(),
    "a.bib": f"%c\n@article{{k, abstract = {{{ARMY}}}}}\n@comment{{end}}\n".encode(),
    "a.nbib": f"\r\nPMID- 1\r\nAB  - {ARMY}\r\nOWN - x\r\n\r\n".encode(),
    "a.ciw": f"FN x\r\nVR 1.0\r\nPT J\r\nAB {ARMY}\r\nDE war;\r\n   peace\r\nER\r\n\r\nEF".encode(),
    "a.enw": f"%0 Book\n%X {ARMY}".encode(),
}
KEPT = {
    "a.csv": f'Note;id;Title;Text;codes\r\n"1;2";1;T;"{ARMY}";U\r\n'.encode(),
    "a.tsv": f"id\ttext\tnote\tcodes\n1\t{ARMY}\tx\tU\n".encode(),
    "a.jsonl": json.dumps({"note": [1.5], "text": ARMY, "id": 1, "codes": ["U"]}).encode() + b"\n",
    "a.ris": f"\r\nTY  - JOUR\r\nN2  - {ARMY}\r\nXX  - own\r\nKW  - U\r\nER  - \r\n\r\n".encode(),
    "a.bib": f"%c\n@article{{k, abstract = {{{ARMY}}},\n  keywords = {{U}}\n}}\n@comment{{end}}\n".encode(),
    "a.nbib": f"\r\nPMID- 1\r\nAB  - {ARMY}\r\nOWN - x\r\nOT  - U\r\n\r\n".encode(),
    "a.ciw": f"FN x\r\nVR 1.0\r\nPT J\r\nAB {ARMY}\r\nDE war;\r\n   peace; U\r\nER\r\n\r\nEF".encode(),
    "a.enw": f"%0 Book\n%X {ARMY}\n%K U".encode(),
}
"""The same files with the code U added, byte for byte."""


def keep(tmp_path, model, name: str, content: bytes, *args: str) -> bytes:
    """Write a file, add codes to its records with ``--keep``, and return the result."""
    out = tmp_path / "out"
    out.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(content)
    done = run("predict", name, "--model", model, "--keep", "-o", out / name, *args, cwd=tmp_path)
    assert done.code == 0, done.err
    return (out / name).read_bytes()


@pytest.mark.parametrize("name", BARE)
def test_a_record_without_codes_is_annotated_and_otherwise_unchanged(tmp_path, model, name):
    assert keep(tmp_path, model, name, BARE[name], "-t", "0.6") == KEPT[name]


ANNOTATED = [
    "a.json",
    "a.jsonl",
    "a.csv",
    "a.tsv",
    "a.ris",
    "a.bib",
    "a.mrc",
    "marc.xml",
    "a.nbib",
    "a.ciw",
    "a.enw",
    "a.mrk",
    "endnote.xml",
]


@pytest.mark.parametrize("name", ANNOTATED)
def test_codes_are_added_after_existing_codes(tmp_path, model, name):
    kept = keep(tmp_path, model, name, RECORD_FILES[name], "-t", "0")
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / name).write_bytes(kept)
    field = "084a" if name in {"a.mrc", "a.mrk", "marc.xml"} else None
    first, second = read_abstracts([str(tmp_path / "again" / name)], fields=Fields(codes=field))
    own = ("NK 1",) if field else ("U", "J")
    assert first.codes[: len(own)] == own
    assert set(first.codes) - {"NK 1"} == {"U", "J", "S", "M"}
    assert (first.title, first.text, second.text) == ("Étude of the army", ARMY, SOIL)
    if name not in {"a.json", "a.tsv"}:  # their code is that of .jsonl and .csv
        assert keep(tmp_path, model, name, kept, "-t", "0") == kept


def test_binary_marc_records_keep_their_bytes(tmp_path, model):
    record = pymarc.Record(to_unicode=False)
    record.leader = pymarc.Leader("     nab  22     7u 4500")
    for tag, value in (("245", b"\xe2Etude"), ("520", ARMY.encode()), ("900", b"own \xe1a")):
        record.add_field(pymarc.RawField(tag, pymarc.Indicators(" ", " "), [pymarc.Subfield("a", value)]))
    before = record.as_marc()
    after = keep(tmp_path, model, "a.mrc", before, "-t", "0.6")
    assert after[9:10] == b" "
    found, out = find_input([str(tmp_path / "a.mrc")], fields=Fields(with_raw=True)), io.BytesIO()
    [failure] = annotate_files(found, [(record, [Annotation("Ж", "x")]) for record in found.records()], out)
    assert "the record is in MARC-8, which can't hold the code 'Ж'; the record is written unchanged" in str(failure)
    assert out.getvalue() == before
    kept = pymarc.Record(after, to_unicode=False)
    assert [field.tag for field in kept.fields] == ["084", "245", "520", "900"]
    assert kept.fields[0].as_marc() == b"  \x1faU\x1f2lcc\x1e"
    assert [field.as_marc() for field in kept.fields[1:]] == [field.as_marc() for field in record.fields]


def test_marcxml_keeps_prefixes_and_local_fields(tmp_path, model):
    content = (
        '<m:collection xmlns:m="http://www.loc.gov/MARC21/slim"><m:record id="r"><m:leader>x</m:leader>'
        '<m:controlfield tag="001">1</m:controlfield><m:datafield tag="520" ind1="3" ind2=" ">'
        f'<m:subfield code="a">{ARMY} é</m:subfield></m:datafield></m:record></m:collection>'
    )
    kept = etree.fromstring(keep(tmp_path, model, "a.xml", content.encode(), "-t", "0.6"))
    [record] = kept
    assert record.prefix == "m"
    assert record.get("id") == "r"
    assert [child.get("tag") for child in record] == [None, "001", "084", "520"]
    assert [part.text for part in record[2]] == ["U", "lcc"]
    assert record[3].get("ind1") == "3"


def test_codes_of_a_custom_scheme_have_source_z_in_marc(tmp_path):
    scheme = tmp_path / "own.csv"
    scheme.write_text("code,name,scope\n1.1,War,army; war; soldiers\n1.2,Soil,soil; wheat\n", encoding="utf-8")
    run("train", "--scheme", scheme, "-o", tmp_path / "own")
    kept = pymarc.Record(
        keep(tmp_path, tmp_path / "own", "a.mrc", RECORD_FILES["a.mrc"], "-t", "0.01").split(b"\x1d")[0] + b"\x1d"
    )
    assert [(field["a"], field["2"]) for field in kept.get_fields("084")][:2] == [("NK 1", "rvk"), ("1.1", "z")]


def test_doaj_subjects_are_added_with_their_names(tmp_path, model):
    article = {"id": "1", "bibjson": {"title": "T", "abstract": ARMY}, "created_date": "x"}
    [kept] = json.loads(keep(tmp_path, model, "a.json", json.dumps([article]).encode(), "-t", "0.6"))
    assert list(kept) == ["id", "bibjson", "created_date"]
    assert kept["bibjson"]["subject"] == [{"scheme": "LCC", "term": "Military Science", "code": "U"}]


@pytest.mark.parametrize(
    ("name", "field", "content", "expected"),
    [
        ("a.ris", "C1", BARE["a.ris"], b"C1  - U\r\nER"),
        ("a.nbib", "MH", BARE["a.nbib"], b"MH  - U\r\n"),
        ("a.ciw", "SC", BARE["a.ciw"], b"\r\nSC U\r\nER"),
        ("a.enw", "%1", BARE["a.enw"], b"\n%1 U"),
        ("a.mrk", "690x", RECORD_FILES["a.mrk"], b"\n=690  \\\\$xU\n"),
        ("a.bib", "lcc", BARE["a.bib"], b"lcc = {U}"),
        ("a.csv", "Note", BARE["a.csv"], b"\r\n1;2;U"),
        ("a.mrc", "690x", RECORD_FILES["a.mrc"], b"\x1fxU\x1e"),
        ("a.jsonl", "subjects.lcc", BARE["a.jsonl"], b'"subjects": {"lcc": ["U"]}'),
    ],
)
def test_codes_field_chooses_the_field_for_the_codes(tmp_path, model, name, field, content, expected):
    kept = keep(tmp_path, model, name, content, "-t", "0.6", "--codes-field", field)
    assert expected in kept.replace(b'"1;2;U"', b"1;2;U")


KEYWORDS = {
    'keywords = "war; peace",': 'keywords = "war; peace; U",',
    "keywords = {},": "keywords = {U},",
    "keywords = war,": "keywords = war # {, U},",
    "Keywords={a,},": "Keywords={a,, U},",
    "keywords = {a} # {, b},": "keywords = {a} # {, b} # {, U},",
}


def test_bibtex_keywords_keep_their_separator(tmp_path, model):
    entries = [f"@article{{k{key}, {line} abstract = {{{ARMY}}}}}\n" for key, line in enumerate(KEYWORDS)]
    kept = keep(tmp_path, model, "a.bib", "".join(entries).encode(), "-t", "0.6").decode()
    assert [line.partition(", ")[2].partition(" abstract")[0] for line in kept.splitlines()] == [*KEYWORDS.values()]


def test_a_broken_line_is_copied_unchanged_and_reported(tmp_path, model):
    (tmp_path / "a.jsonl").write_text(
        json.dumps(DICTS[0]) + "\n{broken\n" + json.dumps(DICTS[1]) + "\n", encoding="utf-8"
    )
    done = run("predict", "a.jsonl", "--model", model, "--keep", cwd=tmp_path)
    assert done.lines.pop(1) == "{broken"
    assert [json.loads(line)["id"] for line in done.lines if line != "{broken"] == ["1", "2"]
    assert done.code == 1
    assert "a.jsonl:2: not JSON" in done.err


def test_gzipped_records_from_a_pipe_are_annotated(model):
    done = run("predict", "--keep", "--model", model, given=gzip.compress(RECORD_FILES["a.ris"]))
    assert done.out.startswith("\ufeffProvider: a database")
    assert done.out.count("KW  - ") >= 3


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            ["a.txt", "--keep"],
            "a.txt: --keep can't add codes to text, only to: jsonl, json, csv, tsv, ris, bibtex, marc",
        ),
        (
            ["a.ris", "--keep", "-o", "o.csv"],
            "o.csv would be csv, and a.ris is ris: --keep writes the format that it reads",
        ),
        (["a.ris", "--keep", "-o", "o.ris.gz"], "o.ris.gz would not be compressed; leave out .gz"),
        (["a.ris", "a.jsonl", "--keep"], "a.jsonl:1: not in the format of the records before, ris"),
        (["a.ris", "--keep", "-f", "csv"], "--keep writes the format that it reads; leave out --format"),
        (["a.ris", "--keep", "--beside"], "--beside chooses the names of the files that it writes"),
        (["-", "--beside"], "--beside writes beside files, and the standard input is not a file"),
        (["a.txt", "a.md", "--beside"], "a.txt and a.md would share a.codes.txt"),
        (["a.txt", "a.txt", "--beside"], "a.txt would share a.codes.txt"),
        (["a.txt", "a.codes.txt", "--beside"], "a.codes.txt is read and would be written, too"),
        (["a.txt", "-o", "a.txt"], "a.txt is read and would be written, too; name another output"),
        ([".", "-o", "o.csv"], "o.csv is in ., which is read; name an output elsewhere"),
        (["pubmed.xml", "--keep"], "pubmed.xml, record 1: codes can't be added to a record of this format"),
    ],
)
def test_usage_errors_write_no_file(tmp_path, model, args, message):
    for name in ("a.txt", "a.md", "a.codes.txt"):
        (tmp_path / name).write_text(ARMY, encoding="utf-8")
    for name in ("a.ris", "a.jsonl", "pubmed.xml"):
        (tmp_path / name).write_bytes(RECORD_FILES[name])
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    done = run("predict", *args, "--model", model, cwd=tmp_path, given=ARMY)
    assert done.code == 2, done.err
    assert message in done.err
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


GUESSED = ["-t", "1", "--keep"]


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.ris", "a.bib", "a.nbib", "a.enw", "a.mrc", "marc.xml"])
def test_an_uncertain_code_is_written_only_with_uncertain_keep(tmp_path, model, name):
    (tmp_path / name).write_bytes(BARE.get(name, RECORD_FILES[name]))
    out = tmp_path / f"o{name}"
    done = run("predict", name, *GUESSED, "--model", model, "-o", out, cwd=tmp_path)
    assert "uncertain" in done.err
    assert out.read_bytes().replace(b";codes", b"").replace(b";\r\n", b"\r\n") == (tmp_path / name).read_bytes()
    run("predict", name, *GUESSED, "--uncertain", "keep", "--model", model, "-o", out, cwd=tmp_path)
    [first, *_] = read_abstracts([str(out)], fields=Fields(codes="084a" if name in {"a.mrc", "marc.xml"} else None))
    assert "U" in first.codes


def test_marc_provenance_is_written_on_request_and_always_for_uncertain_codes(tmp_path, model):
    content = RECORD_FILES["a.mrc"].replace(b"\x1fa.A3", b"\x1f8 4\\c")
    plain = pymarc.Record(keep(tmp_path, model, "a.mrc", content, "-t", "0.6"))
    assert plain.get_fields("883") == []
    for options, score in ((["-t", "0.6", "--provenance"], 0.6), (["-t", "1", "--uncertain", "keep"], 0.0)):
        record = pymarc.Record(keep(tmp_path, model, "a.mrc", content, *options))
        [(link, code, scheme)] = [
            tuple(part.value for part in field.subfields) for field in record.get_fields("084")[1:]
        ]
        [provenance] = record.get_fields("883")
        assert (link, code, scheme) == (r"1\p", "U", "lcc")
        assert list(provenance.indicators) == ["0", " "]
        assert (provenance["8"], provenance["a"]) == (link, f"classmark {VERSION}")
        assert float(provenance["c"]) >= score


def test_marc_link_numbers_are_unique(tmp_path):
    (tmp_path / "a.xml").write_bytes(RECORD_FILES["marc.xml"].replace(b'code="b">.A3', b'code="8">4\\c'))
    after, _ = kept(tmp_path / "a.xml", "X", "Y", score=0.5)
    assert re.findall(rb'code="8">(.*?)<', after.partition(b"</record>")[0])[:4] == [b"4\\c", b"4\\c", b"5\\p", b"6\\p"]
    assert after.count(b'<datafield tag="883" ind1="0" ind2=" ">') == 4


@pytest.mark.parametrize("option", [["--uncertain", "keep"], ["--provenance"]])
def test_uncertain_and_provenance_need_keep(tmp_path, model, option):
    done = run("predict", *option, "--model", model, given=ARMY)
    assert (done.code, "--uncertain and --provenance go with --keep" in done.err) == (2, True)


def test_records_from_a_named_pipe_are_annotated(tmp_path, model):
    os.mkfifo(tmp_path / "pipe")
    feeder = Thread(target=(tmp_path / "pipe").write_bytes, args=[BARE["a.ris"]])
    feeder.start()
    done = run("predict", tmp_path / "pipe", "--keep", "--model", model)
    feeder.join()
    assert done.out.encode() == KEPT["a.ris"].replace(b"\r\n", b"\r\n")


def test_keep_refuses_a_file_that_is_named_twice(tmp_path, model):
    (tmp_path / "a.ris").write_bytes(RECORD_FILES["a.ris"])
    done = run("predict", "a.ris", "a.ris", "--keep", "--model", model, cwd=tmp_path)
    assert (done.code, "a file is named twice" in done.err) == (2, True)


BROKEN = {
    "a.ris": b"TY  - JOUR\nTI  - no end\n\n",
    "a.bib": b"@article{broken, title = {x\n\n",
    "a.nbib": b"PMID- 1\nTI  - \xff\n\n",
    "a.ciw": b"PT J\nTI no end\n\n",
    "a.enw": b"%0 Book\n%T \xff\n\n",
    "a.json": b'{"text": 1}, [1.10, 1e400],',
    "a.jsonl": b'{"text": 1}\n\xff\n[1.10]\n\n',
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_records_are_copied_reported_and_counted(tmp_path, model, name):
    good = RECORD_FILES[name]
    start = good.index(
        {"a.ris": b"TY", "a.bib": b"@art", "a.nbib": b"PMID", "a.ciw": b"PT", "a.enw": b"%0"}.get(name, b"{")
    )
    content = good[:start] + BROKEN[name] + good[start:]
    (tmp_path / name).write_bytes(content)
    done = run("predict", name, "--keep", "-o", f"o.{name}", "--model", model, cwd=tmp_path)
    assert (done.code, "error" in done.err, name in done.err) == (1, True, True)
    after = (tmp_path / f"o.{name}").read_bytes()
    assert BROKEN[name] in after
    whole = [line for line in content.splitlines() if not re.search(rb'"codes"|KW|keywords|"subject"|DE|   J', line)]
    assert [line for line in whole if line not in after] == []


@pytest.mark.parametrize("name", ["a.json", "marc.xml"])
def test_bytes_after_a_syntax_error_are_copied(tmp_path, model, name):
    good = RECORD_FILES[name]
    content = good[: good.rindex(b"Soils")] + b'<&\xff"' + good[good.rindex(b"Soils") :]
    (tmp_path / name).write_bytes(content)
    done = run("predict", name, "--keep", "-o", f"o.{name}", "--model", model, cwd=tmp_path)
    assert (done.code, "the rest is lost" in done.err) == (1, True)
    after = (tmp_path / f"o.{name}").read_bytes()
    assert after.endswith(content[content.rindex(b"<&\xff") - 100 :])
    assert len(after) >= len(content)

"""Exports of other programs: read right, or refused with advice; never one text, nor titles alone without a word."""

import gzip
import json
from pathlib import Path

import pytest
from support.formats import ARMY, EXPECTED, RECORD_FILES, SOIL, XML
from support.program import run

from classmark.corpus.abstract import Abstract, Record, Unreadable
from classmark.corpus.errors import CorpusError
from classmark.corpus.input.read import read_abstracts
from classmark.corpus.input.without_abstracts import WithoutAbstracts
from classmark.corpus.placeholders import is_placeholder

TWO = [("Étude of the army", ARMY), ("Soils", SOIL)]


def lines_of(line: str) -> str:
    return "".join(line.format(title, text) for title, text in TWO)


ZOTERO = '"Key","Item Type","Title","Abstract Note","Manual Tags"\n' + lines_of('"K","book","{}","{}","U; J"\n')
WOS_TABLE = "PT\tAU\tTI\tDE\tID\tAB\tUT\n" + lines_of("J\tRoe, J\t{}\tU; J\tPLUS\t{}\tWOS:1\n")
READ = {
    "zotero.csv": (ZOTERO, ("K", "Étude of the army", ARMY, ("U", "J"))),
    "wos.tsv": (WOS_TABLE, ("WOS:1", "Étude of the army", ARMY, ("U", "J"))),
    "wos.txt": (WOS_TABLE, ("WOS:1", "Étude of the army", ARMY, ("U", "J"))),
    "scopus.csv": (
        "Title,Abstract,Author Keywords,EID\n" + lines_of('{},"{}",U; J,2-s2\n'),
        ("2-s2", "Étude of the army", ARMY, ("U", "J")),
    ),
    "unicode.txt": (
        ("id\ttitle\tabstract\r\n" + lines_of("1\t{}\t{}\r\n")).encode("utf-16"),
        ("1", "Étude of the army", ARMY, ()),
    ),
    "tabs.csv": ("id\ttitle\tabstract\n" + lines_of("1\t{}\t{}\n"), ("1", "Étude of the army", ARMY, ())),
    "capitals.jsonl": (
        "".join(json.dumps({"ID": 1, "Title": title, "Abstract_Note": text}) + "\n" for title, text in TWO),
        ("1", "Étude of the army", ARMY, ()),
    ),
    "description.jsonl": (
        "".join(json.dumps({"id": 1, "title": title, "description": text}) + "\n" for title, text in TWO),
        ("1", "Étude of the army", ARMY, ()),
    ),
    "openalex.jsonl": (
        "".join(
            json.dumps({
                "id": 1, "title": title,
                "abstract_inverted_index": {word: [at for at, other in enumerate(text.split()) if other == word]
                                            for word in sorted(text.split())},
            }) + "\n" for title, text in TWO
        ),
        ("1", "Étude of the army", ARMY, ()),
    ),
    "pretty.json": (json.dumps({"id": "1", "title": TWO[0][0], "text": ARMY}, indent=2) + json.dumps({"text": SOIL}),
                    ("1", "Étude of the army", ARMY, ())),
}  # fmt: skip


def read(path: Path) -> list[Record]:
    return list(read_abstracts([str(path)]))


@pytest.mark.parametrize("way", ["ending", "content"])
@pytest.mark.parametrize("name", READ)
def test_an_export_is_read_in_its_own_format(tmp_path, name, way):
    content, expected = READ[name]
    path = tmp_path / (name if way == "ending" else "export")
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    first, second = read(path)
    assert (first.id, first.title, first.text, first.codes) == expected
    assert second.text == SOIL


@pytest.mark.parametrize("name", ["zotero.csv", "wos.tsv", "unicode.txt", "pretty.json"])
def test_an_export_is_read_from_a_pipe(name):
    content = READ[name][0]
    given = content if isinstance(content, bytes) else content.encode()
    done = run("corpus", "convert", "-", "-", "--to", "jsonl", given=given)
    assert [record["text"] for record in done.records] == [ARMY, SOIL]


TEXTS = [
    "a.ris",
    "a.bib",
    "a.jsonl",
    "a.json",
    "a.csv",
    "a.tsv",
    "marc.xml",
    "jats.xml",
    "endnote.xml",
    "pmc.nxml",
    "a.mrc",
    "a.nbib",
    "a.ciw",
    "a.enw",
    "a.mrk",
]


@pytest.mark.parametrize("name", TEXTS)
def test_records_in_a_file_of_text_are_read_by_their_format(tmp_path, name):
    (tmp_path / "export.txt").write_bytes(RECORD_FILES[name])
    records = list(read_abstracts([str(tmp_path / "export.txt")]))
    assert [(record.title, record.text) for record in records] == [expected[1:3] for expected in EXPECTED]


@pytest.mark.parametrize("name", ["a.csv", "a.tsv"])
def test_a_table_is_known_from_a_pipe_by_its_header(model, name):
    done = run("predict", "--model", model, "--format", "jsonl", given=RECORD_FILES[name])
    assert [record["ranking"][0]["code"] for record in done.records] == ["U", "S"]


def test_short_texts_of_annif_are_known_from_a_pipe(model):
    given = f"{ARMY}\t<http://x/U> <http://x/J>\n{SOIL}\t<http://x/S>\n"
    assert len(run("predict", "--model", model, "--format", "jsonl", given=given).records) == 2


def test_xml_is_known_by_any_element_and_below_comments(tmp_path):
    articles = f"<articles>\n<article><front><abstract>{SOIL}</abstract></front></article></articles>"
    for content in (articles, f"<!-- harvested -->\n{articles}"):
        (tmp_path / "export").write_text(content, encoding="utf-8")
        assert [record.text for record in read(tmp_path / "export")] == [SOIL]


PAGE = f"<!DOCTYPE html>\n<html><body>{SOIL}</body></html>"
REFUSED = {
    "RefWorks": ("a.txt", f"RT Journal Article\nSR Electronic\nT1 Soils\nAB {SOIL}\n", "RefWorks' tagged format"),
    "Cochrane": ("a.txt", f"Record #1 of 2\nID: CD1\nTI: Soils\nAB: {SOIL}\n", "a list of records"),
    "Ovid": ("a.txt", f"<1>\nUnique Identifier\n  1\nTitle\n  Soils\nAbstract\n  {SOIL}\n", "a list of records"),
    "ProQuest": ("a.txt", f"{'_' * 60}\n\nDocument 1 of 2\n\nSoils\nAbstract: {SOIL}\n", "a list of records"),
    "EBSCO": ("a.txt", f"Record: 1\nTitle: Soils\nAbstract: {SOIL}\n", "a list of records"),
    "a web page": ("a.txt", PAGE, "a web page (HTML)"),
    "a page as XML": ("-", f"{XML}<html xmlns='x'><body>{SOIL}</body></html>", "a web page (HTML)"),
    "an Office file": ("a.dat", "PK\x03\x04", "an Office file or a ZIP archive"),
    "tagged": ("a.txt", f"TI  - Soils\nAU  - Roe, J.\nAB  - {SOIL}\nPY  - 2020\n", "references with tags"),
    "tabs": ("a.txt", f"1\tSoils\t{SOIL}\n2\tArmy\t{ARMY}\n3\tx\ty\n", "a table with tabs"),
    "zero bytes": ("a.txt", SOIL.encode("utf-16-le").decode("latin-1"), "zero bytes"),
    "other XML": ("-", "<rdf:RDF xmlns:rdf='x'><rdf:Seq><rdf:li/></rdf:Seq></rdf:RDF>", "holds no record"),
    "references of another kind": (
        "a.xml",
        f"{XML}<x><record><a/><b/></record></x>",
        "of a kind that is not known (it has: a, b)",
    ),
    "metadata of another kind": (
        "a.xml",
        f"{XML}<OAI-PMH><record><header/><metadata><didl><title>Soils</title><abstract>{SOIL}</abstract></didl>"
        "</metadata></record></OAI-PMH>",
        "its metadata is in 'didl', which is not read; get it as Dublin Core (metadataPrefix=oai_dc)",
    ),
    "unknown keys": ("a.json", '{"body": "soil"}', "name the fields with --title-field and --text-field"),
    "unknown columns": ("a.csv", "body,x\nsoil,y\n", "or with options, such as --text-field"),
}


def refusal(path: Path) -> str:
    """Return what is said of a file that is not read."""
    try:
        records = read(path)
    except CorpusError as error:
        return str(error)
    assert all(isinstance(record, Unreadable) for record in records)
    return str(records[0])


@pytest.mark.parametrize(("name", "content", "message"), REFUSED.values(), ids=REFUSED)
def test_unsupported_formats_are_refused_with_advice(tmp_path, name, content, message):
    for path in (tmp_path / name, tmp_path / "export"):
        path.write_text(content, encoding="utf-8", newline="")
        if path.suffix or name != "a.csv":  # nothing else tells these columns from prose
            assert message in refusal(path)


@pytest.mark.parametrize("kind", ["tagged", "other XML"])
def test_unsupported_formats_are_refused_from_a_pipe(model, kind):
    done = run("predict", "--model", model, "-f", "jsonl", given=REFUSED[kind][1])
    assert done.code == 1
    assert REFUSED[kind][2] in done.err + done.out
    assert not [record for record in done.records if record["status"] != "error"]


def test_a_refused_file_does_not_stop_a_folder(tmp_path, model):
    (tmp_path / "a.txt").write_text(PAGE, encoding="utf-8")
    (tmp_path / "b.txt").write_text(SOIL, encoding="utf-8")
    done = run("predict", tmp_path, "--model", model)
    assert [line.split("\t")[0] for line in done.lines] == ["a.txt", "b.txt"]
    assert "looks like a web page" in done.err


def test_input_format_text_reads_one_text(model):
    done = run("predict", "--model", model, "--input-format", "text", "-f", "jsonl", given=PAGE)
    assert [record["status"] for record in done.records] == ["ok"]


PROSE = {
    "a title with commas": "Text, title, and subject in medieval manuscripts\n\nWe read them.",
    "a list of words": "Title, abstract\nand text are read.",
    "headings in capitals": "AIM - To study soils.\nMETHODS - We dug.\nRESULTS - Wheat grew.\n",
    "a numbered list": "1.\tWe dug.\n2.\tWe sowed.\n3.\tWe reaped.\n",
    "markup inside": "<p>We study <i>Triticum</i> on soils.</p>",
    "markup in capitals": "<P><STRONG>Chapter 1</STRONG>. Wheat</P><P>Soil</P>",
    "JATS inside": "<jats:p>We study wheat.</jats:p>",
    "a section of JATS": "<sec><title>Aims</title><p>We study wheat.</p></sec>",
    "a comparison": "<5 years of age, children eat wheat",
    "a percentage": "%0 to 5 of soils are wet",
    "an equation": "=LDR is a variable",
    "a semicolon": "Soil; wheat; water.\nThese are studied.",
    "a mail address": "@home in the army\nwe study war.",
    "a question": "RT or PCR?\nWe compare tests.",
    "a document": "Document 1 of the archive is a letter.\nWe read it.",
    "a record": "Record 1\u20132 of soils are wet.\nWe dug.",
    "a tab": "Soils\tand wheat\nare studied\there.",
    "braces": "{wheat} and soil",
}


@pytest.mark.parametrize("text", PROSE.values(), ids=PROSE)
def test_prose_that_looks_a_little_like_records_stays_one_text(tmp_path, text):
    for name in ("a.txt", "export"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        [record] = read(tmp_path / name)
        assert isinstance(record, Abstract)
        assert record.location.is_whole_file


# --- no abstract found

WITHOUT = {
    "a.csv": b"id,title,resume,codes\n1,Soil and wheat,x,S\n2,War of the army,y,U\n",
    "a.jsonl": b'{"id": 1, "title": "Soil and wheat", "resume": "x", "codes": ["S"]}\n'
    b'{"id": 2, "title": "War of the army", "resume": "y", "codes": ["U"]}\n',
    "a.ris": b"TY  - JOUR\nTI  - Soil\nKW  - S\nN1  - x\nER  - \nTY  - JOUR\nTI  - War\nKW  - U\nER  - \n",
    "a.bib": b"@article{a, title = {Soil}, keywords = {S}, note = {x}}\n@article{b, title = {War}, keywords = {U}}\n",
}


@pytest.mark.parametrize("command", ["predict", "evaluate", "train", "corpus check"])
def test_a_file_without_abstracts_is_named_with_its_fields_and_the_option(tmp_path, model, command):
    (tmp_path / "a.csv").write_bytes(WITHOUT["a.csv"] + WITHOUT["a.csv"].partition(b"\n")[2])
    args = {"train": ["-o", "m"], "evaluate": ["--model", model], "predict": ["--model", model]}.get(command, [])
    done = run(*command.split(), "a.csv", *args, cwd=tmp_path)
    assert "no abstract was found in a.csv" in done.err + done.out
    assert "(its fields are: id, title, resume, codes); name the field that holds abstracts with --text-field" in (
        done.err + done.out
    )


def test_each_format_names_its_own_fields(tmp_path):
    for name, content in WITHOUT.items():
        (tmp_path / name).write_bytes(content)
    said = list(WithoutAbstracts.of(read(tmp_path)).sentences)
    for name, field in {"a.csv": "resume", "a.jsonl": "resume", "a.ris": "N1", "a.bib": "note"}.items():
        assert [sentence for sentence in said if name in sentence and field in sentence]


def test_a_file_with_one_abstract_is_not_named_and_of_several_files_the_right_one(tmp_path, model):
    rows = "".join(f"{number},Soil and wheat,\n" for number in range(700))
    (tmp_path / "a.csv").write_text(f"id,title,text\n{rows}x,War,{ARMY.partition(',')[0]}\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text(f"id,title,text\n{rows}", encoding="utf-8")
    for args in ([], ["-o", "out.jsonl"]):
        done = run("predict", "a.csv", "b.csv", "--model", model, *args, cwd=tmp_path)
        assert "no abstract was found in b.csv" in done.err
        assert "no abstract was found in a.csv" not in done.err


# --- placeholders

SAID = [
    "[No abstract available]", "No abstract available.", "N/A", "n/a", "Abstract not available", "NO ABSTRACT", "-",
    "…",     "[Kein Abstract verfügbar]", "Keine Zusammenfassung vorhanden.", "Résumé non disponible", "Sin resumen",
    "Resumo não disponível.", "Nessun abstract disponibile", "Brak abstraktu", "Tidak ada abstrak", "Özet yok",
    "Аннотация отсутствует", "无摘要",
]  # fmt: skip
NOT_SAID = ["No abstract concept is available to infants.", "Soil", "NA+", "Without abstract art there is no modernity"]


def test_placeholders_are_told_apart_from_short_abstracts():
    assert [text for text in SAID if not is_placeholder(text)] == []
    assert [text for text in NOT_SAID if is_placeholder(text)] == []


@pytest.mark.parametrize(
    "name", ["a.csv", "a.jsonl", "a.ris", "a.bib", "oai.xml", "a.mrc", "a.tsv.gz", "a.nbib", "a.ciw", "a.enw"]
)
def test_a_placeholder_is_no_abstract_in_any_format(tmp_path, name):
    content = RECORD_FILES[name.removesuffix(".gz")].replace(SOIL.encode(), b"[No abstract available]")
    if name == "a.mrc":
        content = RECORD_FILES[name].replace(SOIL.encode(), b"No abstract available".ljust(len(SOIL)))
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    first, second = read_abstracts([str(tmp_path / name)])
    assert isinstance(second, Abstract)
    assert (first.text, second.title, second.text) == (ARMY, "Soils", "")


@pytest.mark.parametrize("input_format", ["text", "lines"])
def test_a_placeholder_alone_is_an_empty_abstract(model, input_format):
    given = "[No abstract available]\n"
    [record] = run("predict", "--model", model, "-f", "jsonl", "--input-format", input_format, given=given).records
    assert (record["status"], record["reason"]) == ("empty", "the abstract is empty")

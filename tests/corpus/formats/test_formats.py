"""Reading each format: what is where, the odd cases, and what is said of broken files."""

import gzip
import json
import os
import sys
import tempfile
from pathlib import Path

import pymarc
import pytest
from support.formats import ARMY, EXPECTED, RECORD_FILES, RIS, SOIL, XML, marc, marc_records, pdf
from support.program import modules_loaded_by, run

from classmark.corpus.abstract import Abstract, Unreadable
from classmark.corpus.errors import CorpusError
from classmark.corpus.fields import DEFAULT_FIELDS, Fields
from classmark.corpus.formats import FORMATS, format_by_ending
from classmark.corpus.input.read import read_abstracts


def read(path: Path, fields: Fields = DEFAULT_FIELDS, **options: str) -> list:
    return list(read_abstracts([str(path)], fields=fields, **options))


def parts(record: Abstract) -> tuple:
    return record.id, record.title, record.text, record.codes


def one(tmp_path: Path, name: str, content: str | bytes, fields: Fields = DEFAULT_FIELDS) -> Abstract:
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    [record] = read(tmp_path / name, fields)
    assert isinstance(record, Abstract), record
    return record


def jats(meta: str) -> str:
    return f"{XML}<article><front><article-meta>{meta}</article-meta></front></article>"


@pytest.mark.parametrize("name", RECORD_FILES)
def test_a_format_is_known_by_its_ending_plain_and_gzipped(tmp_path, name):
    content = RECORD_FILES[name]
    (tmp_path / name).write_bytes(content)
    assert [parts(record) for record in read(tmp_path / name)] == EXPECTED
    if "gz" not in name:
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(content))
        assert [parts(record) for record in read(tmp_path / f"{name}.gz")] == EXPECTED


PIPED = ["a.json", "a.jsonl", "a.parquet", "a.ris", "a.bib", "a.mrc", "marc.xml", "jats.xml", "oai.xml", "dump.tar.gz"]
PIPED += ["a.nbib", "a.ciw", "a.enw", "a.mrk", "endnote.xml", "pmc.nxml", "a.xlsx"]


@pytest.mark.parametrize("name", PIPED)
def test_a_format_is_known_from_a_pipe_by_its_first_bytes(model, name):
    done = run("predict", "--model", model, "--format", "jsonl", given=RECORD_FILES[name])
    assert [record["id"] for record in done.records] == ["1", "2"], done.err
    assert [record["ranking"][0]["code"] for record in done.records] == ["U", "S"]


def test_a_file_without_an_ending_is_known_by_its_first_bytes(tmp_path):
    (tmp_path / "export").write_bytes(marc())
    assert [parts(record) for record in read(tmp_path / "export")] == EXPECTED


@pytest.mark.parametrize(
    "text", ["[Article in French] The army.", "<b>Army</b> and war", "@home in the army", "12345 soldiers"]
)
def test_prose_that_starts_oddly_stays_text(model, text):
    [record] = run("predict", "--model", model, "--format", "jsonl", given=text).records
    assert record["id"] == "stdin"


@pytest.mark.parametrize(
    ("name", "fields", "expected"),
    [
        ("a.ris", Fields("AU", "TI", "TY"), ("1", "Roe, J.", "Étude of the army", ("JOUR",))),
        ("a.mrc", Fields("650a", "245a", "084a"), ("1", "Armies", "Étude of the army /", ("NK 1",))),
        ("marc.xml", Fields("245c", "001", "650a"), ("1", "J. Roe.", "1", ("Armies",))),
        ("a.bib", Fields("abstract", "title", "title"), ("1", ARMY, "Étude of the army", ("Étude of the army",))),
        ("a.csv", Fields("TEXT", "Title", "id"), ("1", ARMY, "Étude of the army", ("1",))),
        ("a.jsonl", Fields("bibjson.abstract", "bibjson.title"), ("1", ARMY, "Étude of the army", ("U", "J"))),
        ("a.parquet", Fields("text", "title", "codes"), ("1", ARMY, "Étude of the army", ("U", "J"))),
        (
            "jats.xml",
            Fields("abstract", "article-title", "article-id"),
            ("1", "A picture.", "Étude of the army", ("x", "1")),
        ),
        ("pubmed.xml", Fields("AbstractText", "ArticleTitle", "PMID"), ("1", ARMY, "Étude of the army", ("1",))),
        ("oai.xml", Fields("description", "title", "subject"), ("1", "A note.", "Étude of the army", ("U", "J"))),
    ],
)
def test_fields_can_be_named(tmp_path, name, fields, expected):
    (tmp_path / name).write_bytes(RECORD_FILES[name])
    assert parts(read(tmp_path / name, fields)[0]) == expected


def test_commands_take_the_names_of_fields(tmp_path):
    (tmp_path / "a.csv").write_text("body,class\n" + f"{ARMY},U\n".replace(", ", " ") * 3, encoding="utf-8")
    names = ["--text-field", "body", "--codes-field", "class"]
    assert "U\t3" in run("corpus", "stats", "a.csv", *names, cwd=tmp_path).lines
    lacking = run("predict", "a.csv", "--text-field", "main", cwd=tmp_path)
    assert lacking.code == 1
    assert "a.csv:1: no column 'main' (the columns are: body, class)" in lacking.err


# --- MARC


def test_marc_8_is_decoded(tmp_path):
    record = pymarc.Record(to_unicode=False)
    record.leader = pymarc.Leader("     nab  22     7u 4500")
    title = pymarc.RawField("245", pymarc.Indicators("1", "0"), [pymarc.Subfield("a", b"\xe2Etude de l'arm\xe2ee")])
    record.add_field(title)
    assert one(tmp_path, "a.mrc", record.as_marc()).title == "Étude de l'armée"


def test_unicode_that_calls_itself_marc_8_is_decoded(tmp_path):
    data = marc_records()[0].as_marc()
    assert one(tmp_path, "a.mrc", data[:9] + b" " + data[10:]).title == "Étude of the army"


def test_call_numbers_of_lcc_give_their_class_letters(tmp_path):
    record = pymarc.Record()
    for tag, value in (
        ("050", "HV6431"),
        ("050", "E183 .A3"),
        ("050", "MLCS 83/1"),
        ("090", "QA 76.9"),
        ("090", "Internet"),
    ):
        record.add_field(pymarc.Field(tag, pymarc.Indicators(" ", " "), [pymarc.Subfield("a", value)]))
    assert one(tmp_path, "a.mrc", record.as_marc()).codes == ("HV", "E", "QA")


def test_a_broken_marc_record_does_not_hide_the_next(tmp_path):
    first, second = (record.as_marc() for record in marc_records())
    (tmp_path / "a.mrc").write_bytes(first + b"00012nonsense\x1d\n" + second + first[:40])
    good, broken, other, cut = read(tmp_path / "a.mrc")
    assert [parts(good), parts(other)] == EXPECTED
    assert str(broken).startswith(f"{tmp_path}/a.mrc, record 2: not a MARC record")
    assert str(cut) == f"{tmp_path}/a.mrc, record 4: the file breaks off in this record"


# --- RIS


def test_repeated_tags_of_ris_are_joined_and_keywords_go_on(tmp_path):
    ris = "TY  - JOUR\r\nTI  - A\r\nAB  - One.\r\nAB  - Two\r\n  lines.\r\nKW  - U\r\nJ\r\nER  - \r\n"
    record = one(tmp_path, "a.ris", ris)
    assert (record.text, record.codes) == ("One. Two lines.", ("U", "J"))
    assert record.id == f"{tmp_path}/a.ris:1"


def test_a_reference_without_end_is_named_and_the_next_is_read(tmp_path):
    (tmp_path / "a.ris").write_bytes(
        b"TY  - JOUR\nTI  - A\n\nTY  - JOUR\nTI  - M\xfc\nER  - \nTY  - JOUR\nTI  - C\nER  - \n"
    )
    unended, latin, good = read(tmp_path / "a.ris")
    assert str(unended) == f"{tmp_path}/a.ris:1: the reference has no end, a line 'ER  - '"
    assert str(latin).startswith(f"{tmp_path}/a.ris:4: not UTF-8")
    assert good.title == "C"


# --- BibTeX


@pytest.mark.parametrize(
    ("latex", "plain"),
    [
        (r"G{\"o}del, na\"{\i}ve \v{c} {\ss} \O{}", "Gödel, naïve č ß Ø"),
        (r"The {DNA} of {{NASA}}", "The DNA of NASA"),
        (r"$\alpha > 0.5$ in 50\% of R\&D", "α > 0.5 in 50% of R&D"),
        ("95% of the army & the navy cost $5", "95% of the army & the navy cost $5"),
        ("a~b -- ``c''", "a b – “c”"),
        (r"See \cite{x}: \unknown{word}", "See : word"),
        (r"G{\"o}del, \href{https://example.org/a_b}{this page}, {\LaTeX} and \TeX", "Gödel, this page, LaTeX and TeX"),
        (
            r"\textsc{A} \href{https://example.org/{x}%20}{page} with \foo{a macro}, classifi-\ncation".replace(
                "\\n", "\n"
            ),
            "A page with a macro, classification",
        ),
    ],
)
def test_latex_becomes_plain_text(tmp_path, latex, plain):
    assert one(tmp_path, "a.bib", f"@article{{k, title = {{x}}, abstract = {{{latex}}}}}").text == plain


def test_a_broken_entry_is_named_and_keys_may_stand_twice(tmp_path):
    bibtex = "@article{a, title = {One}}\n@article{b, title = {two\n@article{a, title = {Three}, title = {3}}\n"
    (tmp_path / "a.bib").write_text(bibtex, encoding="utf-8")
    first, broken, second = read(tmp_path / "a.bib")
    assert [first.title, second.title] == ["One", "Three"]
    assert str(broken).startswith(f"{tmp_path}/a.bib:2: not a BibTeX entry (Unexpected block start")


# --- XML


def test_a_structured_abstract_of_jats_keeps_its_headings_and_loses_latex(tmp_path):
    meta = (
        "<abstract><title>Abstract</title><sec><title>Aim</title><p>One.</p><sec><title>More:</title><p>Two "
        "<inline-formula><alternatives><tex-math>\\documentclass{x}</tex-math><mml:math xmlns:mml='m'>"
        "<mml:mi>α</mml:mi></mml:math></alternatives></inline-formula> three.</p></sec></sec>"
        "<sec><title>Result</title><list><list-item><p>Four.</p></list-item></list></sec></abstract>"
    )
    assert one(tmp_path, "a.xml", jats(meta)).text == "Aim: One. More: Two α three. Result: Four."


def test_a_structured_abstract_of_pubmed_keeps_its_labels(tmp_path):
    abstract = (
        '<AbstractText Label="AIM">One.</AbstractText><AbstractText Label="RESULT">Two<sup>2</sup>.</AbstractText>'
    )
    content = f"{XML}<PubmedArticle><Article><ArticleTitle/><Abstract>{abstract}</Abstract></Article></PubmedArticle>"
    assert one(tmp_path, "a.xml", content).text == "AIM: One. RESULT: Two2."


def test_oai_pmh_may_hold_marc(tmp_path):
    inner = (
        RECORD_FILES["marc.xml"]
        .decode()
        .partition("<record")[2]
        .partition("</collection>")[0]
        .partition("</record>")[0]
    )
    slim = f'<record xmlns="http://www.loc.gov/MARC21/slim"{inner}</record>'.replace(' xmlns=""', "")
    content = f"{XML}<OAI-PMH><record><header/><metadata>{slim}</metadata></record></OAI-PMH>"
    assert one(tmp_path, "a.xml", content).title == "Étude of the army"


BILLION = f"""{XML}<!DOCTYPE article [<!ENTITY a "ha"><!ENTITY b "{"&a;" * 10}"><!ENTITY c "{"&b;" * 10}">]>
<article><front><article-meta><abstract>&c;</abstract></article-meta></front></article>"""
EXTERNAL = """<!DOCTYPE article [<!ENTITY secret SYSTEM "file://{}">]>
<article><front><article-meta><abstract>&secret;</abstract></article-meta></front></article>"""
PARAMETER = """<!DOCTYPE article [<!ENTITY % more SYSTEM "file://{}"> %more;]>
<article><front><article-meta><abstract>x</abstract></article-meta></front></article>"""


@pytest.mark.parametrize("attack", [BILLION, EXTERNAL, PARAMETER], ids=["billion laughs", "external", "parameter"])
def test_xml_that_declares_entities_is_refused(tmp_path, attack):
    (tmp_path / "secret.txt").write_text("the secret", encoding="utf-8")
    (tmp_path / "a.xml").write_text(attack.replace("{}", str(tmp_path / "secret.txt")), encoding="utf-8")
    [record] = read(tmp_path / "a.xml")
    assert isinstance(record, Unreadable)
    assert "it declares entities or attributes, which is not safe to read" in record.reason


def test_records_before_a_syntax_error_in_xml_are_read(tmp_path):
    (tmp_path / "a.xml").write_bytes(RECORD_FILES["oai.xml"].replace(b"<dc:title>Soils", b"<dc:title>Soils<&"))
    good, broken = read(tmp_path / "a.xml")
    assert parts(good) == EXPECTED[0]
    assert str(broken).startswith(f"{tmp_path}/a.xml, record 2: not sound XML, from here on the rest is lost")


def test_xml_of_another_kind_is_named(tmp_path):
    (tmp_path / "a.xml").write_text("<rss><channel/></rss>", encoding="utf-8")
    [record] = read(tmp_path / "a.xml")
    assert (
        "the element 'rss' holds no record; known are MARCXML, JATS, PubMed, EndNote, Dublin Core, arXiv"
        in record.reason
    )


# --- JSON, DOAJ, Parquet, Annif, PDF


def test_one_json_object_is_one_record(tmp_path):
    assert one(tmp_path, "a.json", ' {"id": 7, "title": "Soil", "text": "wheat"} ').id == "7"


def test_records_before_a_syntax_error_in_json_are_read(tmp_path):
    (tmp_path / "a.json").write_text('[{"text": "soil"}, 5, {"text": "war"}, {"text": ]', encoding="utf-8")
    good, number, other, broken = read(tmp_path / "a.json")
    assert (good.text, other.text) == ("soil", "war")
    assert "record 2: not a JSON object" in str(number)
    assert "record 4: not JSON, from here on the rest is lost" in str(broken)


def test_an_article_of_doaj_may_lack_its_abstract(tmp_path, model):
    content = json.dumps([{"id": "x", "bibjson": {"title": "Soil and wheat on farms"}}, {"id": "y", "bibjson": {}}])
    (tmp_path / "a.json").write_text(content, encoding="utf-8")
    done = run("predict", "a.json", "--model", model, "--format", "jsonl", cwd=tmp_path)
    assert [(record["id"], record["reason"]) for record in done.records] == [
        ("x", "title only"),
        ("y", "the abstract is empty"),
    ]
    assert done.records[0]["codes"] == ["S"]
    assert "1 empty" in done.err


@pytest.mark.parametrize("cut", [0.4, 0.9])
def test_a_truncated_dump_is_reported(tmp_path, cut):
    tar = gzip.decompress(RECORD_FILES["dump.tgz"])
    (tmp_path / "a.tar").write_bytes(tar[: int(3_500 * cut)])
    assert isinstance(read(tmp_path / "a.tar")[-1], Unreadable)
    (tmp_path / "b.tar.gz").write_bytes(RECORD_FILES["dump.tgz"][: int(len(RECORD_FILES["dump.tgz"]) * cut)])
    assert isinstance(read(tmp_path / "b.tar.gz")[-1], Unreadable)


def test_a_damaged_parquet_file_is_named(tmp_path):
    (tmp_path / "a.parquet").write_bytes(RECORD_FILES["a.parquet"][:-20])
    [record] = read(tmp_path / "a.parquet")
    assert "not Parquet" in record.reason


def test_short_texts_of_annif_are_known_by_their_addresses(tmp_path):
    content = f"{ARMY}\t<http://x/U> <http://x/J>\n\n{SOIL}\t<http://x/S>\nno tab\n"
    (tmp_path / "a.tsv.gz").write_bytes(gzip.compress(content.encode()))
    first, second, broken = read(tmp_path / "a.tsv.gz")
    assert (first.text, first.codes) == (ARMY, ("http://x/U", "http://x/J"))
    assert (second.codes, second.location.line) == (("http://x/S",), 3)
    assert "no tab" in broken.reason


def test_newer_corpora_of_annif_are_read(tmp_path):
    (tmp_path / "a.csv").write_text(
        "document_id,text,subject_uris\nd1,Soil,<http://x/S> <http://x/T>\n", encoding="utf-8"
    )
    assert parts(read(tmp_path / "a.csv")[0]) == ("d1", "", "Soil", ("http://x/S", "http://x/T"))
    record = {
        "document_id": "d1",
        "text": "Soil",
        "subjects": [{"uri": "http://x/S", "label": "soil"}, {"label": "field"}],
    }
    assert parts(one(tmp_path, "a.jsonl", json.dumps(record))) == ("d1", "", "Soil", ("http://x/S", "field"))


def test_subjects_beside_texts_are_their_codes_and_no_texts(tmp_path):
    for name, text in {
        "a.txt": ARMY, "a.key": "military science\nwar\n", "b.txt": SOIL, "b.tsv": "<http://x/S>\tsoil\n",
        "c.txt": "alone", "d.tsv": "id\ttext\n1\ttable\n", "d.txt": "beside a table",
    }.items():  # fmt: skip
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = {record.id: record.codes for record in read(tmp_path)}
    assert found == {"a.txt": ("military science", "war"), "b.txt": ("http://x/S",), "c.txt": (), "1": (), "d.txt": ()}


HEADED = ["Armies at war", "J. Roe", "Abstract", "Soldiers and mili-", "tary operations.", "Keywords: war", "x"]
COVERED = [["A cover"], ["Zusammenfassung: Boden und Weizen.", "1 Einleitung", "x"]]
BARE = ["Armies at war", "Soldiers and weapons."]


@pytest.mark.parametrize(
    ("pages", "title", "expected"),
    [
        ([HEADED], None, ("Armies at war", "Soldiers and military operations.")),
        (COVERED, "Of soils", ("Of soils", "Boden und Weizen.")),
        ([BARE], "Microsoft Word - x.doc", ("Armies at war", "Armies at war Soldiers and weapons.")),
    ],
    ids=["heading", "second page", "no heading"],
)
def test_the_abstract_of_a_pdf_stands_under_its_heading(tmp_path, pages, title, expected):
    record = one(tmp_path, "a.pdf", pdf(pages, title))
    assert (record.title, record.text) == expected


def test_a_file_that_is_no_pdf_is_reported(tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4 nonsense")
    [record] = read(tmp_path / "a.pdf")
    assert record.reason.startswith("not a PDF that can be read")


# --- what holds for all


@pytest.mark.parametrize("name", [name for name in RECORD_FILES if ".bib" not in name and ".parquet" not in name])
def test_records_are_read_one_at_a_time(tmp_path, name):
    (tmp_path / name).write_bytes(RECORD_FILES[name])
    records = read_abstracts([str(tmp_path / name)])
    assert next(records).id == "1"
    records.close()


@pytest.mark.parametrize(
    ("name", "library", "extra"),
    [("a.mrc", "pymarc", "marc"), ("a.ris", "rispy", "ris"), ("a.bib", "bibtexparser", "bibtex"),
     ("a.parquet", "pyarrow", "parquet"), ("oai.xml", "lxml", "xml"), ("a.xlsx", "lxml", "excel"),
     ("a.pdf", "pypdf", "pdf")],
)  # fmt: skip
def test_a_missing_library_is_named_with_the_command_that_installs_it(tmp_path, monkeypatch, name, library, extra):
    for module in [name for name in sys.modules if name.partition(".")[0] == library]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, library, None)
    (tmp_path / name).write_bytes(RECORD_FILES.get(name, b"%PDF-"))
    with pytest.raises(CorpusError) as error:
        read(tmp_path / name)
    assert (
        str(error.value)
        == f"{tmp_path}/{name} needs {library}, which is not installed; type: pip install 'classmark[{extra}]'"
    )


def test_every_ending_names_one_format():
    endings = [ending for known in FORMATS.values() for ending in known.endings]
    assert len(endings) == len(set(endings))
    assert format_by_ending(Path("A.TAR.GZ")) is FORMATS["doaj"]


def test_a_file_that_may_not_be_read_does_not_stop_the_others():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "a.txt").write_text("army", encoding="utf-8")
        (folder / "b.txt").write_text("soil", encoding="utf-8")
        (folder / "closed").mkdir()
        (folder / "a.txt").chmod(0)
        (folder / "closed").chmod(0)
        me = os.geteuid()
        try:
            if me == 0:
                os.seteuid(65534)  # whom the modes keep out
            records = read(folder)
        finally:
            os.seteuid(me)
        (folder / "closed").chmod(0o755)
    closed, good, folder_closed = records
    assert closed.reason == "can't be read: Permission denied"
    assert good.text == "soil"
    assert folder_closed.reason == "can't be read: Permission denied"


def test_links_that_loop_are_passed_over_and_names_may_have_line_breaks(tmp_path, model):
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "self.txt").symlink_to("self.txt")
    (tmp_path / "two\nlines\x1b.txt").write_text("army", encoding="utf-8")
    done = run("predict", tmp_path, "--model", model)
    assert [line.split("\t")[0] for line in done.lines] == ["two\\nlines\\x1b.txt"]
    assert run("predict", tmp_path / "self.txt").code == 2


def test_control_characters_of_a_file_are_not_printed_raw(tmp_path, model):
    (tmp_path / "a.bib").write_text("@article{x\x1b[31m, title = {a\n@article{b, title = {soil}}\n", encoding="utf-8")
    (tmp_path / "a.xml").write_text("<a\x1b[31m/>", encoding="utf-8")
    done = run("predict", tmp_path, "--model", model)
    assert "\x1b" not in done.out + done.err


def test_two_records_with_one_id_are_both_labelled_in_their_places(tmp_path, model):
    for name in ("a.ris", "b.ris"):
        (tmp_path / name).write_text(RIS.replace("ID  - 2", "ID  - 1"), encoding="utf-8")
    done = run("predict", "a.ris", "b.ris", "--model", model, "--format", "jsonl", cwd=tmp_path)
    assert [(record["id"], record["source"]) for record in done.records] == [("1", "a.ris")] * 2 + [("1", "b.ris")] * 2
    assert "4 records: " in done.err
    assert "the id '1' stands 4 times" in run("corpus", "check", "a.ris", "b.ris", cwd=tmp_path).out


def test_no_library_of_a_format_is_imported_for_a_text(tmp_path):
    loaded = modules_loaded_by("predict")
    assert not loaded & {
        "pymarc",
        "rispy",
        "bibtexparser",
        "pylatexenc",
        "pyarrow",
        "lxml",
        "pypdf",
        "tarfile",
    }


def test_bibtex_of_latin_1_is_named(tmp_path):
    (tmp_path / "a.bib").write_bytes("@article{a, title = {Müller}}".encode("latin-1"))
    [record] = read(tmp_path / "a.bib")
    assert "not UTF-8 (byte 0xFC at position 23)" in record.reason

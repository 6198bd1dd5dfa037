"""Columns of tables that other programs export, and what stands between their codes."""

import csv
from pathlib import Path

import pytest
from support.formats import ARMY, RECORD_FILES, SOIL
from support.program import run

from classmark.corpus.errors import CorpusError
from classmark.corpus.fields import Fields
from classmark.corpus.formats.code_separator import code_separator
from classmark.corpus.input.read import read_abstracts

DSPACE = (
    "id,collection,dc.title[de],dc.title[en_US],dc.description.abstract[de],dc.description.abstract[en],dc.subject[]\n"
    f'u-1,1/2,Heer,Army,"Ein langer Text über das Heer, {ARMY} {ARMY}","{ARMY}",war||officers::x1::600\n'
    f'u-2,1/2,Boden,,,"{SOIL}",\n'
)


def read(path: Path, content: str, **fields: str) -> list[tuple[str, str, str, tuple[str, ...]]]:
    path.write_text(content, encoding="utf-8", newline="")
    records = read_abstracts([str(path)], fields=Fields(**fields))
    return [(record.id, record.title, record.text, record.codes) for record in records]


def test_dspace_is_read_in_english_with_all_values_of_a_cell(tmp_path):
    first, second = read(tmp_path / "a.csv", DSPACE)
    assert first == ("u-1", "Army", ARMY, ("war", "officers"))
    assert second == ("u-2", "Boden", SOIL, ())


def test_dspace_is_known_from_a_pipe():
    done = run("corpus", "convert", "-", "-", "--to", "jsonl", given=DSPACE)
    assert [record["text"] for record in done.records] == [ARMY, SOIL]


def test_a_column_is_named_in_one_language_or_in_any(tmp_path):
    [first, _] = read(tmp_path / "a.csv", DSPACE, text="dc.description.abstract[de]", title="DC.Title")
    assert (first[1], first[2][:9]) == ("Army", "Ein lange")


def test_keep_adds_codes_to_the_subjects_of_dspace(tmp_path, model):
    (tmp_path / "a.csv").write_text(DSPACE, encoding="utf-8")
    done = run("predict", tmp_path / "a.csv", "--keep", "--model", model)
    first, second = csv.DictReader(done.lines)
    assert first["dc.subject[]"] == "war||officers::x1::600||U"
    assert second["dc.subject[]"] == "S"
    assert first.keys() == set(DSPACE.partition("\n")[0].split(","))


def test_keep_adds_a_column_of_subjects_that_dspace_imports(tmp_path, model):
    (tmp_path / "a.csv").write_text(f'id,dc.title,dc.description.abstract\n1,Army,"{ARMY}"\n', encoding="utf-8")
    done = run("predict", tmp_path / "a.csv", "--keep", "--model", model)
    assert done.lines[0] == "id,dc.title,dc.description.abstract,dc.subject[]"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_line_that_names_the_separator_is_no_header(tmp_path, model, end):
    content = f'sep=;{end}id;title;abstract;codes{end}1;Army, navy;"{ARMY}";J{end}'
    assert read(tmp_path / "a.csv", content) == [("1", "Army, navy", ARMY, ("J",))]
    done = run("predict", tmp_path / "a.csv", "--keep", "--model", model)
    assert done.out == content.replace(f"J{end}", f'"J;U"{end}')
    assert run("predict", "-m", model, "-f", "tsv", given=content).lines[1].split("\t")[0] == "1"


def test_an_error_is_named_by_its_line_below_the_line_with_the_separator(tmp_path):
    (tmp_path / "a.csv").write_text("sep=;\nid;title\n1;Army\n2\n", encoding="utf-8")
    _, broken = read_abstracts([str(tmp_path / "a.csv")])
    assert str(broken).startswith(f"{tmp_path / 'a.csv'}:4: 1 column ")


@pytest.mark.parametrize(
    "name", ["ABSTRACT NOTE", "abstract_note", " Abstract-Note ", "AbstractNote", "Abstract note[en]"]
)
def test_columns_are_known_in_any_spelling(tmp_path, name):
    assert read(tmp_path / "a.csv", f"Key,TITLE,{name}\nK,Army,war\n") == [("K", "Army", "war", ())]


@pytest.mark.parametrize("name", ["code", "Subject", "subjects", "Category", "label", "CLASS"])
def test_codes_are_read_from_columns_of_other_names(tmp_path, name):
    content = f"id,title,{name}\n1,Army,020\n2,Soil,340;020\n"
    assert [codes for *_, codes in read(tmp_path / "a.csv", content)] == [("020",), ("340", "020")]
    tabbed = content.replace(",", "\t")
    assert [codes for *_, codes in read(tmp_path / "a.tsv", tabbed)] == [("020",), ("340", "020")]


def test_a_column_of_codes_counts_before_one_of_subjects(tmp_path):
    assert read(tmp_path / "a.csv", "title,subject,codes\nArmy,War,U\n")[0][3] == ("U",)


def test_keep_leaves_subjects_as_they_are(tmp_path, model):
    (tmp_path / "a.csv").write_text(f'title,abstract,subject\nArmy,"{ARMY}",War\n', encoding="utf-8")
    done = run("predict", tmp_path / "a.csv", "--keep", "--model", model)
    assert done.lines[0] == "title,abstract,subject,codes"
    assert done.lines[1].endswith(",War,U")


@pytest.mark.parametrize(
    ("cells", "separator"),
    [
        (["020", "340, 020", "610"], ","),
        (["U,J", "J"], ","),
        (["020", "340|020", "610"], "|"),
        (["War | Peace", "Soil | Wheat"], "|"),
        (["War||Peace"], "||"),
        (["U;J", "a|b", "a"], ";"),
        (["Law, Commercial", "Law"], ";"),
        (["War | Peace", "Soil", "Wheat", "Law"], ";"),
        (["3,14"], ";"),
        ([], ";"),
    ],
)
def test_the_column_shows_what_stands_between_codes(cells, separator):
    assert code_separator(cells) == separator


@pytest.mark.parametrize(("separator", "new"), [(",", '"J,H,U"'), ("|", "J|H|U"), ("||", "J||H||U"), (";", '"J;H;U"')])
def test_keep_joins_codes_as_the_column_does(tmp_path, model, separator, new):
    row = f'1,Army,"{ARMY}"'
    content = f'id,title,text,codes\n{row},"J{separator}H"\n2,Peace,,J\n'
    assert read(tmp_path / "a.csv", content)[0][3] == ("J", "H")
    done = run("predict", tmp_path / "a.csv", "--keep", "--model", model)
    assert done.lines[1] in {f"{row},{new}", f'{row},"{new}"'}


def test_a_missing_column_is_one_line_with_those_that_there_are(tmp_path, model):
    (tmp_path / "a.csv").write_text("body,topic\n" + "war,U\n" * 50, encoding="utf-8")
    for options in ([], ["--text-field", "txt"], ["--codes-field", "c", "--text-field", "body"]):
        done = run("predict", tmp_path / "a.csv", "--model", model, *options)
        assert (done.code, done.err.count("\n")) == (1, 1)
        assert "(the columns are: body, topic)" in done.err
        assert "--text-field" in done.err


def test_a_column_that_is_read_stands_once(tmp_path):
    with pytest.raises(CorpusError, match=":1: the column 'abstract' stands twice"):
        read(tmp_path / "a.csv", "title,Abstract,abstract\na,b,c\n")
    assert read(tmp_path / "a.csv", "title,note,note\na,b,c\n")[0][1] == "a"


ID_FIELDS = {
    "a.ris": "TI",
    "a.mrc": "245a",
    "marc.xml": "245a",
    "jats.xml": "article-title",
    "pubmed.xml": "ArticleTitle",
    "a.jsonl": "bibjson.title",
    "a.nbib": "TI",
    "a.ciw": "TI",
    "a.enw": "%T",
    "a.mrk": "245a",
    "pmc.nxml": "article-title",
    **dict.fromkeys(("a.csv", "a.tsv", "a.xlsx", "a.parquet", "a.bib", "a.json", "oai.xml", "records.xml"), "title"),
}


@pytest.mark.parametrize("name", ID_FIELDS)
def test_any_format_has_an_id_in_the_field_that_is_named(tmp_path, name):
    (tmp_path / name).write_bytes(RECORD_FILES[name])
    record = next(iter(read_abstracts([str(tmp_path / name)], fields=Fields(id=ID_FIELDS[name]))))
    assert record.id.startswith("Étude of the army")


def test_predictions_can_be_joined_back_by_a_field_that_is_named(tmp_path, model):
    (tmp_path / "a.csv").write_text(f'id,DOI,title,text\n1,10.1/x,Army,"{ARMY}"\n2,,Soil,"{SOIL}"\n', encoding="utf-8")
    done = run("predict", tmp_path / "a.csv", "--id-field", "doi", "-m", model, "-f", "csv")
    rows = list(csv.DictReader(done.lines))
    assert [row["id"] for row in rows] == ["10.1/x", f"{tmp_path / 'a.csv'}:3"]
    assert [(row["codes"], row["names"]) for row in rows] == [("U", "Military Science"), ("S", "Agriculture")]
    missing = run("predict", tmp_path / "a.csv", "--id-field", "EID", "-m", model)
    assert (missing.code, missing.out) == (1, "")
    assert "no column 'EID' (the columns are: id, DOI, title, text)" in missing.err


EXPORTED = {
    "zotero.csv": ('"Key","Title","Abstract Note","Manual Tags"\n"K","T","{}","war; peace"\n', "war; peace", ";"),
    "scopus.csv": (
        '"Authors","Title","Abstract","Author Keywords","EID"\n"R","T","{}","war; peace","2"\n',
        "war; peace",
        ";",
    ),
    "wos.tsv": ("PT\tTI\tDE\tID\tAB\tUT\nJ\tT\twar; peace\tPLUS\t{}\tWOS:1\n", "war; peace", ";"),
    "dspace.csv": (
        'id,dc.title[en],dc.description.abstract[en],dc.subject[en]\n1,T,"{}",war||peace\n',
        "war||peace",
        "||",
    ),
}


@pytest.mark.parametrize(("content", "codes", "separator"), EXPORTED.values(), ids=EXPORTED)
def test_keep_changes_an_export_in_its_keywords_alone(tmp_path, model, request, content, codes, separator):
    path = tmp_path / request.node.callspec.id
    path.write_text(content.format(ARMY), encoding="utf-8")
    done = run("predict", path, "--keep", "--model", model)
    assert done.out == content.format(ARMY).replace(codes, f"{codes}{separator}U")

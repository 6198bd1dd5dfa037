"""EndNote's XML, as EndNote and other reference managers write it."""

import pytest
from lxml import etree
from support.annotating import added, kept
from support.formats import ENDNOTE_XML, XML

from classmark.corpus.errors import UsageError
from classmark.corpus.fields import DEFAULT_FIELDS, Fields
from classmark.corpus.input.read import read_abstracts

HEAD = f"{XML}<xml><records><record><ref-type>17</ref-type>"
END = "</record></records></xml>"


def read(tmp_path, content: str, fields: Fields = DEFAULT_FIELDS) -> list:
    (tmp_path / "a.xml").write_text(content, encoding="utf-8", newline="")
    return list(read_abstracts([str(tmp_path / "a.xml")], fields=fields))


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ("<accession-num>WOS:1</accession-num><label>x</label>", "WOS:1"),
        ("<electronic-resource-num>10.1/x</electronic-resource-num>", "10.1/x"),
        ("<label>roe2020</label>", "roe2020"),
    ],
)
def test_another_id_stands_in_for_the_number_of_the_record(tmp_path, ids, expected):
    [record] = read(tmp_path, f"{HEAD}{ids}<titles><title>Soils</title></titles>{END}")
    assert (record.id, record.title) == (expected, "Soils")


def test_one_keyword_element_may_hold_several(tmp_path):
    [record] = read(tmp_path, f"{HEAD}<keywords><keyword>a b; c&#xD;d\n  e </keyword></keywords>{END}")
    assert record.codes == ("a b", "c", "d", "e")


def test_the_title_of_the_journal_is_not_the_title(tmp_path):
    titles = "<titles><secondary-title>Journal</secondary-title></titles>"
    [record] = read(tmp_path, f"{HEAD}{titles}<abstract>Soil.</abstract>{END}")
    assert (record.title, record.text) == ("", "Soil.")


def test_fields_can_be_named(tmp_path):
    fields = Fields(title="secondary-title", codes="author", id="year")
    first, second = read(tmp_path, ENDNOTE_XML, fields)
    assert (first.id, first.title, first.codes) == ("2020", "Journal of War", ("Roe, J.",))
    assert second.title == ""


# --- codes added

PRETTY = ENDNOTE_XML.replace("<keywords><keyword>", "<keywords>\n    <keyword>").replace(
    "</keyword></keywords>", "</keyword>\n  </keywords>"
)


@pytest.mark.parametrize(
    "content", [ENDNOTE_XML, PRETTY, ENDNOTE_XML.replace("\n", "\r\n"), "\ufeff" + ENDNOTE_XML], ids=range(4)
)
def test_keywords_are_added_and_nothing_else_changes(tmp_path, content):
    result = added(tmp_path, "a.xml", content.encode(), "X", "a<b").decode()
    elements = ("<keyword>X</keyword>", "<keyword>a&lt;b</keyword>")
    indent = "\n    " if content is PRETTY else ""
    assert result.count("".join(indent + element for element in elements)) == 2
    assert result.replace("".join(indent + element for element in elements), "") == content
    assert [record.codes for record in read(tmp_path, result)] == [("U", "J", "X", "a<b"), ("S", "X", "a<b")]
    assert added(tmp_path, "a.xml", result.encode(), "X").decode() == result


@pytest.mark.parametrize("empty", ["", "<keywords/>", "<keywords></keywords>", "<keywords>\n</keywords>"])
def test_a_reference_without_keywords_gets_them_behind_its_titles(tmp_path, empty):
    content = ENDNOTE_XML.replace("<keywords><keyword>S</keyword></keywords>", empty)
    result = added(tmp_path, "a.xml", content.encode(), "X")
    assert read(tmp_path, result.decode())[1].codes == ("X",)
    names = [child.tag for child in etree.fromstring(result).findall(".//record")[1]]
    assert names[:3] == ["rec-number", "ref-type", "titles"]
    assert set(names[3:-1]) == {"keywords"}
    assert names[-1] == "abstract"


def test_a_code_that_would_be_read_as_two_is_not_added(tmp_path):
    (tmp_path / "a.xml").write_text(ENDNOTE_XML, encoding="utf-8")
    result, messages = kept(tmp_path / "a.xml", "X; Y")
    assert result == ENDNOTE_XML.encode()
    assert len(messages) == 2
    assert "the format would read the code 'X; Y' as several" in messages[0]


def test_codes_are_added_to_keywords_only(tmp_path):
    (tmp_path / "a.xml").write_text(ENDNOTE_XML, encoding="utf-8")
    with pytest.raises(UsageError, match="EndNote's XML has them in keyword"):
        kept(tmp_path / "a.xml", "X", field="label")

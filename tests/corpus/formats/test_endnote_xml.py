"""EndNote's XML, as EndNote and other reference managers write it."""

import pytest
from support.formats import ENDNOTE_XML, XML

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

"""MarcEdit's mnemonic format: MARC 21 as lines of text."""

import pytest
from support.annotating import added, kept
from support.formats import EXPECTED, MRK, SOIL

from classmark.corpus.abstract import Record, Unreadable
from classmark.corpus.fields import DEFAULT_FIELDS, Fields
from classmark.corpus.formats.mnemonics import from_mnemonics, to_mnemonics
from classmark.corpus.input.read import read_abstracts

CHARACTERS = {
    "{eacute}{Ouml}{ccedil}{Lstrok}{scaron}{odblac}": "éÖçŁšő",
    "{acute}e{uml}O{breve}{ringb}a": "éÖḁ̆",
    "{dollar}5 {lcub}x{rcub} {bsol} {amp} {copy} {deg}": "$5 {x} \\ & © °",
    "{softsign}{hardsign}{ayn}{alif}": "ʹʺʻʼ",
    "{24}{41}{A}": "$AA",
    "{unknown} { x } {} {1D}": "{unknown} { x } {} {1D}",
}


def read(tmp_path, content: str | bytes, fields: Fields = DEFAULT_FIELDS) -> list[Record]:
    (tmp_path / "a.mrk").write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_abstracts([str(tmp_path / "a.mrk")], fields=fields))


@pytest.mark.parametrize("given", CHARACTERS)
def test_mnemonics_are_characters(given):
    assert from_mnemonics(given) == CHARACTERS[given]


def test_what_is_written_with_mnemonics_is_read_again():
    assert from_mnemonics(to_mnemonics("a $5 {x} \\ é")) == "a $5 {x} \\ é"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_records_are_told_apart_by_leaders_or_empty_lines(tmp_path, end):
    without = MRK.replace("=LDR  00000nam\\\\a2200000\\a\\4500\n", "")
    for content in (MRK, MRK.replace("\n\n", "\n"), without, "\n" + MRK, "# a comment\n" + MRK):
        records = read(tmp_path, content.replace("\n", end))
        assert [(record.id, record.title, record.text, record.codes) for record in records] == EXPECTED


def test_comments_are_left_out_and_other_fields_can_be_named(tmp_path):
    content = MRK.replace("how armed", "# a comment\nhow armed")
    records = read(tmp_path, content, Fields(codes="650a"))
    assert [(record.text, record.codes) for record in records] == [(EXPECTED[0][2], ("Armies",)), (SOIL, ("Armies",))]


@pytest.mark.parametrize(
    ("piece", "message"), [(b"\xff", "not UTF-8"), (b"a" * 11_000_000, "10 MB"), (b"$a" * 300_000, "more than 200,000")]
)
def test_a_broken_record_is_named_and_the_next_is_read(tmp_path, piece, message):
    broken, good = read(tmp_path, MRK.encode().replace(b"Soldiers", piece))
    assert isinstance(broken, Unreadable)
    assert message in broken.reason
    assert good.text == SOIL


def test_new_fields_stand_in_the_order_of_tags_with_mnemonics(tmp_path):
    for content in (MRK, MRK.replace("\n", "\r\n"), MRK.rstrip()):
        end = "\r\n" if "\r" in content else "\n"
        result = added(tmp_path, "a.mrk", content.encode(), "X{5}$").decode()
        line = f"=084  \\\\$aX{{lcub}}5{{rcub}}{{dollar}}$2z{end}"
        assert result.count(f"$2rvk{end}{line}=245") == 2
        assert result.replace(line, "") == content
        assert [record.codes for record in read(tmp_path, result, Fields(codes="084a"))] == [("NK 1", "X{5}$")] * 2
        assert added(tmp_path, "a.mrk", result.encode(), "X{5}$").decode() == result


def test_a_code_that_a_record_of_marc_8_cannot_hold_is_not_added(tmp_path):
    (tmp_path / "a.mrk").write_text(MRK, encoding="utf-8")
    result, messages = kept(tmp_path / "a.mrk", "é")
    assert result == MRK.encode()
    assert "the record is in MARC-8, which can't hold the code 'é'" in messages[0]
    (tmp_path / "a.mrk").write_text(MRK.replace("nam\\\\", "nam\\a"), encoding="utf-8")
    assert len(kept(tmp_path / "a.mrk", "é")[1]) == 0

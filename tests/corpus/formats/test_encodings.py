"""Text that is neither UTF-8 nor UTF-16 with a mark: named with its likely encoding, and read with ``--encoding``."""

from pathlib import Path

import pytest
from support.formats import ARMY, RECORD_FILES
from support.program import run

from classmark.corpus.encodings import guess_encoding
from classmark.corpus.fields import Fields
from classmark.corpus.input.read import read_abstracts

TABLE = f'id;title;abstract;codes\r\n1;Études – l’armée;"{ARMY}";J\r\n2;Größe;"{ARMY}";\r\n'


def written(path: Path, content: str, encoding: str) -> Path:
    path.write_bytes(content.encode(encoding))
    return path


@pytest.mark.parametrize(
    ("text", "encoding", "guess"),
    [
        ("Étude de l’armée – café", "cp1252", "windows-1252"),
        ("Größe der Böden", "latin-1", "windows-1252"),
        ("Größe", "latin-1", "windows-1252"),
        ("Почвы и пшеница России", "cp1251", "windows-1251"),
        ("日本語の要約を読む", "shift_jis", "shift_jis"),
        ("我们研究土壤和小麦的产量", "gb18030", "gb18030"),
        ("Größe der Böden", "cp850", ""),
        ("Größe der Böden", "mac-roman", ""),
    ],
)
def test_an_encoding_is_guessed_or_not_known(text, encoding, guess):
    assert guess_encoding(text.encode(encoding)) == guess


def test_a_record_that_is_not_utf_8_is_named_with_its_likely_encoding(tmp_path, model):
    path = written(tmp_path / "a.csv", TABLE, "cp1252")
    done = run("predict", path, "--model", model)
    assert done.code == 1
    assert (
        "a.csv:2: not UTF-8 (byte 0xC9 at position 1), probably windows-1252: try --encoding windows-1252" in done.err
    )


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.ris", "a.bib", "a.jsonl", "a.txt"])
def test_text_formats_are_read_in_the_encoding_that_is_named(tmp_path, name):
    content = f"Étude\n\n{ARMY} é" if name == "a.txt" else RECORD_FILES[name].decode("utf-8-sig")
    path = written(tmp_path / name, content, "latin-1")
    first = next(iter(read_abstracts([str(path)], fields=Fields(encoding="latin-1"))))
    assert first.title.startswith("Étude")


@pytest.mark.parametrize("name", ["a.mrc", "marc.xml", "a.parquet", "a.csv"])
def test_formats_with_an_encoding_of_their_own_and_files_with_a_mark_keep_it(tmp_path, name):
    content = RECORD_FILES[name]
    (tmp_path / name).write_bytes(content.decode().encode("utf-8-sig") if name == "a.csv" else content)
    first = next(iter(read_abstracts([str(tmp_path / name)], fields=Fields(encoding="cp1252"))))
    assert first.title == "Étude of the army"


@pytest.mark.parametrize("encoding", ["windows-1252", "utf-16-le", "UTF-16", "cp1251"])
def test_keep_writes_the_same_bytes_in_the_same_encoding(tmp_path, model, encoding):
    table = TABLE if encoding != "cp1251" else TABLE.replace("Études", "Этюды").replace("armée", "а").replace("öß", "ж")
    path = written(tmp_path / "a.csv", table, "utf-16-le" if encoding == "UTF-16" else encoding)
    done = run("predict", path, "--keep", "-o", tmp_path / "o.csv", "--model", model, "--encoding", encoding)
    assert done.code == 0
    kept = table.replace('";J\r\n', '";"J;U"\r\n').replace('";\r\n', '";U\r\n')
    assert (tmp_path / "o.csv").read_bytes() == kept.encode("utf-16-le" if encoding == "UTF-16" else encoding)


def test_an_encoded_table_is_read_from_a_pipe(model):
    done = run("predict", "--encoding", "cp1252", "-m", model, "-f", "jsonl", given=TABLE.encode("cp1252"))
    assert [(record["id"], record["codes"]) for record in done.records] == [("1", ["U"]), ("2", ["U"])]


def test_a_record_that_is_not_in_the_encoding_is_named_and_kept(tmp_path, model):
    path = tmp_path / "a.csv"
    path.write_bytes(TABLE.encode("cp1252").replace(b"Gr", b"\x81r"))
    done = run("predict", path, "--encoding", "cp1252", "--keep", "-o", tmp_path / "o.csv", "--model", model)
    assert done.code == 1
    assert "a.csv:3: not UTF-8 (byte 0x81 at position 1)" in done.err
    first, second = path.read_bytes().split(b"\r\n")[1:3]
    assert (tmp_path / "o.csv").read_bytes().split(b"\r\n")[1:3] == [first.replace(b";J", b';"J;U"'), second]


def test_text_that_is_not_utf_16_is_damaged(tmp_path, model):
    (tmp_path / "a.csv").write_bytes(TABLE.encode("utf-16-le") + b"\x00\xdc")
    done = run("predict", tmp_path / "a.csv", "--encoding", "utf-16-le", "--model", model)
    assert done.code == 1
    assert "not UTF-16-LE, as --encoding says" in done.err


@pytest.mark.parametrize("name", ["ansi", "base64", "", "rot13"])
def test_an_unknown_encoding_is_refused(tmp_path, name):
    done = run("predict", written(tmp_path / "a.txt", ARMY, "utf-8"), "--encoding", name)
    assert (done.code, done.out) == (2, "")
    assert f"{name!r} is no encoding of text" in " ".join(done.err.split())

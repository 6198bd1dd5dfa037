"""Test the page without a script: a form, and what comes of it."""

import re
import uuid

import pytest
from support.formats import RECORD_FILES
from support.hostile import HOSTILE
from support.program import run, write_records
from support.server import serving

from classmark.model.scoring.classifier import DEFAULT_FILE

WAR = "Armed groups, insurgency and regional security after a regime change"


@pytest.fixture(scope="module")
def server(levelled_model):
    with serving(DEFAULT_FILE, levelled_model) as server:
        yield server


def send(server, path="/", file=None, **fields):
    """Send the form of the page, as a browser does."""
    boundary = uuid.uuid4().hex
    parts = [(f'name="{name}"', value.encode()) for name, value in fields.items()]
    if file:
        parts.append((f'name="file"; filename="{file[0]}"', file[1]))
    body = b"".join(
        b"--%s\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n" % (boundary.encode(), head.encode(), value)
        for head, value in parts
    )
    return server.ask(
        "POST", path, body + f"--{boundary}--\r\n".encode(), Content_Type=f"multipart/form-data; boundary={boundary}"
    )


def assigned_in(page):
    return re.findall(r'<tr data-score="[^"]*" data-code="([^"]*)" data-given="yes"', page)


def test_the_codes_of_an_abstract_are_shown(server):
    answer = send(server, text=WAR)
    assert answer.status == 200
    assert assigned_in(answer.text) == [line.split("\t")[0] for line in run("predict", given=WAR).lines]
    assert '<bdi class="name">Political science</bdi>' in answer.text
    assert WAR in re.sub("<[^>]*>", "", answer.text)


def test_the_words_that_speak_for_the_best_code_are_marked(server):
    marked = re.findall(r'<mark class="m\d" data-strengths="[\d ]+">([^<]*)</mark>', send(server, text=WAR).text)
    assert {"Armed", "regime"} <= {word for each in marked for word in each.split()}


def test_finer_codes_stand_below_the_code_that_they_belong_to(server):
    page = send(server, text="Armies, soldiers and infantry in modern warfare", project="fine-level-1").text
    [row] = re.findall(r'<tr data-score="[^"]*" data-code="U".*?</tr>', page, re.DOTALL)
    finer = re.findall(r'<li.*?<bdi class="code">(\w+)</bdi>', row)
    assert finer
    assert all(code.startswith("U") for code in finer)


def test_a_threshold_replaces_those_of_the_model(server):
    page = send(server, text=WAR, own_threshold="1", threshold="0.94").text
    assert assigned_in(page) == ["J"]
    assert assigned_in(send(server, text=WAR, own_threshold="", threshold="0.94").text) == ["J", "U"]


def test_the_records_of_a_file_are_listed(server, records, tmp_path):
    path = write_records(tmp_path / "a.jsonl", records)
    page = send(server, file=("a.jsonl", path.read_bytes())).text
    assert f"<h2>{len(records)} records</h2>" in page
    assert page.count('<th scope="row">') == len(records)


def test_a_file_with_one_text_is_shown_as_an_abstract(server):
    assert assigned_in(send(server, file=("a.txt", WAR.encode())).text) == ["J", "U"]


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.ris", "a.bib", "a.mrc", "marc.xml"])
def test_the_labelled_file_is_the_one_that_keep_writes(server, name, tmp_path):
    (tmp_path / name).write_bytes(RECORD_FILES[name])
    kept = run("predict", tmp_path / name, "--keep", "-o", tmp_path / f"kept-{name}")
    assert kept.code == 0, kept.err
    answer = send(server, "/download", file=(name, RECORD_FILES[name]))
    assert answer.status == 200
    assert answer.body == (tmp_path / f"kept-{name}").read_bytes()
    stem, ending = name.split(".")
    assert answer.headers["content-disposition"] == f"attachment; filename*=UTF-8''{stem}.codes.{ending}"


def test_a_file_without_a_place_for_codes_comes_back_as_a_table(server):
    answer = send(server, "/download", file=("a.txt", WAR.encode()))
    assert answer.headers["content-disposition"].endswith("a.codes.csv")
    assert answer.text.splitlines()[1].startswith('a.txt,a.txt,ok,"J;U",')


@pytest.mark.parametrize(
    ("fields", "status", "told"),
    [
        ({"text": " "}, 400, "there is nothing to classify"),
        ({"text": "soil", "project": "none"}, 404, "not found"),
        ({"text": "qwxz bnmvk"}, 200, "the model knows none of its words"),
        ({"file": ("a.docx", b"PK")}, 400, "files ending in .docx are not read"),
        ({"file": ("a.csv", b"x,y\n1,2\n")}, 400, "a.csv:1:"),
        ({"file": ("a.csv", b"")}, 400, "a.csv"),
    ],
    ids=str,
)
def test_what_does_not_work_is_told(server, fields, status, told):
    answer = send(server, **fields)
    assert (answer.status, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert told in answer.text


def test_a_download_without_a_file_is_told(server):
    assert send(server, "/download", text="soil").status == 400


@pytest.mark.parametrize("where", ["text", "file"])
def test_markup_in_what_is_sent_is_shown_as_text(server, where):
    text = f"War and {HOSTILE} armies\x1b"
    answer = send(server, text=text) if where == "text" else send(server, file=(f"{HOSTILE[:20]}.txt", text.encode()))
    assert answer.status == 200
    assert HOSTILE not in answer.text
    assert "\x1b" not in answer.text


def test_the_page_loads_only_its_own_files_and_sets_no_cookie(server):
    page = server.get("/")
    links = re.findall(r'(?:src|href|action)="([^"]*)"', page.text)
    assert set(links) == {"data:,", "page.css", "page.js", "./", "download", "v1/openapi.json"}
    assert not re.search(r"<style|<script>|\son\w+=", page.text)
    for path in ("/page.css", "/page.js"):
        asset = server.get(path)
        assert asset.status == 200
        assert not re.search(r"https?://|@import|url\(", asset.text)
    assert "set-cookie" not in page.headers

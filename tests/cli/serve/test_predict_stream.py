"""Test ``/v1/predict``: this program's JSON lines, in and out."""

import json

import pytest
from support.program import run, write_records
from support.server import serving


@pytest.fixture(scope="module")
def server(model):
    with serving(model) as server:
        yield server


def lines_of(records):
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def test_predictions_are_those_of_the_command_line(server, records, model, tmp_path):
    path = write_records(tmp_path / "a.jsonl", records)
    expected = run("predict", path, "--model", model, "--format", "jsonl", "--top", 2, "--threshold", 0.3).records
    answer = server.ask("POST", "/v1/predict?top=2&threshold=0.3", lines_of(records))
    assert answer.status == 200
    assert [line | {"source": ""} for line in answer.lines] == [line | {"source": ""} for line in expected]


def test_predictions_come_while_records_are_still_sent(server, records):
    connection = server.connect()
    connection.putrequest("POST", "/v1/predict?project=small")
    connection.putheader("Transfer-Encoding", "chunked")
    connection.endheaders()
    answered = connection.sock.makefile("rb")
    for record in records[:3]:
        line = lines_of([record])
        connection.send(b"%x\r\n%b\r\n" % (len(line), line))
        while not (found := answered.readline()).startswith(b"{"):
            assert found
        assert json.loads(found)["id"] == record["id"]
    connection.send(b"0\r\n\r\n")
    assert answered.read(7).endswith(b"0\r\n\r\n")
    answered.close()


def test_broken_records_are_told_and_others_predicted(server, records):
    body = b"{broken\n\n" + lines_of(records[:1]) + b'{"text": ""}\n{"text": "x' + b"x" * 10_000_100 + b'"}\n[1]'
    lines = server.ask("POST", "/v1/predict", body).lines
    assert [line["status"] for line in lines] == ["error", "ok", "empty", "error", "error"]
    assert lines[3]["reason"].startswith("longer than 10 MB")


def test_an_empty_stream_has_no_predictions(server):
    answer = server.ask("POST", "/v1/predict", b"")
    assert (answer.status, answer.body) == (200, b"")


@pytest.mark.parametrize(
    ("query", "status"),
    [("project=none", 404), ("top=0", 400), ("top=x", 400), ("threshold=2", 400), ("assign=0", 400)],
)
def test_wrong_parameters_are_refused(server, query, status):
    assert server.ask("POST", f"/v1/predict?{query}", b'{"text": "soil"}').status == status


def test_the_best_codes_are_assigned(server, records):
    [line] = server.ask("POST", "/v1/predict?assign=3", lines_of(records[:1])).lines
    assert len(line["codes"]) == 3

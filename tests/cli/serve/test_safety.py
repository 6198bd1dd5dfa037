"""Test limits, and what is neither shown, logged nor kept."""

import json
import socket
from threading import Thread

import pytest
from support.program import run
from support.server import serving

WORD = "tetrahydrocannabinol"
FORM = "application/x-www-form-urlencoded"
SUGGEST = "/v1/projects/small/suggest"
BATCH = "/v1/projects/small/suggest-batch"
HEADERS = {
    "content-security-policy",
    "cross-origin-opener-policy",
    "permissions-policy",
    "referrer-policy",
    "x-content-type-options",
    "x-frame-options",
}


@pytest.fixture(scope="module")
def server(model):
    with serving(model, "--max-size", 1) as server:
        yield server


@pytest.fixture(scope="module")
def strict(model):
    """Yield a server that has one place for a request, and little time."""
    with serving(model, "--queue", 1, "--timeout", 1) as server:
        yield server


def begin_request(server, path=SUGGEST, content_type=FORM):
    """Send a request without its body, and return the connection."""
    connection = server.connect()
    connection.putrequest("POST", path)
    connection.putheader("Content-Type", content_type)
    connection.putheader("Content-Length", "9")
    connection.endheaders()
    return connection


@pytest.mark.parametrize("path", [SUGGEST, BATCH, "/", "/download", "/v1/projects/small/learn"])
@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_request_that_is_too_large_is_refused(server, path, is_chunked):
    kinds = {BATCH: "application/json", SUGGEST: FORM, "/v1/projects/small/learn": "application/json"}
    kind = kinds.get(path, "multipart/form-data; boundary=x")
    chunked = {"Transfer_Encoding": "chunked"} if is_chunked else {}
    body = [b"x" * 1000] * 1001
    answer = server.ask("POST", path, iter(body) if is_chunked else b"".join(body), Content_Type=kind, **chunked)
    assert answer.status == 413
    assert b"1,000,000 bytes" in answer.body


def test_a_request_that_arrives_too_slowly_is_ended(strict):
    response = begin_request(strict).getresponse()
    assert response.status == 408
    assert json.loads(response.read())["detail"] == "the request did not arrive within 1 s"


def test_a_stream_that_stands_still_is_ended(strict):
    response = begin_request(strict, "/v1/predict").getresponse()
    assert response.status == 408


@pytest.mark.parametrize("start", [b"", b"GET / HTTP/1.1\r\nHost: a\r\n"])
def test_a_connection_without_a_whole_head_is_closed(strict, start):
    with socket.create_connection(("127.0.0.1", strict.port), timeout=60) as connection:
        connection.sendall(start)
        assert connection.recv(100) == b""


def test_a_head_without_end_is_refused(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nX-Long: " + b"x" * 100_000)
        assert connection.recv(100).startswith(b"HTTP/1.1 400 ")


def test_requests_beyond_the_queue_are_asked_to_come_again(strict):
    waiting = begin_request(strict)
    assert strict.get("/healthz").status == 200
    refused = strict.suggest("small", text="soil")
    while refused.status == 200:  # the other request has not arrived yet
        refused = strict.suggest("small", text="soil")
    assert (refused.status, refused.headers["retry-after"]) == (429, "1")
    waiting.send(b"text=soil")
    assert waiting.getresponse().status == 200
    assert strict.suggest("small", text="soil").status == 200


def test_health_is_told_while_much_is_scored(model):
    with serving(model) as server:
        answers = []
        body = json.dumps({"documents": [{"text": f"soil {'armies and music ' * 18_000}"}] * 32})
        slow = Thread(target=lambda: answers.append(server.ask("POST", BATCH, body, Content_Type="application/json")))
        slow.start()
        while "classmark_requests_in_progress 2.0" not in server.get("/metrics").text and slow.is_alive():
            pass
        assert server.get("/healthz").text == "ok\n"
        assert not answers
        slow.join()
        assert answers[0].status == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/"), ("GET", "/page.js"), ("GET", "/none"), ("POST", SUGGEST), ("GET", "/v1/projects"), ("PUT", "/")],
)
def test_every_answer_protects_browsers(server, method, path):
    headers = server.ask(method, path).headers
    assert set(headers) >= HEADERS
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert "server" not in headers


@pytest.mark.parametrize(
    ("path", "kind", "body"),
    [
        (SUGGEST, FORM, b"text=%ff%fe\xff"),
        (SUGGEST, FORM, b"&".join(b"a=1" for _ in range(200))),
        (BATCH, "application/json", b"[" * 100_000),
        (BATCH, "application/json", b'{"documents": [{"text": "\\ud800", "document_id": "\\udfff"}]}'),
        (BATCH, "application/json", b'{"documents": [{"text": NaN}]}'),
        (BATCH, "application/json", b'{"documents": [{"text": ' + b"1" * 10_000 + b"}]}"),
        (BATCH, "application/json", b"\xff\xfe"),
        (BATCH + "?limit=99999999999999999999&threshold=1e999", "application/json", b"{}"),
        ("/", "multipart/form-data", b""),
        ("/", "multipart/form-data; boundary=x", b"--x\r\nnothing"),
        ("/", "multipart/form-data; boundary=" + "x" * 100, b"\x00"),
        ("/v1/predict", "", b'{"text": "\\ud800"}\n\xff\n' + b"[" * 10_000),
        ("/v1/projects/%00/suggest", FORM, b"text=a"),
        ("/v1/projects/..%2f..%2fetc%2fpasswd/suggest", FORM, b"text=a"),
    ],
    ids=range(14),
)
def test_odd_requests_are_answered_without_a_traceback(server, path, kind, body):
    answer = server.ask("POST", path, body, Content_Type=kind)
    assert answer.status in {200, 400, 404}
    assert b"Traceback" not in answer.body
    assert b".py" not in answer.body


def test_a_name_in_a_request_is_no_path(server, tmp_path):
    body = (
        f'--x\r\nContent-Disposition: form-data; name="file"; filename="{tmp_path}/../a.jsonl"\r\n\r\n'
        '{"text": "soil"}\r\n--x--\r\n'
    )
    answer = server.ask("POST", "/download", body, Content_Type="multipart/form-data; boundary=x")
    assert answer.json["codes"]
    assert answer.headers["content-disposition"].endswith("''a.codes.jsonl")
    for path in (str(model_path := tmp_path / "none"), "..%2Fsmall", "small.safetensors"):
        assert server.get(f"/v1/projects/{path}").status == 404
    assert not model_path.exists()
    assert not (tmp_path.parent / "a.jsonl").exists()


def use(server):
    """Send a word in all ways."""
    server.suggest("small", text=WORD)
    server.post_json(f"{BATCH}?language={WORD}", {"documents": [{"text": WORD}]})
    server.ask("POST", "/v1/predict", json.dumps({"text": WORD}))
    server.ask("POST", "/v1/predict", f"{{{WORD}")
    padding = "soil " * 300_000  # more than forms usually keep in memory
    for path in ("/", "/download"):
        body = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{WORD}.txt"\r\n\r\n{WORD} {padding}\r\n'
        server.ask("POST", path, f"{body}--x--\r\n", Content_Type="multipart/form-data; boundary=x")


@pytest.mark.parametrize("workers", [1, 2])
def test_nothing_that_is_sent_is_logged_or_kept(model, tmp_path, workers):
    with serving(model, "--workers", workers, env={"TMPDIR": str(tmp_path), "HOME": str(tmp_path)}) as server:
        use(server)
        assert WORD not in server.said
        assert WORD not in server.get("/metrics").text
        kept = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert all(WORD.encode() not in path.read_bytes() for path in kept)
        assert workers > 1 or kept == []
    assert not list(tmp_path.iterdir())


def test_requests_are_told_if_wanted_without_what_was_sent(model):
    with serving(model, "--log-requests") as server:
        use(server)
        server.get("/healthz")
        assert f"classmark: 127.0.0.1 POST {SUGGEST} 200 " in server.said
        assert f"POST {BATCH} 400 " in server.said
        assert WORD not in server.said


def test_pages_of_other_origins_may_not_ask_unless_told(server, model):
    origin = "https://catalogue.example.org"
    asked = {"Origin": origin, "Access_Control_Request_Method": "POST"}
    assert server.ask("OPTIONS", SUGGEST, **asked).status == 405
    assert "access-control-allow-origin" not in server.get("/v1/projects", Origin=origin).headers
    with serving(model, "--cors", origin) as open_server:
        assert open_server.ask("OPTIONS", SUGGEST, **asked).status == 200
        assert open_server.get("/v1/projects", Origin=origin).headers["access-control-allow-origin"] == origin
        other = open_server.get("/v1/projects", Origin="https://example.com")
        assert "access-control-allow-origin" not in other.headers


@pytest.mark.parametrize(("host", "is_warned"), [("127.0.0.1", False), ("localhost", False), ("0.0.0.0", True)])
def test_a_host_that_others_can_reach_is_warned_of(model, host, is_warned):
    with serving(model, "--host", host) as server:
        server.get("/healthz")
        assert ("there is no authentication" in server.said) is is_warned


def test_what_is_damaged_is_told_in_the_log_alone(model, tmp_path):
    """The weights of a model are checked when they are used."""
    done = run("serve", tmp_path / "none.safetensors")
    assert done.code == 2
    (tmp_path / "broken.safetensors").write_bytes(model.read_bytes()[:1000])
    done = run("serve", tmp_path / "broken.safetensors")
    assert done.code == 1
    assert str(tmp_path / "broken.safetensors") in done.err

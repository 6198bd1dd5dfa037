"""Test that requests of all kinds that the OpenAPI document describes, valid and invalid, are answered as it says."""

import json

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from support.program import ROOT
from support.server import serving

DOCUMENT = ROOT / "cli" / "serve" / "openapi.json"
api = schemathesis.openapi.from_path(DOCUMENT)


@schemathesis.serializer("application/x-ndjson")
def as_lines(_context, value):
    return value.encode(errors="surrogatepass") if isinstance(value, str) else json.dumps(value).encode()


@pytest.fixture(scope="module")
def server(model):
    with serving(model) as server:
        yield server


@api.parametrize()
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_no_request_fails(case, server):
    response = case.call(base_url=server.address)
    assert response.status_code != 500
    case.validate_response(response, checks=[schemathesis.checks.CHECKS.get_one("response_schema_conformance")])
    assert "something unforeseen" not in server.said


def test_the_document_is_served(server):
    assert server.get("/v1/openapi.json").json == json.loads(DOCUMENT.read_text("utf-8"))

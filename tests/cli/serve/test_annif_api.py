"""Test that Annif's clients work unchanged."""

import pytest
import requests
from annif_client import AnnifClient
from support.program import run
from support.server import serving

from classmark.model.scoring.classifier import DEFAULT_FILE

WAR = "Armed groups, insurgency and regional security after a regime change"


@pytest.fixture(scope="module")
def server(model):
    with serving(DEFAULT_FILE, model) as server:
        yield server


@pytest.fixture(scope="module")
def client(server):
    return AnnifClient(server.address + "v1/")


def test_models_are_projects(client):
    ids = [project["project_id"] for project in client.projects]
    assert ids == ["lcc", *(each for each in ids if each.startswith("lcc-level-")), "small"]
    project = client.get_project("lcc")
    assert project["name"] == "Library of Congress Classification"
    assert project["language"] == project["vocab_language"] == "en"
    assert project["is_trained"] is True
    assert project["vocab"] == {"vocab_id": "lcc", "languages": ["en"], "size": 20, "loaded": True}


def test_vocabularies_are_the_sets_of_codes(server):
    sizes = {vocab["vocab_id"]: vocab["size"] for vocab in server.get("/v1/vocabs").json["vocabs"]}
    assert sizes.items() >= {"lcc": 20, "small": 4}.items()


def test_each_level_of_a_scheme_is_a_project(levelled_model):
    with serving(levelled_model) as server:
        sizes = {each["project_id"]: each["vocab"]["size"] for each in server.get("/v1/projects").json["projects"]}
        assert sizes == {"fine": 9, "fine-level-1": 3}
        [best] = server.suggest("fine-level-1", text="Infantry and soldiers", limit=1).json["results"]
        finer = server.suggest("fine", text="Infantry and soldiers", limit=3).json["results"]
        assert best["notation"] == "U"
        assert {each["notation"] for each in finer} & {"UA", "UD"}


def test_a_suggestion_has_what_the_program_predicts(client):
    [predicted] = run("predict", "--format", "jsonl", "--top", 3, given=WAR).records
    suggested = client.suggest("lcc", WAR, limit=3)
    assert [(each["notation"], each["label"], each["score"]) for each in suggested] == [
        (each["code"], each["name"], each["score"]) for each in predicted["ranking"]
    ]


def test_codes_have_addresses(client):
    [best] = client.suggest("lcc", "Soil and wheat in dry years", limit=1)
    assert best["uri"] == "http://id.loc.gov/authorities/classification/S"
    assert client.suggest("small", "music", limit=1)[0]["uri"].startswith("urn:x-classmark:small:")


def test_a_prefix_makes_addresses_of_codes(model):
    with serving(model, "--uri-prefix", "http://example.org/codes/") as server:
        assert server.suggest("small", text="music", limit=1).json["results"][0]["uri"] == "http://example.org/codes/M"


def test_limit_and_threshold_bound_the_suggestions(client):
    assert len(client.suggest("lcc", WAR)) == 10
    assert len(client.suggest("lcc", WAR, limit=4)) == 4
    assert client.suggest("lcc", WAR, limit=0) == []
    assert [each["notation"] for each in client.suggest("lcc", WAR, threshold=0.5)] == ["J", "U"]


def test_a_batch_keeps_order_and_ids(client):
    documents = [{"text": WAR, "document_id": "a"}, {"text": "Soil"}, {"text": "", "document_id": "c"}]
    batch = client.suggest_batch("lcc", documents, limit=1)
    assert [each["document_id"] for each in batch] == ["a", None, "c"]
    assert [[code["notation"] for code in each["results"]] for each in batch] == [["J"], ["S"], []]


def test_a_batch_gives_what_single_texts_give(client, records):
    texts = [record["text"] for record in records[:32]]
    batch = client.suggest_batch("lcc", [{"text": text} for text in texts])
    assert [each["results"] for each in batch] == [client.suggest("lcc", text) for text in texts]


def test_a_title_is_taken_from_the_metadata(client, server):
    text = "A report of the commission"
    with_title = server.suggest(text=text, metadata_title="Armies at war", limit=1).json["results"]
    [in_batch] = client.suggest_batch("lcc", [{"text": text, "metadata": {"title": "Armies at war"}}], limit=1)
    assert with_title == in_batch["results"] == client.suggest("lcc", f"Armies at war\n\n{text}", limit=1)


def test_words_that_the_model_does_not_know_get_no_code(client):
    assert client.suggest("lcc", "qwxz bnmvk zzxyq") == []


@pytest.mark.parametrize("call", ["get_project", "suggest", "suggest_batch", "learn"])
def test_an_unknown_project_is_not_found(client, call):
    arguments = {"get_project": (), "suggest": ("text",)}.get(call, ([],))
    with pytest.raises(ValueError, match=r"^Project 'none' not found$"):
        getattr(client, call)("none", *arguments)


def test_learning_is_answered_as_by_a_backend_that_cannot(client):
    with pytest.raises(requests.HTTPError) as raised:
        client.learn("lcc", [{"text": WAR, "subjects": [{"uri": "http://example.org/1"}]}])
    assert raised.value.response.status_code == 503
    assert raised.value.response.json()["detail"] == "Not supported project 'lcc': Learning not supported by backend"


def test_languages_are_not_detected(client):
    with pytest.raises(ValueError, match="classmark does not detect languages"):
        client.detect_language("text", ["en"])


@pytest.mark.parametrize(
    ("fields", "detail"),
    [
        ({}, "'text' is a required property"),
        ({"text": "soil", "limit": "many"}, "limit: 'many' is not a whole number from 0 on"),
        ({"text": "soil", "limit": "-1"}, "limit: '-1' is not a whole number from 0 on"),
        ({"text": "soil", "threshold": "2"}, "threshold: '2' is not a number from 0 to 1"),
        ({"text": "soil", "threshold": "nan"}, "threshold: 'nan' is not a number from 0 to 1"),
        ({"text": "soil", "language": "fi"}, 'language "fi" not supported by vocabulary'),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_wrong_form_is_told_in_problem_details(server, fields, detail):
    answer = server.suggest(**fields)
    assert answer.status == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json == {"type": "about:blank", "title": "Bad Request", "status": 400, "detail": detail}


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ([], "'documents' is a required property, a list"),
        ({"documents": [{"text": "soil"}] * 33}, "too many items - 'documents'"),
        ({"documents": [{"text": "soil"}, {"text": 1}]}, "'text' is a required property, a string - 'documents.1'"),
        ({"documents": [{"text": "", "document_id": 1}]}, "'document_id' is not a string - 'documents.0'"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_wrong_batch_is_told_in_problem_details(server, body, detail):
    answer = server.post_json("/v1/projects/lcc/suggest-batch", body)
    assert (answer.status, answer.json["detail"]) == (400, detail)


def test_a_body_of_another_type_is_refused(server):
    assert server.ask("POST", "/v1/projects/lcc/suggest", "{}", Content_Type="application/json").status == 415
    assert server.ask("POST", "/v1/projects/lcc/suggest-batch", "a=b", Content_Type="text/plain").status == 415


@pytest.mark.parametrize("path", ["/v1/nothing", "/v2/", "/etc/passwd", "/v1/projects/lcc/hyperopt"])
def test_an_unknown_path_is_not_found(server, path):
    answer = server.get(path)
    assert (answer.status, answer.headers["content-type"]) == (404, "application/problem+json")

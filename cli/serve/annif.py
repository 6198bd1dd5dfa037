"""Answer requests to the REST API of Annif, version 1.

Source: https://github.com/NatLibFi/Annif, ``annif/openapi/annif.yaml`` and ``annif/rest.py`` of version 1.4
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from classmark.corpus.version import VERSION
from classmark.model.prediction.predict import Prediction, Status

from .bodies import form_of, json_of
from .parameters import SuggestParameters
from .problems import Problem, bad_request, json_response
from .projects import Project
from .scoring import ScoringJob
from .service import limited, service_of
from .texts import SentText

MOST_DOCUMENTS = 32
"""The most documents of a batch, as Annif has it."""


async def show_info(_request: Request) -> Response:
    """Tell what answers, and its version."""
    return json_response({"title": "classmark, with the REST API of Annif", "version": VERSION})


async def list_vocabs(request: Request) -> Response:
    """List the sets of codes."""
    return json_response({"vocabs": [project.vocabulary for project in service_of(request).projects.all]})


async def list_projects(request: Request) -> Response:
    """List the projects."""
    return json_response({"projects": [project.description for project in service_of(request).projects.all]})


async def show_project(request: Request) -> Response:
    """Describe one project."""
    return json_response(_project_of(request).description)


@limited
async def suggest(request: Request) -> Response:
    """Suggest codes for one text."""
    project = _project_of(request)
    form = await form_of(request)
    if "text" not in form:
        raise bad_request("'text' is a required property")
    parameters = SuggestParameters.of(form, project)
    text = SentText(form["text"], form.get("metadata_title", ""))
    [results] = await _suggest(request, project, [text], parameters)
    return json_response({"results": results})


@limited
async def suggest_batch(request: Request) -> Response:
    """Suggest codes for several texts."""
    project = _project_of(request)
    parameters = SuggestParameters.of(request.query_params, project)
    documents = _documents_in(await json_of(request))
    texts = [SentText(document["text"], _title_in(document)) for document in documents]
    results = await _suggest(request, project, texts, parameters)
    ids = [document.get("document_id") for document in documents]
    return json_response([{"results": each, "document_id": id_} for each, id_ in zip(results, ids, strict=True)])


@limited
async def learn(request: Request) -> Response:
    """Refuse to learn, as Annif does for a backend that cannot."""
    project = _project_of(request)
    await json_of(request)
    detail = f"Not supported project '{project.id}': Learning not supported by backend"
    raise Problem(503, "Service unavailable", detail)


async def detect_language(_request: Request) -> Response:
    """Refuse to detect languages; Annif's client shows the reason only of this status."""
    raise Problem(404, "Not Found", "classmark does not detect languages")


def _project_of(request: Request) -> Project:
    return service_of(request).project(request.path_params["project_id"])


async def _suggest(
    request: Request, project: Project, texts: list[SentText], parameters: SuggestParameters
) -> list[list[dict[str, Any]]]:
    if not parameters.limit:
        return [[] for _ in texts]
    job = ScoringJob(project, parameters.limit)
    predictions = await service_of(request).predict(job, texts)
    return [_results(project, prediction, parameters) for prediction in predictions]


def _results(project: Project, prediction: Prediction, parameters: SuggestParameters) -> list[dict[str, Any]]:
    if prediction.status is Status.ERROR:
        raise bad_request(f"the text can't be read: {prediction.reason}")
    return [
        {
            "uri": project.addresses.uri(ranked.code),
            "label": ranked.name,
            "notation": project.addresses.notation(ranked.code),
            "score": round(ranked.score, 4),
        }
        for ranked in prediction.ranking[: parameters.limit]
        if ranked.score >= parameters.threshold
    ]


def _documents_in(body: object) -> list[Mapping[str, Any]]:
    """Return the documents of a batch; raises a `Problem` if it is not as the API has it."""
    if not isinstance(body, dict) or not isinstance(body.get("documents"), list):
        raise bad_request("'documents' is a required property, a list")
    documents: list[Mapping[str, Any]] = body["documents"]
    if len(documents) > MOST_DOCUMENTS:
        raise bad_request("too many items - 'documents'")
    for number, document in enumerate(documents):
        if not isinstance(document, dict) or not isinstance(document.get("text"), str):
            raise bad_request(f"'text' is a required property, a string - 'documents.{number}'")
        if not isinstance(document.get("document_id", ""), str):
            raise bad_request(f"'document_id' is not a string - 'documents.{number}'")
    return documents


def _title_in(document: Mapping[str, Any]) -> str:
    """Return the title in the metadata of a document; empty if there is none."""
    metadata = document.get("metadata")
    title = metadata.get("title") if isinstance(metadata, dict) else None
    return title if isinstance(title, str) else ""

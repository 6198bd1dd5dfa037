"""Answer people: a page with a form, what comes of an abstract or a file, and the labelled file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from classmark.cli.console import legible
from classmark.corpus.errors import ClassmarkError

from .explaining import ExplainedAbstract, explain_abstract
from .page_form import PageForm, read_form
from .problems import Problem, bad_request
from .scoring import ScoringJob
from .service import limited, service_of
from .texts import SentText
from .uploads import PredictedFile, label_file, predict_file

if TYPE_CHECKING:
    from jinja2 import Template

_FOLDER = Path(__file__).parent
_TYPES = {"page.css": "text/css", "page.js": "text/javascript"}
_MOST_SHOWN = 100
"""Records of a file to show; the labelled file has all."""


class _Result(Struct, frozen=True):
    """What is shown below the form: of the three, at most one is there."""

    abstract: ExplainedAbstract | None = None
    file: PredictedFile | None = None
    problem: str = ""


async def show_page(request: Request) -> Response:
    """Show the form."""
    return _page(request, PageForm(), _Result())


async def show_asset(request: Request) -> Response:
    """Show the style sheet or the script."""
    name = request.url.path.rpartition("/")[2]
    return Response(_asset(name), headers={"Cache-Control": "no-cache"}, media_type=_TYPES[name])


async def classify(request: Request) -> Response:
    """Show the codes of an abstract or of the records of a file."""
    form = PageForm()
    try:
        return await _classify(request)
    except Problem as problem:
        return _page(request, form, _Result(problem=problem.detail), problem.status, problem.headers)


async def download(request: Request) -> Response:
    """Send the file back, with codes."""
    try:
        return await _download(request)
    except Problem as problem:
        return _page(request, PageForm(), _Result(problem=problem.detail), problem.status, problem.headers)


@limited
async def _classify(request: Request) -> Response:
    form, service = await read_form(request), service_of(request)
    job = _job(request, form)
    try:
        if form.upload is None:
            if not form.text.strip():
                raise bad_request("there is nothing to classify: paste an abstract, or choose a file")
            record = SentText(form.text).record
            result = _Result(abstract=await service.scoring.call(explain_abstract, job, record))
        else:
            found = await service.reading.call(predict_file, job, form.upload, service.settings.seconds)
            is_single = len(found.records) == 1 and found.records[0].location.is_whole_file
            if is_single:
                abstract = await service.scoring.call(explain_abstract, job, found.records[0])
                result = _Result(abstract=abstract)
            else:
                result = _Result(file=found)
    except ClassmarkError as error:
        raise bad_request(str(error)) from None
    predictions = [result.abstract.prediction] if result.abstract else result.file.predictions if result.file else []
    service.count(job.project, predictions)
    return _page(request, form, result)


@limited
async def _download(request: Request) -> Response:
    form, service = await read_form(request), service_of(request)
    if form.upload is None:
        raise bad_request("choose a file to be labelled")
    try:
        job = _job(request, form)
        labelled = await service.reading.call(label_file, job, form.upload, service.settings.seconds)
    except ClassmarkError as error:
        raise bad_request(str(error)) from None
    name = f"attachment; filename*=UTF-8''{quote(labelled.name, safe='')}"
    return Response(labelled.data, headers={"Content-Disposition": name}, media_type="application/octet-stream")


def _job(request: Request, form: PageForm) -> ScoringJob:
    return ScoringJob(service_of(request).project(form.project or None), top=10, threshold=form.threshold)


def _page(
    request: Request, form: PageForm, result: _Result, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    projects = service_of(request).projects
    html = _template().render(form=form, result=result, projects=projects, most_shown=_MOST_SHOWN)
    return HTMLResponse(html, status, headers)


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415  # only the page needs it

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, finalize=_finalize, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"score": "{:.2f}".format, "count": "{:,}".format}
    return environment.from_string(_asset("page.html").decode())


def _finalize(value: object) -> object:
    """Escape invalid characters in every text of the template."""
    return value if hasattr(value, "__html__") or not isinstance(value, str) else legible(value)


@cache
def _asset(name: str) -> bytes:
    return (_FOLDER / name).read_bytes()

"""Read the form of the page."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from msgspec import Struct
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from .bodies import body_of
from .parameters import share
from .problems import Problem, bad_request
from .service import service_of
from .uploads import Upload

_MOST_FIELDS = 20


class PageForm(Struct, frozen=True):
    """The form of the page, as it was filled in.

    Parameters
    ----------
    project
        An id; empty for the first project.
    threshold
        None for the model's thresholds.
    """

    text: str = ""
    project: str = ""
    threshold: float | None = None
    upload: Upload | None = None


async def read_form(request: Request) -> PageForm:
    """Read the form; raises a `Problem` if it is no such form, too large, or arrives too slowly."""
    form = await _parsed(request)
    given = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    file = form.get("file")
    upload = None
    if isinstance(file, UploadFile) and file.filename:
        upload = Upload(file.filename, await file.read())
    threshold = share(given, "threshold") if given.get("own_threshold") else None
    return PageForm(given.get("text", ""), given.get("project", ""), threshold, upload)


async def _parsed(request: Request) -> FormData:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise Problem(415, "Unsupported Media Type", "send the form of the page, as multipart/form-data")
    most = service_of(request).settings.max_bytes
    body = await body_of(request)

    async def stream() -> AsyncGenerator[bytes, None]:
        yield body
        yield b""

    parser = MultiPartParser(request.headers, stream(), max_files=1, max_fields=_MOST_FIELDS, max_part_size=most)
    parser.spool_max_size = most + 1  # nothing is written to the disk
    try:
        return await parser.parse()
    except (MultiPartException, KeyError, ValueError) as error:
        raise bad_request(f"the form can't be read: {getattr(error, 'message', None) or error}") from None

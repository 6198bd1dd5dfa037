"""Add codes to the text of a JSON object; all other text stays unchanged."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from msgspec import Struct

from classmark.corpus.abstract import Abstract
from classmark.corpus.errors import UsageError
from classmark.corpus.fields import CODE_SEPARATOR, Fields
from classmark.corpus.formats.annotation import AnnotatedRecord, Annotation
from classmark.corpus.formats.json_layouts import own_key
from classmark.corpus.formats.json_layouts.doaj import DOAJ_SCHEME
from classmark.corpus.formats.json_responses import path_of_record
from classmark.corpus.formats.json_text import DECODER
from classmark.corpus.limits import MAX_DEPTH
from classmark.corpus.scheme_csv import lcc

_SPACE = re.compile(r"[ \t\n\r]*")
_ARTICLE, _SUBJECT, _CODES = "bibjson", "subject", "codes"


class _Item(Struct, frozen=True):
    """A value in an object or an array: its key, its start with and without the key, and its end."""

    key: str
    begin: int
    start: int
    end: int


def with_codes(text: str, item: AnnotatedRecord, fields: Fields) -> str:
    """Return the text of a JSON object with codes added to the field that holds them, or as a new list.

    In a response with a single record, they are added to that record.

    Raises
    ------
    ValueError
        If codes cannot be added to the value of the field; the message says why.
    UsageError
        If the field is nested too deep.
    """
    record, codes = item
    new = [code for code in codes if isinstance(record, Abstract) and code.code not in record.codes]
    if not new:
        return text
    field = fields.codes
    start = _start_of_record(text, fields)
    members = _items(text, start)
    article = _last(members, _ARTICLE)
    if field is None and article and text[article.start] == "{":
        return _added(text, start, [_ARTICLE, _SUBJECT], [_json(_subject(code)) for code in new])
    own = own_key({item.key: None for item in members}, _CODES) or _CODES
    path = [field or own] if field is None or _last(members, field) else field.split(".")
    if len(path) > MAX_DEPTH:
        raise UsageError(f"codes can't be added to a field that is nested more than {MAX_DEPTH} deep; name another")
    return _added(text, start, path, [_json(code.code) for code in new])


def _start_of_record(text: str, fields: Fields) -> int:
    start = _skip(text, 0)
    for key in path_of_record(DECODER.decode(text), fields):
        found = _last(_items(text, start), key)
        start = found.start if found else start
    return start


def _subject(code: Annotation) -> dict[str, str]:
    return {"scheme": DOAJ_SCHEME, "term": code.name, "code": lcc().as_in_doaj(code.code)}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _added(text: str, start: int, path: Sequence[str], codes: list[str]) -> str:
    """Add codes, written as JSON, at a path in the object that begins at ``start``."""
    name, *inner = path
    items = _items(text, start)
    found = _last(items, name)
    if not found:
        return _inserted(text, start, items, [f"{_json(name)}: {_nested(inner, codes)}"])
    held = text[found.start : found.end]
    if inner and held[0] == "{":
        return _added(text, found.start, inner, codes)
    if not inner and held[0] == "[":
        return _inserted(text, found.start, _items(text, found.start), codes)
    if held == "null":
        return text[: found.start] + _nested(inner, codes) + text[found.end :]
    if not inner and held[0] == codes[0][0] == '"':
        return text[: found.start] + _joined(held, codes) + text[found.end :]
    raise ValueError(f"codes can't be added to its field {name!r}, which holds something else")


def _nested(path: Sequence[str], codes: Sequence[str]) -> str:
    nested = f"[{', '.join(codes)}]"
    for key in reversed(path):
        nested = f"{{{_json(key)}: {nested}}}"
    return nested


def _joined(held: str, codes: Sequence[str]) -> str:
    """Return a JSON string with codes appended after a separator."""
    before = held[1:-1]
    lead = CODE_SEPARATOR if before.strip() and not before.rstrip().endswith(CODE_SEPARATOR) else ""
    return f'"{before}{lead}{CODE_SEPARATOR.join(code[1:-1] for code in codes)}"'


def _inserted(text: str, start: int, items: Sequence[_Item], new: Sequence[str]) -> str:
    """Append items to an object or an array, spaced like its last item."""
    if not items:
        return text[: start + 1] + ", ".join(new) + text[start + 1 :]
    if len(items) > 1:
        space = text[items[-2].end : items[-1].begin].rpartition(",")[2]
    else:
        space = text[start + 1 : items[-1].begin] or " "
    end = items[-1].end
    return text[:end] + "".join(f",{space}{item}" for item in new) + text[end:]


def _items(text: str, start: int) -> list[_Item]:
    """Return the members of the object or array that begins at an offset."""
    items, is_object = list[_Item](), text[start] == "{"
    offset = _skip(text, start + 1)
    while text[offset] not in "]}":
        begin, key = offset, ""
        if is_object:
            key, offset = DECODER.raw_decode(text, offset)
            offset = _skip(text, _skip(text, offset) + 1)
        _, end = DECODER.raw_decode(text, offset)
        items.append(_Item(key, begin, offset, end))
        offset = _skip(text, end)
        offset = _skip(text, offset + 1) if text[offset] == "," else offset
    return items


def _last(items: Sequence[_Item], key: str) -> _Item | None:
    """Return the member with a key: the last one, as JSON readers do."""
    return next((item for item in reversed(items) if item.key == key), None)


def _skip(text: str, offset: int) -> int:
    return _SPACE.match(text, offset).end()  # type: ignore[union-attr]  # it always matches

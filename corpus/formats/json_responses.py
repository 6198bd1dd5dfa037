"""Tell the responses of APIs from records: lists of records, single records in an envelope, and errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from classmark.corpus.columns import OTHER_TEXTS, OTHER_TITLES, is_named
from classmark.corpus.fields import Fields, clean, one_line
from classmark.corpus.messages import shortened
from classmark.corpus.named_fields import value_at

from .json_text import JsonText

_LISTS = frozenset(("results", "items", "data", "docs", "records", "hits", "works", "articles", "result"))
_AROUND_LISTS = frozenset(("message", "response", "data", "hits", "resultlist"))
_OF_RECORDS = OTHER_TEXTS | OTHER_TITLES | {"codes", "bibjson", "abstractinvertedindex", "doi", "attributes", "titles"}
_AROUND_RECORDS = "message", "data"
_FAILED = {"error", "failed", "failure", "fail"}
_ERROR_STATUS = 400
MOST_AROUND = 3
"""Maximum number of objects around a list of records."""

_SHOWN = 200


def is_response(text: JsonText) -> bool:
    """Return whether the object ahead holds a list of records, rather than being a record."""
    try:
        return _is_response(text, 0, MOST_AROUND)
    except ValueError:  # which reading it as a value reports
        return False


def _is_response(text: JsonText, at: int, most: int) -> bool:
    """Look at members of the object so many characters ahead, up to one that decides; and into so many others."""
    start, at = text.next_ahead(at)
    while start in {"{", ","}:
        start, at = text.next_ahead(at + 1)
        if start != '"':
            return False
        key, at = text.value_ahead(at)
        start, at = text.next_ahead(at)
        start, at = text.next_ahead(at + 1)
        if is_named(str(key), _OF_RECORDS):
            return False
        if start == "[" and is_record_list(text, key, at):
            return True
        if start == "{" and may_hold_list(key):
            return most > 1 and _is_response(text, at, most - 1)
        _, at = text.value_ahead(at)
        start, at = text.next_ahead(at)
    return False


def is_record_list(text: JsonText, key: object, at: int) -> bool:
    """Return whether the array so many characters ahead, which has this key, holds objects or nothing."""
    return is_named(str(key), _LISTS) and text.next_ahead(at + 1)[0] in {"{", "]"}


def may_hold_list(key: object) -> bool:
    """Return whether an object with this key may hold the list of records."""
    return is_named(str(key), _AROUND_LISTS)


def path_of_record(value: Mapping[str, Any], fields: Fields) -> tuple[str, ...]:
    """Return the keys that lead to the record in a response with a single one; none if it is the record itself."""
    if "title" in value or "text" in value:  # most records
        return ()
    named = [name for name in (fields.title, fields.text, fields.codes) if name]
    path = list[str]()
    while len(path) < MOST_AROUND:
        if _has_own_fields(value) or any(value_at(value, name) is not None for name in named):
            break
        key = next((key for key in _AROUND_RECORDS if isinstance(value.get(key), dict)), None)
        if key is None:
            break
        path.append(key)
        value = value[key]
    return tuple(path)


def record_in(value: Mapping[str, Any], fields: Fields) -> Mapping[str, Any]:
    """Return the record in a response with a single one, or the value itself."""
    for key in path_of_record(value, fields):
        value = value[key]
    return value


def error_in(value: Mapping[str, Any]) -> str:
    """Return a message that names the error in an API's response; empty if it is none.

    >>> error_in({"error": "Invalid query", "message": "no such filter"})
    "it is an API's error, not a record: 'Invalid query'"
    """
    status = value.get("status")
    is_code = isinstance(status, int) and status >= _ERROR_STATUS
    is_problem = is_code and "title" in value and not _has_text(value)  # as of RFC 9457
    if _has_own_fields(value) and not is_problem:
        return ""
    has_failed = is_code or (isinstance(status, str) and status.lower() in _FAILED)
    said = value.get("error") or value.get("errors") or (value["title"] if is_problem else None)
    if not said and (has_failed or "code" in value or len(value) == 1):
        said = value.get("message")
        said = said if has_failed or isinstance(said, str) else None
    return f"it is an API's error, not a record: {_shown(said or status)!r}" if said or has_failed else ""


def _shown(error: object) -> str:
    """Return the text of an error, which may be in a list or an object."""
    for _ in range(3):
        if isinstance(error, list) and error:
            error = error[0]
        if isinstance(error, Mapping):
            error = next((error[key] for key in ("message", "detail", "title") if error.get(key)), str(error))
    return shortened(one_line(clean(str(error)[: 2 * _SHOWN])), _SHOWN)


def _has_own_fields(value: Mapping[str, Any]) -> bool:
    return any(is_named(name, _OF_RECORDS) for name in value)


def _has_text(value: Mapping[str, Any]) -> bool:
    return any(is_named(name, OTHER_TEXTS - {"description"}) for name in value)

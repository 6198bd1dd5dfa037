"""Read the values of a JSON stream one at a time, with the standard library's decoder.

A syntax error, or nesting that the decoder refuses, ends the stream. Memory is bounded by the longest value.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .json_responses import MOST_AROUND, is_record_list, is_response, may_hold_list
from .json_text import JsonText


def values_of(stream: Any, *, in_array: bool) -> Iterator[object]:
    """Yield the values of the arrays of a stream, or consecutive values.

    A consecutive value that is an API's response with a list of records yields those.

    Raises
    ------
    ValueError
        If it is not JSON or not UTF-8, or a value is too long or nested too deep; the message says which.
    """
    yield from _values(JsonText(stream), in_array=in_array)


def texts_of(stream: Any, *, in_array: bool) -> Iterator[tuple[str, bool]]:
    """Yield the same stream as text, split around each value; escape bytes that are not UTF-8.

    Yields
    ------
    Text, and whether it is a value; nothing after a syntax error is.
    """
    passed = list[str]()
    text = JsonText(stream, passed, "surrogateescape")
    try:
        for _ in _values(text, in_array=in_array):
            yield "".join(passed[:-1]), False
            yield passed[-1], True
            passed.clear()
    except ValueError:
        pass
    yield "".join(passed), False
    for rest in text.rest():
        yield rest, False


def _values(text: JsonText, *, in_array: bool) -> Iterator[object]:
    while text.next():
        if in_array:
            yield from _array(text)
        elif is_response(text):
            yield from _response(text, MOST_AROUND)
        else:
            yield text.value()


def _array(text: JsonText) -> Iterator[object]:
    text.take("[")
    is_first = True
    while text.next() != "]":
        if not is_first:
            text.take(",")
        is_first = False
        yield text.value()
    text.take("]")


def _response(text: JsonText, most: int) -> Iterator[object]:
    """Yield the records in the lists of an object and of so many others inside it; drop all other members."""
    text.take("{")
    is_first = True
    while text.next() != "}":
        if not is_first:
            text.take(",")
        is_first = False
        text.next()
        key = text.value()
        text.take(":")
        start = text.next()
        if start == "[" and is_record_list(text, key, 0):
            yield from _array(text)
        elif start == "{" and most > 1 and may_hold_list(key) and is_response(text):
            yield from _response(text, most - 1)
        else:
            text.value()
    text.take("}")

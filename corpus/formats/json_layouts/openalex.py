"""Read works of OpenAlex (https://docs.openalex.org/api-entities/works/work-object)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from classmark.corpus.limits import MAX_RECORD_BYTES, TOO_LONG
from classmark.corpus.messages import shortened

from .values import dictionaries_in, first_text, texts_in

_INDEX = "abstract_inverted_index"
OPENALEX_ID = "https://openalex.org/"
_MOST_WORDS = 1_000_000


def read_openalex(work: Mapping[str, Any]) -> dict[str, object] | None:
    """Read a work: its title, its abstract, which is an inverted index, and its keywords as codes."""
    index = work.get(_INDEX)
    if not (isinstance(index, Mapping) or _INDEX in work or str(work.get("id")).startswith(OPENALEX_ID)):
        return None
    keywords = dictionaries_in(work.get("keywords"))
    return {
        "title": first_text(work.get("display_name"), work.get("title")),
        "abstract": _in_order(index) if isinstance(index, Mapping) else first_text(work.get("abstract")),
        "codes": [text for keyword in keywords for text in texts_in(_name(keyword))] or texts_in(work.get("keywords")),
    }


def _name(keyword: Mapping[str, Any]) -> object:
    return keyword.get("display_name") or keyword.get("keyword")


def _in_order(index: Mapping[str, object]) -> str:
    """Return the text of an inverted index, which lists the positions of each word.

    Raises
    ------
    ValueError
        If positions are no numbers or out of range, or the text is too long.
    """
    found = list[tuple[int, str]]()
    size = 0
    for word, positions in index.items():
        if not isinstance(positions, list):
            raise ValueError(f"the positions of a word in {_INDEX!r} are no list")
        size += len(positions) * (len(word) + 1)
        if size > MAX_RECORD_BYTES or len(found) + len(positions) > _MOST_WORDS:
            raise ValueError(f"its {_INDEX!r} is {TOO_LONG}")
        found += [(_position(position), word) for position in positions]
    return " ".join(word for _, word in sorted(found, key=lambda item: item[0]))


def _position(position: object) -> int:
    if isinstance(position, bool) or not isinstance(position, int) or not 0 <= position < MAX_RECORD_BYTES:
        raise ValueError(f"{shortened(str(position), 20)!r} in {_INDEX!r} is no position of a word in an abstract")
    return position

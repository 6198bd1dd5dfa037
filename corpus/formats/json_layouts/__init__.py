"""Layouts of JSON records that programs and APIs export, each read into our own fields by a module of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from classmark.corpus.columns import is_named

from .arxiv import read_arxiv
from .crossref import read_crossref
from .csl import read_csl
from .datacite import read_datacite
from .doaj import read_doaj_article
from .openalex import read_openalex
from .zotero import read_zotero

_Layout = Callable[[Mapping[str, Any]], dict[str, object] | None]
"""Returns ``id``, ``title``, ``abstract`` and ``codes`` of a record, or None if the record has another layout."""

_LAYOUTS: tuple[_Layout, ...] = (
    read_doaj_article,
    read_openalex,
    read_datacite,
    read_crossref,
    read_zotero,
    read_arxiv,
    read_csl,
)

OWN = {"id", "title", "text", "codes"}


def in_own_layout(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a record of a known layout with our own fields beside its own, else the record.

    The fields ``text`` and ``codes`` that it has already, in any spelling, are kept.

    Raises
    ------
    ValueError
        If a field of a layout is broken; the message says which.
    """
    if record.keys() >= OWN:
        return record
    own = {name: record[key] for name in ("id", "codes") if (key := own_key(record, name)) is not None}
    known = next((found for read in _LAYOUTS if (found := read(record)) is not None), {})
    found = {name: value for name, value in known.items() if value or name == "title"}
    codes = {"codes": own["codes"]} if "codes" in own else {}
    return {**record, **own, **found, **codes} if own or known else record


def own_key(record: Mapping[str, Any], name: str) -> str | None:
    """Return the key of a record that has this name, whatever its spelling; None if there is none."""
    if name in record:
        return name
    return next((key for key in record if is_named(key, frozenset((name,)))), None)

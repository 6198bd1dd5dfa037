"""Take texts out of JSON values of any kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from classmark.corpus.formats.markup import text_of_markup


def dictionaries_in(value: object) -> list[Mapping[str, Any]]:
    """Return the objects in a list, or the value if it is one."""
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, Mapping)]


def texts_in(value: object) -> list[str]:
    """Return the strings in a list that are not blank, or the value if it is one."""
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, str) and item.strip()]


def first_text(*values: object) -> str:
    """Return the first string among values and lists, with markup such as JATS dropped; empty if there is none."""
    return next((text for value in values for item in texts_in(value) if (text := text_of_markup(item))), "")

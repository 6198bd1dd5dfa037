"""Read the parameters of requests."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

from .problems import bad_request
from .projects import Project

MOST_CODES = 1_000
"""The most codes of one answer."""

_INTEGER = re.compile(r"[0-9]{1,9}")
_DEFAULT_LIMIT = 10


class SuggestParameters(Struct, frozen=True):
    """The parameters of Annif's ``suggest`` and ``suggest-batch``.

    Parameters
    ----------
    limit
        The most codes of an answer.
    threshold
        The lowest score of a code in an answer.
    """

    limit: int = _DEFAULT_LIMIT
    threshold: float = 0.0

    @classmethod
    def of(cls, given: Mapping[str, str], project: Project) -> SuggestParameters:
        """Read the parameters; raises a `Problem` if one is invalid."""
        language = given.get("language") or project.language
        if language != project.language:
            raise bad_request(f'language "{language}" not supported by vocabulary')
        return cls(integer(given, "limit", _DEFAULT_LIMIT), share(given, "threshold") or 0.0)


def integer(given: Mapping[str, str], name: str, default: int, least: int = 0) -> int:
    """Return a parameter that is a whole number, at most `MOST_CODES`; raises a `Problem` if it is none."""
    text = given.get(name)
    if text is None:
        return default
    if not _INTEGER.fullmatch(text) or int(text) < least:
        raise bad_request(f"{name}: {_shown(text)} is not a whole number from {least} on")
    return min(int(text), MOST_CODES)


def share(given: Mapping[str, str], name: str) -> float | None:
    """Return a parameter that is a number from 0 to 1, None if it is not given; raises a `Problem` if it is neither."""
    text = given.get(name)
    if text is None:
        return None
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:  # nor if it is not a number
        raise bad_request(f"{name}: {_shown(text)} is not a number from 0 to 1")
    return number


def _shown(text: str) -> str:
    return repr(text if len(text) <= 20 else text[:20] + "…")

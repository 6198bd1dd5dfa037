"""Give codes the addresses (URIs) that Annif's API tells subjects by."""

from __future__ import annotations

import re
from functools import cached_property
from urllib.parse import quote

from classmark.corpus.scheme import Scheme
from classmark.corpus.scheme_csv import BUILT_IN
from classmark.corpus.scheme_files import read_scheme

_LCC = "http://id.loc.gov/authorities/classification/"
"""Precedes the classes of the Library of Congress Classification; see https://id.loc.gov/authorities/classification."""

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")


class Addresses:
    """The addresses of the codes of a scheme.

    Codes that are addresses stay; those of the built-in scheme are in the linked data of the Library of Congress;
    others follow a prefix, and without one get a name (URN) in which the project stands.

    Parameters
    ----------
    prefix
        Precedes each code that is no address; empty for the usual addresses.

    Examples
    --------
    >>> from classmark.corpus.scheme import scheme_of
    >>> own = Addresses("own", scheme_of(["Soil science", "http://example.org/1"]))
    >>> own.uri("Soil science"), own.uri("http://example.org/1"), own.notation("http://example.org/1")
    ('urn:x-classmark:own:Soil%20science', 'http://example.org/1', None)
    """

    def __init__(self, project: str, scheme: Scheme, prefix: str = "") -> None:
        self._project = project
        self._scheme = scheme
        self._given = prefix

    @cached_property
    def _prefix(self) -> str:
        if self._given:
            return self._given
        built_in = {(code.code, code.name) for code in read_scheme(BUILT_IN).codes}
        is_built_in = {(code.code, code.name) for code in self._scheme.codes} <= built_in
        return _LCC if is_built_in else f"urn:x-classmark:{self._project}:"

    def uri(self, code: str) -> str:
        """Return the address of a code."""
        return code if _ADDRESS.fullmatch(code) else self._prefix + quote(code, safe="")

    def notation(self, code: str) -> str | None:
        """Return the code to show beside its address; None if they are the same."""
        return None if self.uri(code) == code else code

"""The digest of a corpus: a figure that tells whether a classifier learned from it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from classmark.corpus import Abstract


def corpus_digest(abstracts: Iterable[Abstract]) -> str:
    """Return the SHA-256 of the abstracts' titles, texts and codes, in hexadecimal."""
    digest = CorpusDigest()
    for abstract in abstracts:
        digest.add(abstract)
    return digest.hexdigest()


class CorpusDigest:
    """SHA-256 of abstracts' titles, texts and codes, one abstract after the other."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def add(self, abstract: Abstract) -> None:
        """Take in an abstract."""
        self._digest.update(json.dumps([abstract.title, abstract.text, abstract.codes]).encode())

    def hexdigest(self) -> str:
        """Return the digest so far, in hexadecimal."""
        return self._digest.hexdigest()

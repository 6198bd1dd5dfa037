"""The digest of a corpus: a figure that tells whether a classifier learned from it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import sklearn

from classmark.corpus.abstract import Abstract
from classmark.corpus.version import VERSION
from classmark.model.measures.bootstrap import Interval
from classmark.model.settings import ResolvedSettings


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


def settings_kept(settings: ResolvedSettings, folds: int) -> dict[str, Any]:
    """Return the settings that make a difference to what is learned."""
    return {name: value for name, value in asdict(settings).items() if name != "jobs"} | {"folds": folds}


def rounded(estimated: Mapping[str, tuple[float, Interval]]) -> dict[str, list[float]]:
    """Return an estimate to four digits, as a card has it."""
    return {
        name: [round(figure, 4) for figure in (value, interval.low, interval.high)]
        for name, (value, interval) in estimated.items()
    }


def versions() -> dict[str, str]:
    """Return the versions of classmark and of what it trains with."""
    return {"classmark": VERSION, "scikit-learn": sklearn.__version__, "numpy": np.__version__}

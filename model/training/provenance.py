"""Compute what a model card records: corpus digest, settings, estimate and versions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import sklearn
from msgspec.structs import asdict

from classmark.corpus.abstract import Abstract
from classmark.corpus.version import VERSION
from classmark.model.measures.bootstrap import Interval
from classmark.model.settings import ResolvedSettings


def corpus_digest(abstracts: Iterable[Abstract]) -> str:
    """Return the SHA-256 digest of the abstracts' titles, texts and codes, in hexadecimal."""
    digest = CorpusDigest()
    for abstract in abstracts:
        digest.add(abstract)
    return digest.hexdigest()


class CorpusDigest:
    """The SHA-256 digest of abstracts' titles, texts and codes, updated one abstract at a time."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def add(self, abstract: Abstract) -> None:
        """Update the digest with an abstract."""
        self._digest.update(json.dumps([abstract.title, abstract.text, abstract.codes]).encode())

    def hexdigest(self) -> str:
        """Return the digest of the abstracts so far, in hexadecimal."""
        return self._digest.hexdigest()


def recorded_settings(settings: ResolvedSettings, folds: int) -> dict[str, Any]:
    """Return the settings that determine the model, with the actual number of folds."""
    return {name: value for name, value in asdict(settings).items() if name != "jobs"} | {"folds": folds}


def rounded_estimate(estimated: Mapping[str, tuple[float, Interval]]) -> dict[str, list[float]]:
    """Return value, lower and upper end of each measure, rounded to four decimals."""
    return {
        name: [round(figure, 4) for figure in (value, interval.low, interval.high)]
        for name, (value, interval) in estimated.items()
    }


def versions() -> dict[str, str]:
    """Return the versions of classmark and its training libraries."""
    return {"classmark": VERSION, "scikit-learn": sklearn.__version__, "numpy": np.__version__}

"""A trained classifier: what scores, the codes it gives, their scheme, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from classmark.corpus.errors import UsageError
from classmark.corpus.scheme import Scheme
from classmark.model.scoring.learned_texts import LearnedTexts

from .scorer import Scorer

DEFAULT_FILE = Path(__file__).parents[1] / "default.safetensors"
"""The embedded default: the main classes of the Library of Congress Classification."""


@dataclass(frozen=True)
class ModelCard:
    """Where a classifier comes from.

    Parameters
    ----------
    abstracts
        How many it learned from.
    scope_notes
        How many it learned from.
    near_duplicates
        How many of them are nearly the same as one before them; they were held out together. In a stream, how many
        were not learned from, since they repeat what is held out.
    corpus_digest
        SHA-256 of the abstracts' titles, texts and codes, in hexadecimal.
    settings
        What it was trained with, by the names of `Settings`.
    estimate
        How good it is on abstracts that it has not seen: the main measures by name, each with the ends of its 95 %
        confidence interval; empty where the corpus is no evidence. See `CrossValidation.scored_corpus` and
        `evidence.has_evidence`.
    versions
        Of classmark and the libraries that it was trained with.
    """

    abstracts: int
    scope_notes: int
    near_duplicates: int
    corpus_digest: str
    settings: dict[str, Any]
    estimate: dict[str, list[float]]
    versions: dict[str, str]

    @property
    def distinct(self) -> int:
        """How many abstracts it learned from that are no near duplicates of one before them."""
        return self.abstracts - self.near_duplicates


@dataclass(frozen=True)
class Classifier:
    """A trained classifier.

    Parameters
    ----------
    codes
        In the order of the scorer's columns.
    learned
        The texts that it learned from; none where a model file of version 1.0 does not have them.
    """

    scheme: Scheme
    codes: tuple[str, ...]
    scorer: Scorer
    card: ModelCard
    learned: LearnedTexts = field(default_factory=LearnedTexts, compare=False)

    def name(self, code: str) -> str:
        """Return a code's name."""
        return self.scheme.name(code)

    def columns(self, codes: Iterable[str]) -> list[int]:
        """Return the scorer's columns of codes.

        Raises
        ------
        UsageError
            Some of the codes are unknown; the message names them all.
        """
        columns = {code: column for column, code in enumerate(self.codes)}
        codes = list(codes)
        unknown = [code for code in codes if code not in columns]
        if unknown:
            named = f"code{'s' * (len(unknown) > 1)} {', '.join(unknown)}"
            raise UsageError(f"the model does not know the {named}; classmark codes --model MODEL lists those it knows")
        return [columns[code] for code in codes]

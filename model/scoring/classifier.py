"""Hold a trained classifier: its scorer, codes and scheme, and the card that describes its training."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from classmark.corpus.errors import UsageError
from classmark.corpus.scheme import Scheme

from .learned_texts import LearnedTexts
from .scorer import Scorer

DEFAULT_FILE = Path(__file__).parents[1] / "default.safetensors"
"""The embedded default: the main classes of the Library of Congress Classification."""


@dataclass(frozen=True)
class ModelCard:
    """How a classifier was trained, and how good it is.

    Parameters
    ----------
    abstracts
        The number of abstracts that it was trained on.
    scope_notes
        The number of scope notes that it was trained on.
    near_duplicates
        How many of the abstracts are near duplicates of an earlier one; they were kept in the same fold. In streamed
        training: how many were left out, as they repeat a held-out abstract.
    corpus_digest
        SHA-256 of the abstracts' titles, texts and codes, in hexadecimal.
    settings
        The settings of the training, by the names of `Settings`.
    estimate
        The main measures on unseen abstracts by name, each with the bounds of its 95 % confidence interval; empty if
        the corpus is too small to estimate them. See `CrossValidation.scored_corpus` and
        `evidence.has_evidence`.
    versions
        The versions of classmark and of the libraries at training time.
    rare_codes
        The number of codes with too few abstracts to know how well they are found; None in older model files.
    """

    abstracts: int
    scope_notes: int
    near_duplicates: int
    corpus_digest: str
    settings: dict[str, Any]
    estimate: dict[str, list[float]]
    versions: dict[str, str]
    rare_codes: int | None = None

    @property
    def distinct(self) -> int:
        """Number of training abstracts that are no near duplicates of an earlier one."""
        return self.abstracts - self.near_duplicates


@dataclass(frozen=True)
class Classifier:
    """A trained classifier.

    Parameters
    ----------
    codes
        In the order of the scorer's columns.
    learned
        The texts of the training set; empty for model files of version 1.0, which lack them.
    """

    scheme: Scheme
    codes: tuple[str, ...]
    scorer: Scorer
    card: ModelCard
    learned: LearnedTexts = field(default_factory=LearnedTexts, compare=False)

    def name(self, code: str) -> str:
        """Return the name of a code."""
        return self.scheme.name(code)

    def columns(self, codes: Iterable[str]) -> list[int]:
        """Return the columns of codes in the scorer's arrays.

        Raises
        ------
        UsageError
            Codes are unknown; the message names them all.
        """
        columns = {code: column for column, code in enumerate(self.codes)}
        codes = list(codes)
        unknown = [code for code in codes if code not in columns]
        if unknown:
            noun = "code" if len(unknown) == 1 else "codes"
            raise UsageError(
                f"the model does not know the {noun} {', '.join(unknown)}; "
                "classmark codes --model MODEL lists those it knows"
            )
        return [columns[code] for code in codes]

"""Hold a trained classifier: its scorer, codes and scheme, and the card that describes its training."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from classmark.corpus.errors import UsageError
from classmark.corpus.scheme import Scheme

from .learned_texts import LearnedTexts
from .levels import Level
from .ranking import Ranker
from .scorer import Scorer

DEFAULT_FILE = Path(__file__).parents[1] / "default.safetensors"
"""The embedded default: the main classes of the Library of Congress Classification."""


class ModelCard(Struct, frozen=True):
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
    levels
        For each level of a scheme with parents: ``codes``, how many it has, and ``precision_at_1`` on unseen abstracts
        with the bounds of its 95 % confidence interval, unless ``estimate`` is empty.
    """

    abstracts: int
    scope_notes: int
    near_duplicates: int
    corpus_digest: str
    settings: dict[str, Any]
    estimate: dict[str, list[float]]
    versions: dict[str, str]
    rare_codes: int | None = None
    levels: list[dict[str, Any]] = field(default_factory=list)

    @property
    def distinct(self) -> int:
        """Number of training abstracts that are no near duplicates of an earlier one."""
        return self.abstracts - self.near_duplicates


class Classifier(Struct, frozen=True, dict=True):
    """A trained classifier.

    Parameters
    ----------
    codes
        In the order of the scorer's columns.
    learned
        The texts of the training set; empty for model files of version 1.0, which lack them.
    levels
        The codes of each level of a scheme with parents, from the first on; empty if the model knows no levels.
    """

    scheme: Scheme
    codes: tuple[str, ...]
    scorer: Scorer
    card: ModelCard
    learned: LearnedTexts = field(default_factory=LearnedTexts)
    levels: tuple[Level, ...] = ()

    def at_level(self, level: int | None) -> Classifier:
        """Return the classifier of the codes of a level; None for this one.

        Raises
        ------
        UsageError
            The model does not know this level.
        """
        if level is None:
            return self
        if not self.levels:
            raise UsageError(
                "the model knows no levels; train it on abstracts with finer codes, with a --scheme that is a tree"
            )
        if not 1 <= level <= len(self.levels):
            raise UsageError(f"the model knows the levels 1 to {len(self.levels)}, not {level}")
        found = self.levels[level - 1]
        return replace(self, scheme=self.scheme.at_level(level), codes=found.codes, scorer=found.scorer)

    @cached_property
    def ranker(self) -> Ranker:
        """Builds rankings of the codes."""
        return Ranker(self.scheme, self.codes)

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

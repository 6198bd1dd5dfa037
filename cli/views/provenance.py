"""Describe in words how the figures of a report were computed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from classmark.corpus.streams import STDIN

if TYPE_CHECKING:
    from classmark.model.scoring.classifier import ModelCard
    from classmark.model.settings import Settings


class Provenance(Struct, frozen=True):
    """Origin of figures, in words; empty if unknown.

    Parameters
    ----------
    corpus
        Files of the abstracts.
    classifier
        The evaluated model, or the models that were trained for the evaluation.
    thresholds
        How the thresholds were chosen.
    other
        The compared model.
    """

    corpus: str = ""
    classifier: str = ""
    thresholds: str = ""
    other: str = ""


def provenance_of_model(path: Path | None, card: ModelCard, thresholds: str, other: Path | None) -> Provenance:
    """Return the origin of the figures of a model."""
    return Provenance(
        classifier=f"{path.name if path else 'the default model'} (trained on {card.abstracts:,} abstracts and "
        f"{card.scope_notes:,} scope notes)",
        thresholds=thresholds,
        other=other.name if other else "",
    )


def provenance_of_folds(folds: int, settings: Settings) -> Provenance:
    """Return the origin of the figures of a cross-validation."""
    classifier = f"trained on the same abstracts by {folds} folds, each scored by a model trained on the other folds"
    return Provenance(classifier=classifier, thresholds=_aim(settings))


def provenance_of_curve(training_paths: Sequence[str], settings: Settings) -> Provenance:
    """Return the origin of the figures of a learning curve."""
    return Provenance(classifier=f"trained on growing parts of {file_names(training_paths)}", thresholds=_aim(settings))


def file_names(paths: Sequence[str]) -> str:
    """Return the names of files as one phrase, without their folders, which are nobody else's business.

    >>> file_names(["private/a.jsonl", "-"])
    'a.jsonl, the standard input'
    """
    return ", ".join("the standard input" if path == STDIN else Path(path).resolve().name for path in paths)


def _aim(settings: Settings) -> str:
    return f"chosen for {f'a precision of {settings.precision:g}' if settings.precision else 'the best F1'}"

"""Choosing the settings that suit a corpus, one after the other, by how abstracts fare while held out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from classmark.model.settings import ResolvedSettings

from .cross_validation import CrossValidation
from .training_set import TrainingSet

_VALUES = {"C": (0.1, 0.2, 0.5, 1.0), "title_weight": (0.5, 1.0), "piece_weight": (0.0, 0.5, 1.5)}
TRIALS = 1 + sum(map(len, _VALUES.values()))
"""How many settings are tried, the usual ones first."""

Watch = Callable[[ResolvedSettings, float], None]
"""Is told of settings that were tried, and of their `CrossValidation.selection_score`."""


def tune(lesson: TrainingSet, codes: tuple[str, ...], usual: ResolvedSettings, watch: Watch) -> CrossValidation:
    """Try settings: the usual ones, then one setting after the other, each with the best of those before."""
    held_out = CrossValidation.of(lesson, codes, usual)
    watch(usual, held_out.selection_score(0))
    for name, values in _VALUES.items():
        best = held_out.settings[held_out.best()]
        for value in values:
            settings = replace(best, **{name: value})  # type: ignore[arg-type]  # each is a float
            held_out = held_out.and_with(settings, lesson.decision_function(settings))
            watch(settings, held_out.selection_score(-1))
    return held_out

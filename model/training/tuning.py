"""Search for the settings that suit a corpus, by cross-validation."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from classmark.model.settings import ResolvedSettings

from .cross_validation import CrossValidation
from .training_set import TrainingSet

_GRID = {"C": (0.1, 0.2, 0.5, 1.0), "title_weight": (0.5, 1.0), "piece_weight": (0.0, 0.5, 1.5)}
TRIALS = 1 + sum(map(len, _GRID.values()))
"""The number of settings that are tried."""

OnTrial = Callable[[ResolvedSettings, float], None]
"""Called after each trial with its settings and its `CrossValidation.selection_score`."""


def search_settings(training_set: TrainingSet, default: CrossValidation, on_trial: OnTrial) -> CrossValidation:
    """Vary one setting after the other, each from the best settings so far.

    Parameters
    ----------
    default
        The first trial, with the default settings.

    Returns
    -------
    All trials, the default first
    """
    trials = default
    on_trial(trials.settings[0], trials.selection_score(0))
    for name, values in _GRID.items():
        best = trials.settings[trials.best_trial()]
        for value in values:
            settings = replace(best, **{name: value})
            trials = trials.with_trial(settings, training_set.decision_function(settings))
            latest = len(trials.settings) - 1
            on_trial(settings, trials.selection_score(latest))
    return trials

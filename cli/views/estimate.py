"""Report how good a model is expected to be, or why that is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from classmark.cli.console import say

from .evaluation import measure_name

if TYPE_CHECKING:
    from classmark.model.scoring.classifier import Classifier, ModelCard

_MEASURES = ("precision_at_1", "micro_f1", "macro_f1")
_MEASURES_FOR_PRECISION = ("micro_precision", "micro_recall", "share_with_codes")


def report_estimate(classifier: Classifier) -> None:
    """Report on stderr how good the model is expected to be, one measure per line, or why that is not known."""
    card = classifier.card
    if not card.estimate:
        say(reason_for_no_estimate(classifier))
        _report_near_duplicates(card)
        return
    names = _MEASURES_FOR_PRECISION if card.settings["precision"] else _MEASURES
    widest = max(len(measure_name(name)) for name in names)
    say("expect on new abstracts like these:")
    for name in names:
        value, low, high = card.estimate[name]
        say(f"  {measure_name(name):{widest}}  {value:.3f} (95 %: {low:.3f} to {high:.3f})")
    _report_near_duplicates(card)
    if card.settings["precision"] and card.estimate["micro_precision"][2] < card.settings["precision"]:
        say("that precision is out of reach with this corpus; aim lower, or add abstracts")


def _report_near_duplicates(card: ModelCard) -> None:
    if card.near_duplicates == 1:
        say("1 near duplicate was not trained on while the abstract it resembles was held out")
    elif card.near_duplicates:
        count = f"{card.near_duplicates:,} near duplicates"
        say(f"{count} were not trained on while the abstracts they resemble were held out")


def reason_for_no_estimate(classifier: Classifier) -> str:
    """Return why there is no estimate of how good the model is."""
    from classmark.model.training.evidence import ENOUGH  # NumPy is loaded by now

    card = classifier.card
    if not card.abstracts:
        return "it has seen no abstract: its scores rank codes, but are no probabilities"
    per_code = card.distinct / len(classifier.codes)
    if per_code < ENOUGH:
        return f"too few abstracts to tell how good it is: {per_code:.2g} per code, {ENOUGH} or more would do"
    return (
        "the abstracts have most of their wording in common, as if they came out of a template, so they don't tell "
        "how good it is on others; try it on abstracts of another origin, with: classmark evaluate"
    )

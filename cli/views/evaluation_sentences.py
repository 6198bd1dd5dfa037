"""Explain the figures of an evaluation in sentences, for readers who do not know the measures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from .evaluation import Measured

if TYPE_CHECKING:
    from classmark.model.evaluation.evaluate import CodeResult, Evaluation
    from classmark.model.measures.threshold_curve import ThresholdCurve


_HEADLINES = {
    "precision_at_1": "of 100 abstracts have a right code in the first place of their ranking",
    "micro_precision": "of 100 assigned codes are right",
    "micro_recall": "of 100 codes that abstracts should have are found",
    "share_with_codes": "of 100 abstracts have a code that reaches its threshold; the others are uncertain",
}
PRECISION = 0.9
"""The precision that a threshold is named for."""

_ENOUGH = 10
_NAMED = 3


class Headline(Struct, frozen=True):
    """A main measure in plain words: how many of 100 are right, with likely bounds."""

    measure: str
    of_100: str
    sentence: str
    bounds: str


def in_plain_words(measured: Measured) -> list[str]:
    """Return the main findings as sentences."""
    from classmark.model.measures.threshold_curve import threshold_curve  # NumPy is loaded by now

    evaluation = measured.evaluation
    first = [f"{head.of_100} {head.sentence} (expect {head.bounds})." for head in headlines(evaluation)]
    return [*first, *remarks(measured), at_precision(threshold_curve(evaluation.scored), PRECISION)]


def headlines(evaluation: Evaluation) -> list[Headline]:
    """Return the main measures in plain words."""
    return [_headline(evaluation, name, sentence) for name, sentence in _HEADLINES.items()]


def remarks(measured: Measured) -> list[str]:
    """Return further key findings: how codes differ, and which are confused."""
    return [*_overall(measured.evaluation), *_codes_apart(measured), *_confused(measured)]


def at_precision(curve: ThresholdCurve, precision: float) -> str:
    """Return a sentence on the lowest threshold that reaches a precision."""
    point = curve.lowest(precision)
    wanted = f"{_of_100(precision)} of 100 assigned codes"
    if point is None:
        return f"No single threshold makes {wanted} right on these abstracts."
    recall, share = float(curve.recall[point]), float(curve.share_with_codes[point])
    return (
        f"For {wanted} to be right, take a threshold of {curve.thresholds[point]:.3f} for all codes "
        f"(precision {curve.precision[point]:.3f}): {_of_100(recall)} of 100 given codes are then found, and "
        f"{_of_100(share)} of 100 abstracts have a code."
    )


def _headline(evaluation: Evaluation, name: str, sentence: str) -> Headline:
    ends = evaluation.intervals[name]
    low, high = _of_100(ends.low), _of_100(ends.high)
    bounds = f"{low} to {high}" if low != high else f"about {low}"
    return Headline(name, _of_100(evaluation.measures[name]), sentence, bounds)


def _overall(evaluation: Evaluation) -> Iterator[str]:
    micro, macro = (evaluation.measures[name] for name in ("micro_f1", "macro_f1"))
    so = "; rare codes fare worse than common ones" if macro < micro - 0.05 else ""
    yield (
        f"Precision and recall in one figure (F1; 1 would be perfect): {micro:.3f} over all codes together "
        f"(micro-F1), {macro:.3f} with each code counted alike, rare as common ones (macro-F1){so}."
    )


def _codes_apart(measured: Measured) -> Iterator[str]:
    enough = [entry for entry in by_f1(measured.evaluation.codes) if entry[1].support >= _ENOUGH]
    if len(enough) >= 2 * _NAMED:
        best, weakest = (
            "; ".join(f"{_named(measured, code)} ({result.f1:.2f})" for code, result in part)
            for part in (enough[:_NAMED], enough[: -_NAMED - 1 : -1])
        )
        yield f"Among the codes with {_ENOUGH} abstracts or more, the best by F1 are {best}; the weakest are {weakest}."


def _confused(measured: Measured) -> Iterator[str]:
    for confusion in measured.evaluation.confusions[:1]:
        given, assigned = _named(measured, confusion.given), _named(measured, confusion.assigned)
        times = f"{confusion.count:,} abstract{'s' * (confusion.count != 1)}"
        yield f"Confused most: {given} was given and {assigned} assigned instead, in {times}."


def by_f1(codes: Mapping[str, CodeResult]) -> list[tuple[str, CodeResult]]:
    """Return the codes with their results by falling F1, then by falling number of abstracts."""
    return sorted(codes.items(), key=lambda entry: (-entry[1].f1, -entry[1].support))


def _named(measured: Measured, code: str) -> str:
    name = measured.scheme.name(code)
    return code if name == code else f"{code} {name}"


def _of_100(share: float) -> str:
    return f"{100 * share:.0f}"

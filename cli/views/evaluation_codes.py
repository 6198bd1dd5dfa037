"""Choose which codes of an evaluation to list: of a few, all; of thousands, those that matter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from classmark.model.evaluation.evaluate import CodeResult, Evaluation

_FEW = 128
"""Of up to this many codes, all are listed."""

_FREQUENT = 30
_APART = 10
_ENOUGH = 10


def used_codes(evaluation: Evaluation) -> Mapping[str, CodeResult]:
    """Return the codes for complete lists: of more than 128, those that an abstract is given or assigned."""
    if len(evaluation.codes) <= _FEW:
        return evaluation.codes
    return {code: result for code, result in evaluation.codes.items() if result.support or result.assigned}


def codes_to_show(evaluation: Evaluation) -> Mapping[str, CodeResult]:
    """Return the codes to show to people, in the order of the evaluation.

    Of more than 128 codes, these are the 30 most frequent and, among those with ten abstracts or more, the ten best and
    the ten worst by F1.
    """
    if len(evaluation.codes) <= _FEW:
        return evaluation.codes
    codes = evaluation.codes
    frequent = sorted((code for code in codes if codes[code].support), key=lambda code: -codes[code].support)
    enough = [code for code in frequent if codes[code].support >= _ENOUGH]
    enough.sort(key=lambda code: codes[code].f1)
    shown = {*frequent[:_FREQUENT], *enough[:_APART], *enough[-_APART:]}
    return {code: result for code, result in codes.items() if code in shown}


def not_shown(evaluation: Evaluation) -> str:
    """Return a sentence on the codes that are left out by `codes_to_show`; empty if there are none."""
    shown = len(codes_to_show(evaluation))
    if shown == len(evaluation.codes):
        return ""
    return (
        f"Shown are {shown} of {len(evaluation.codes):,} codes: the {_FREQUENT} most frequent and, of those with "
        f"{_ENOUGH} abstracts or more, the {_APART} best and the {_APART} worst by F1; --format json has all that an "
        "abstract is given or assigned."
    )


NOT_KNOWN = "–"
"""Shown instead of a figure that nothing tells."""


def shown_figures(result: CodeResult, format: str = ".3f") -> list[str]:  # noqa: A002
    """Return precision, recall, F1 and its interval as texts; of a code without abstracts, nothing is known.

    Parameters
    ----------
    format
        Of the interval.
    """
    if not result.support:
        return [NOT_KNOWN] * 4
    ends = result.f1_interval
    figures = (result.precision, result.recall, result.f1)
    return [*(f"{figure:.3f}" for figure in figures), f"{ends.low:{format}} to {ends.high:{format}}"]

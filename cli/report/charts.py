"""Draw the charts of a report with matplotlib; import this only to write a report."""

# ruff: noqa: TID253

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, NullLocator

from classmark.cli.console import short
from classmark.cli.views.evaluation import measure_name

from .svg import FIRST, INK, LINE, MUTED, PAPER, SECOND, THIRD, UNITS

if TYPE_CHECKING:
    from classmark.model.evaluation.comparison import Difference
    from classmark.model.evaluation.evaluate import CodeResult
    from classmark.model.evaluation.learning_curve import CurvePoint
    from classmark.model.measures.calibration import Reliability
    from classmark.model.measures.confusion import ConfusionTable
    from classmark.model.measures.threshold_curve import ThresholdCurve


FEW = 10
"""Minimum number of abstracts for the F1 of a code to say much."""

BROAD, NARROW = 960, 388
"""Widths of charts, in pixels: on a page as wide as it gets, and on a phone."""

_CODE = 12
_ROW = 24
_SMALLEST_CELL, _LARGEST_CELL = 31, 60
_FLOOR = 0.7  # start of bars on a logarithmic scale


def codes_chart(results: Sequence[tuple[str, str, CodeResult]], width: int) -> Figure:
    """Draw the F1 of codes with intervals, the best on top; each entry is a code, its name and its result."""
    figure, axes = _axes(width, _ROW * len(results) + 80)
    rows = range(len(results))
    for row, (_, _, result) in zip(rows, results, strict=True):
        ends = result.f1_interval
        axes.hlines(row, ends.low, ends.high, FIRST, linewidth=5, alpha=0.35)
        axes.plot(result.f1, row, "o", **_marker(FIRST, is_hollow=result.support < FEW))
        axes.text(1.03, row, f"{result.support:,}", color=MUTED, va="center")
    axes.text(1.03, -1, "abstracts", color=MUTED, va="center")
    axes.set_yticks(rows, [_label(code, name, width) for code, name, _ in results])
    axes.set(xlim=(-0.01, 1.01), ylim=(len(results) - 0.4, -0.6), xlabel="F1")
    axes.grid(visible=False, axis="y")
    return figure


def confusions_chart(table: ConfusionTable, width: int) -> Figure:
    """Draw the confusions of codes; the colour of a cell is its share of the abstracts with the code of the row."""
    many = len(table.codes)
    margin = 60 + 8 * max(len(short(code, _CODE)) for code in table.codes)
    cell = min(max((width - margin) / max(many, 1), _SMALLEST_CELL), _LARGEST_CELL)
    figure, axes = _axes(cell * many + margin, cell * many + margin - 30)
    for row, column in np.argwhere(table.counts).tolist():
        count, is_right = int(table.counts[row, column]), row == column
        strength = 0.06 + 0.44 * sqrt(count / max(int(table.support[row]), 1))  # pale, so that the number is readable
        colour = FIRST if is_right else SECOND
        axes.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, color=colour, alpha=strength, linewidth=0))
        weight = "bold" if is_right else "normal"
        axes.text(column, row, _compact(count), ha="center", va="center", fontsize=11, weight=weight)
    labels = [short(code, _CODE) for code in table.codes]
    axes.set_xticks(range(many), labels, rotation=90 if max(map(len, labels)) > 3 else 0)
    axes.set_yticks(range(many), labels)
    axes.xaxis.set(ticks_position="top", label_position="top")
    axes.set(xlim=(-0.5, many - 0.5), ylim=(many - 0.5, -0.5), xlabel="assigned code", ylabel="given code")
    axes.set_xticks(np.arange(many + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(many + 1) - 0.5, minor=True)
    axes.grid(visible=False)
    axes.grid(which="minor", color=LINE)
    axes.tick_params(which="minor", length=0)
    axes.spines[:].set_visible(False)
    axes.set_aspect("equal")
    return figure


def reliability_chart(figures: Reliability, width: int) -> Figure:
    """Draw the share of true codes against the score, and the number of pairs of abstract and code per bin."""
    figure = Figure(figsize=(width / UNITS, 500 / UNITS), layout="constrained")
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    filled = figures.pairs > 0
    upper.plot([0, 1], [0, 1], "--", color=MUTED, linewidth=1.2, label="as it should be")
    upper.plot(figures.score[filled], figures.share[filled], "-o", color=FIRST, label="as it is", **_marker(FIRST))
    figure.legend(loc="outside upper left", ncols=2, frameon=False, handlelength=3)
    upper.set(ylim=(-0.02, 1.02), ylabel="share that is true")
    bins = len(figures.pairs)
    places = (np.arange(bins) + 0.5) / bins
    heights = np.maximum(figures.pairs - _FLOOR, 0)
    lower.bar(places, heights, bottom=_FLOOR, width=0.85 / bins, color=MUTED, alpha=0.45)
    for place, pairs in zip(places.tolist(), figures.pairs.tolist(), strict=True):
        lower.text(place, max(pairs, 1) * 1.2, _compact(pairs), ha="center", fontsize=11)
    lower.set(yscale="log", ylim=(_FLOOR, max(int(figures.pairs.max()), 1) * 8), xlim=(-0.01, 1.01))
    lower.set(xlabel="score", ylabel="pairs")
    lower.yaxis.set(major_locator=NullLocator(), minor_locator=NullLocator())
    lower.grid(visible=False)
    return figure


def threshold_chart(curve: ThresholdCurve, marked: int | None, width: int) -> Figure:
    """Draw precision, recall and the share of abstracts with a code against the threshold; one point is marked."""
    figure, axes = _axes(width, 420)
    lines = (
        ("precision", curve.precision, FIRST, "-"),
        ("recall", curve.recall, SECOND, "--"),
        ("abstracts with a code", curve.share_with_codes, THIRD, "-."),
    )
    for label, values, colour, dashes in lines:
        axes.plot(curve.thresholds, values, dashes, color=colour, label=label)
        if marked is not None:
            axes.plot(curve.thresholds[marked], values[marked], "o", **_marker(colour))
    if marked is not None:
        axes.axvline(float(curve.thresholds[marked]), color=INK, linewidth=1, linestyle=":")
    axes.set(xlim=(0, 1), ylim=(-0.02, 1.02), xlabel="threshold, one for all codes", ylabel="share")
    figure.legend(loc="outside upper left", ncols=3 if width > NARROW else 2, frameon=False, handlelength=3)
    return figure


def learning_chart(lines: Mapping[str, Sequence[CurvePoint]], measure: str) -> Figure:
    """Draw a measure with its interval against the number of training abstracts, one line per kind of training."""
    figure, axes = _axes(350, 320)
    styles = zip(((FIRST, "-", False), (SECOND, "--", True)), lines.items(), strict=False)
    for (colour, dashes, is_hollow), (label, points) in styles:
        sizes = [point.abstracts for point in points]
        ends = [point.evaluation.intervals[measure] for point in points]
        axes.vlines(sizes, [end.low for end in ends], [end.high for end in ends], colour, linewidth=4, alpha=0.35)
        values = [point.evaluation.measures[measure] for point in points]
        axes.plot(sizes, values, dashes, color=colour, label=label, marker="o", **_marker(colour, is_hollow=is_hollow))
    sizes = sorted({point.abstracts for points in lines.values() for point in points})
    axes.set_xscale("symlog", linthresh=max(min(filter(None, sizes)), 1), base=2)
    axes.xaxis.set(major_locator=FixedLocator(sizes), minor_locator=NullLocator())
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes], rotation=60)
    axes.set(ylim=(0, 1.02), xlabel="training abstracts")
    if len(lines) > 1:
        axes.legend(loc="lower right", frameon=False, handlelength=3)
    return figure


def differences_chart(differences: Mapping[str, Difference], width: int) -> Figure:
    """Draw the differences between two models with intervals; differences within chance are hollow."""
    figure, axes = _axes(width, 34 * len(differences) + 80)
    axes.axvline(0, color=INK, linewidth=1)
    for row, difference in enumerate(differences.values()):
        ends = difference.interval
        colour = SECOND if difference.verdict == "worse" else FIRST if difference.is_significant else MUTED
        axes.hlines(row, ends.low, ends.high, colour, linewidth=5, alpha=0.35)
        axes.plot(difference.value, row, "o", **_marker(colour, is_hollow=not difference.is_significant))
        axes.text(1.02, row, difference.verdict, transform=axes.get_yaxis_transform(), va="center")
    axes.set_yticks(range(len(differences)), [measure_name(name) for name in differences])
    axes.set(ylim=(len(differences) - 0.4, -0.6), xlabel="this model minus the other")
    axes.margins(x=0.08)
    axes.grid(visible=False, axis="y")
    return figure


def _axes(width: float, height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width / UNITS, height / UNITS), layout="constrained")
    axes = figure.add_subplot()
    axes.tick_params(length=0)
    axes.grid(color=LINE)
    return figure, axes


def _marker(colour: str, *, is_hollow: bool = False) -> dict[str, Any]:
    fill = PAPER if is_hollow else colour
    return {"markersize": 8, "markerfacecolor": fill, "markeredgecolor": colour, "markeredgewidth": 1.8}


def _label(code: str, name: str, width: int) -> str:
    return short(code if name == code else f"{short(code, _CODE)}  {name}", width // 20)


def _compact(count: int) -> str:
    """Return a short form of a count: 118k for 118,234."""
    for unit, sign in ((1_000_000, "M"), (1_000, "k")):
        if count >= 10 * unit:
            return f"{count // unit:,}{sign}"
    return f"{count:,}"

"""Convert matplotlib figures to inline SVG that uses the colours of the page and keeps text as text."""

# ruff: noqa: TID253

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from xml.etree import ElementTree as ET

import matplotlib as mpl
from matplotlib.figure import Figure

from classmark.cli.console import legible

INK, MUTED, LINE, PAPER = "#1c1e21", "#5a6068", "#d5d9de", "#ffffff"
FIRST, SECOND, THIRD = "#0b5cad", "#b3470a", "#1b7a4b"
UNITS = 72
"""SVG units per inch of matplotlib; a unit is a pixel if there is enough room."""

_VARIABLES = {
    INK: "var(--ink)",
    MUTED: "var(--muted)",
    LINE: "var(--line)",
    PAPER: "var(--paper)",
    FIRST: "var(--first)",
    SECOND: "var(--second)",
    THIRD: "var(--third)",
}
_STYLE: dict[Any, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": LINE,
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.labelsize": 13,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 14,
    "axes.unicode_minus": True,
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 13,
    "grid.color": LINE,
    "grid.linewidth": 0.8,
    "legend.edgecolor": LINE,
    "legend.facecolor": PAPER,
    "legend.labelcolor": INK,
    "lines.linewidth": 2,
    "svg.fonttype": "none",
    "text.color": INK,
    "text.parse_math": False,  # take dollar signs in names literally
    "xtick.color": LINE,
    "xtick.labelcolor": INK,
    "ytick.color": LINE,
    "ytick.labelcolor": INK,
}
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_NUMBER = re.compile(r"-?\d+\.\d+")
_FONTS = re.compile("'DejaVu Sans'[^;]*")  # comes with matplotlib, which measures text with it; wider than most fonts


@contextmanager
def page_style() -> Iterator[None]:
    """Draw in the style of the page, independent of the user's matplotlib settings."""
    with mpl.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph", UserWarning)  # the browser has fonts for these characters
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)
        yield


def svg_of(figure: Figure, name: str, title: str, description: str) -> str:
    """Return a figure as an SVG element, the same for the same figure.

    Parameters
    ----------
    name
        Unique on the page; ids inside the element are derived from it.
    title, description
        For people who do not see the chart.
    """
    written = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": name}):
        figure.savefig(written, format="svg", metadata={"Date": None}, transparent=True)
    root = ET.fromstring(written.getvalue())  # noqa: S314  # matplotlib's own
    for place in [part for part in root if _local(part.tag) == "metadata"]:
        root.remove(place)
    referred = {value[1:] for part in root.iter() for key, value in part.items() if _local(key) == "href"}
    for part in list(root.iter()):
        _fit(part, referred)
    _label(root, name, title, description)
    return ET.tostring(root, encoding="unicode")


def _fit(part: ET.Element, referred: set[str]) -> None:
    """Adapt an element to the page: remove namespaces, clipping and unused ids."""
    for child in [child for child in part if _local(child.tag) in {"style", "clipPath"}]:
        part.remove(child)
    attributes = {_local(key): value for key, value in part.items()}
    part.tag = _local(part.tag)
    part.attrib.clear()
    attributes.pop("clip-path", None)
    if attributes.get("id", "") not in referred:
        attributes.pop("id", None)
    if "style" in attributes:
        style = _FONTS.sub("var(--fonts)", attributes["style"])
        attributes["style"] = _COLOUR.sub(lambda found: _VARIABLES.get(found[0], found[0]), style)
    for key in {"d", "x", "y", "transform"} & set(attributes):
        attributes[key] = " ".join(_NUMBER.sub(lambda found: f"{float(found[0]):.1f}", attributes[key]).split())
    if attributes.get("transform", "").startswith("rotate(-0 "):
        del attributes["transform"]
    part.attrib.update(attributes)
    part.text, part.tail = (part.text or "").strip(), ""


def _label(root: ET.Element, name: str, title: str, description: str) -> None:
    width, height = root.attrib["viewBox"].split()[2:]
    box = root.attrib["viewBox"]
    root.attrib.clear()
    root.attrib |= {"viewBox": box, "width": width, "height": height, "role": "img"}
    root.attrib["aria-labelledby"] = f"{name}-title {name}-description"
    for place, (tag, text) in enumerate({"title": title, "desc": description}.items()):
        ending = "title" if tag == "title" else "description"
        label = ET.Element(tag, {"id": f"{name}-{ending}"})
        label.text = legible(text)
        root.insert(place, label)


def _local(name: str) -> str:
    return name.rpartition("}")[2]

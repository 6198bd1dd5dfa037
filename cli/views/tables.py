"""Show tables in a terminal with rich; import this only for a terminal."""

# ruff: noqa: TID253

from __future__ import annotations

from collections.abc import Collection, Iterable
from textwrap import shorten
from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from classmark.cli.console import printable
from classmark.corpus.analysis.statistics import CorpusStatistics
from classmark.corpus.scheme import Code, Scheme

from .markup import safe_markup
from .statistics import figures_of

if TYPE_CHECKING:
    from classmark.model.evaluation.audit import Finding
    from classmark.model.scoring.ranking import RankedCode


_BAR, _SHORTEST_BAR = 40, 5
_BESIDE_BAR = 15
"""Room for counts and gaps beside a bar."""

_TITLE = 160
_DEEPEST = 12
"""Maximum depth of a tree."""


def show_statistics(statistics: CorpusStatistics, out: TextIO) -> None:
    """Show the statistics of a corpus, with one bar per code."""
    console = Console(file=out, emoji=False)
    figures = Table(box=None, show_header=False)
    for name, figure in figures_of(statistics).items():
        figures.add_row(name, figure)
    console.print(figures)
    most = max(statistics.codes.values())
    for title, counts in (("code", statistics.codes), ("codes together", dict(list(statistics.pairs.items())[:20]))):
        table = Table(box=None, header_style="bold")
        table.add_column(title)
        table.add_column("abstracts", justify="right")
        named = {code if isinstance(code, str) else " + ".join(code): count for code, count in counts.items()}
        widest = max(map(len, [title, *named]))
        longest_bar = min(max(console.width - widest - _BESIDE_BAR, _SHORTEST_BAR), _BAR)
        for name, count in named.items():
            table.add_row(safe_markup(name), f"{count:,}", "█" * round(longest_bar * count / most))
        console.print(table)


def show_findings(findings: Iterable[Finding], out: TextIO) -> None:
    """Show doubtful abstracts: location, title, given codes, and the codes that the model gives instead.

    Lines are used rather than a table, because locations, names and titles are long, and a wrapped location cannot be
    copied.
    """
    console = Console(file=out, emoji=False, soft_wrap=True, highlight=False)
    for finding in findings:
        abstract = finding.abstract
        console.print(Text(printable(f"{abstract.location}  {abstract.id}"), style="bold"))
        console.print(Text(f"  {printable(shorten(abstract.title or abstract.text, _TITLE, placeholder=' …'))}"))
        console.print(_doubted("  given    ", finding.given, finding.wrong, (" seems wrong", "red")))
        console.print(_doubted("  instead  ", finding.instead, finding.missing, (" seems missing", "green")))
        console.print()


def _doubted(what: str, codes: Iterable[RankedCode], doubted: Collection[str], doubt: tuple[str, str]) -> Text:
    line = Text(what, style="dim")
    for number, ranked in enumerate(codes):
        name = "" if ranked.name == ranked.code else f" {ranked.name}"
        said, style = doubt if ranked.code in doubted else ("", "")
        line.append(", " if number else "", "not dim")
        line.append(printable(f"{ranked.code}{name} {ranked.score:.3f}{said}"), f"not dim {style}")
    return line


def show_scheme(scheme: Scheme, out: TextIO, *, finer: bool) -> None:
    """Show the codes as a tree; deeper levels are flattened, as lines are limited."""
    tree = Tree("", hide_root=True, guide_style="dim")
    below: dict[str | None, list[Code]] = {}
    for code in scheme.codes:
        below.setdefault(code.parent, []).append(code)
    to_grow: list[tuple[Tree, str | None, int]] = [(tree, None, 0)]
    while to_grow:
        branch, parent, depth = to_grow.pop()
        for code in below.get(parent, []) if parent is None or finer or not scheme.level else []:
            label = Text.assemble((printable(code.code), "bold green"), "  ", printable(code.name))
            if code.doaj:
                label.append(f"  {printable(code.doaj)}", "dim")
            grown = branch.add(label)
            to_grow.append((grown if depth < _DEEPEST else branch, code.code, depth + 1))
    Console(file=out, emoji=False).print(tree)

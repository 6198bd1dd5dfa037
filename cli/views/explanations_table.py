"""Show explanations in a terminal with rich: the abstract with marked terms, and tables with bars."""

# ruff: noqa: TID253

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from classmark.cli.console import printable
from classmark.corpus.abstract import Abstract

from .explanations import others, parts_of
from .markup import safe_markup

if TYPE_CHECKING:
    from classmark.model.explanation.explain import CodeExplanation, Explanation, Term
    from classmark.model.explanation.strongest_terms import StrongestTerms


_FOR = "bold underline green not strike"  # never mark by colour alone; overlapping terms get one mark
_AGAINST = "strike red not bold not underline"
_BAR = 12
_NARROW = 80  # narrower terminals have no room for bars
_SIDES = {True: ("for", "green", "█"), False: ("against", "red", "▒")}


def show_explanations(explanations: Iterable[Explanation], top: int, out: TextIO, *, with_ids: bool) -> None:
    """Show the codes of each record: the marked abstract and a table of terms, under its id if requested."""
    console = Console(file=out, highlight=False, emoji=False)
    for explanation in explanations:
        prediction = explanation.prediction
        if with_ids:
            console.rule(Text(printable(prediction.id), style="bold"), align="left", style="dim")
        if with_ids and prediction.status != "ok":
            console.print(Text(f"{prediction.status} {printable(prediction.reason)}".rstrip(), style="yellow"))
        for code in explanation.codes:
            _show_code(explanation, code, top, console)


def show_strongest_terms(strongest: Iterable[StrongestTerms], out: TextIO) -> None:
    """Show the strongest terms of codes, with bars."""
    console = Console(file=out, highlight=False, emoji=False)
    for code in strongest:
        console.print(_heading(code.code, code.name))
        table = _table(console, "term", "weight", "idf", "weight × idf")
        terms = (*code.speaking_for, *code.speaking_against)
        longest = max((abs(term.strength) for term in terms), default=0)
        for term in terms:
            figures = f"{term.weight:+.3f}", f"{term.idf:.2f}", f"{term.strength:+.2f}"
            _add_row(table, (term.term, term.block, *figures), term.strength, longest)
        console.print(table)
        console.print()


def _show_code(explanation: Explanation, code: CodeExplanation, top: int, console: Console) -> None:
    ranked = code.ranked
    answer = "assigned" if ranked.is_assigned else "not assigned"
    answer = "uncertain" if ranked.is_assigned and explanation.prediction.status != "ok" else answer
    heading = _heading(ranked.code, ranked.name)
    heading.append(f"  {answer}: score {ranked.score:.2f}, threshold {code.threshold:.2f}", style="not bold")
    console.print(heading)
    if isinstance(explanation.record, Abstract):
        _show_abstract(explanation.record, code.terms[:top], console)
    console.print(_terms_table(code, top, console))
    console.print()


def _show_abstract(abstract: Abstract, terms: Sequence[Term], console: Console) -> None:
    console.print()
    for field, text, style in (("title", abstract.title, "bold"), ("text", abstract.text, "")):
        if text.strip():
            console.print(_marked(text, field, terms, style))
            console.print()
    if not abstract.title.strip():
        console.print(Text("without a title, the first sentence stands in for it\n", style="dim"))


def _marked(text: str, field: str, terms: Sequence[Term], style: str) -> Text:
    """Mark terms; if some overlap, the strongest decides."""
    shown = [character if character == "\n" else printable(character) for character in text]
    starts = list(accumulate(map(len, shown), initial=0))  # escaped text is longer than the text as read
    marked = Text("".join(shown), style=style)
    for term in reversed(terms):
        for span in term.spans:
            if span.field == field:
                mark = _FOR if term.contribution > 0 else _AGAINST
                marked.stylize(mark, starts[span.start], starts[span.end])
    marked.rstrip()
    return marked


def _terms_table(code: CodeExplanation, top: int, console: Console) -> Table:
    table = _table(console, "term", "contribution", "share")
    terms = code.terms[:top]
    longest = abs(terms[0].contribution) if terms else 0
    for term in sorted(terms, key=lambda term: term.contribution < 0):  # for, then against; strongest first
        figures = f"{term.contribution:+.3f}", f"{term.share:+.0%}"
        _add_row(table, (term.text, parts_of(term), *figures), term.contribution, longest)
    rest = code.rest(top)
    if rest.count:
        figures = f"{rest.contribution:+.3f}", f"{rest.share:+.0%}"
        table.add_row("", others(rest), "", *figures, style="dim")
    table.add_row("", "intercept", "", f"{code.intercept:+.3f}", style="dim")
    table.add_row("", "decision value", "", f"{code.decision:+.3f}", style="bold")
    return table


def _heading(code: str, name: str) -> Text:
    return Text.assemble((printable(code), "bold green"), "  ", (printable(name), "bold"))


def _table(console: Console, term: str, *figures: str) -> Table:
    table = Table(box=None, header_style="bold")
    table.add_column("", no_wrap=True)
    table.add_column(term, overflow="fold")
    table.add_column("part", no_wrap=True)
    for figure in figures:
        table.add_column(figure, justify="right", no_wrap=True)
    if console.width >= _NARROW:
        table.add_column("", no_wrap=True)
    return table


def _add_row(table: Table, cells: Sequence[str], value: float, longest: float) -> None:
    side, style, block = _SIDES[value > 0]
    bar = block * round(abs(value) / longest * _BAR) if longest else ""
    row = [side, *(safe_markup(cell) for cell in cells), bar]
    table.add_row(*row[: len(table.columns)], style=style)

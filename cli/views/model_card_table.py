"""Show the card of a model in a terminal with rich; import this only for a terminal."""

# ruff: noqa: TID253

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from classmark.cli.console import printable
from classmark.corpus.analysis.support import FEW_ABSTRACTS

from .dates import day_and_time
from .estimate import reason_for_no_estimate
from .evaluation import measure_name

if TYPE_CHECKING:
    from classmark.model.scoring.classifier import Classifier

_CODES = 20


def show_card(path: Path, classifier: Classifier, out: TextIO) -> None:
    """Show what a model contains, how it was trained, and how good it is expected to be."""
    console = Console(file=out, emoji=False, highlight=False)
    facts = Table(box=None, show_header=False, padding=(0, 1))
    facts.add_column(style="bold", no_wrap=True)
    facts.add_column(overflow="fold")
    for name, text in _facts(path, classifier):
        facts.add_row(name, Text(printable(text)))
    console.print(facts)
    console.print()
    if classifier.card.estimate:
        console.print(_estimate(classifier.card.estimate))
    else:
        console.print(Text(f" Not known: {reason_for_no_estimate(classifier)}"))


def _facts(path: Path, classifier: Classifier) -> Iterator[tuple[str, str]]:
    card, written = classifier.card, path.stat()
    yield "file", str(path)
    yield "size", f"{written.st_size / 1e6:,.1f} MB"
    yield "written", day_and_time(written.st_mtime)
    notes = f" and {card.scope_notes:,} scope notes" if card.scope_notes else ""
    repeated = f"; {card.near_duplicates:,} are near duplicates of others" if card.near_duplicates else ""
    yield "trained on", f"{card.abstracts:,} abstracts{notes}{repeated}"
    yield "codes", f"{len(classifier.codes):,}: {_listed(classifier.codes)}"
    if card.rare_codes is not None:
        yield "rare codes", f"{card.rare_codes or 'none'} with fewer than {FEW_ABSTRACTS} abstracts"
    sizes = {name: f"{block.vocabulary.size:,}" for name, block in classifier.scorer.blocks.items()}
    yield "features", _pairs(sizes)
    yield "settings", _pairs(card.settings)
    yield "versions", _pairs(card.versions)
    yield "corpus digest", card.corpus_digest


def _listed(codes: Sequence[str]) -> str:
    more = f" and {len(codes) - _CODES:,} more" if len(codes) > _CODES else ""
    return ", ".join(codes[:_CODES]) + more


def _pairs(values: Mapping[str, object]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in values.items() if value is not None)


def _estimate(estimate: Mapping[str, Sequence[float]]) -> Table:
    table = Table(box=None, header_style="bold", title="Expected on new abstracts like these", title_justify="left")
    table.add_column("measure")
    table.add_column("value", justify="right")
    table.add_column("95 % interval")
    for name, (value, low, high) in estimate.items():
        table.add_row(printable(measure_name(name)), f"{value:.3f}", f"{low:.3f} to {high:.3f}")
    return table

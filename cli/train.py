"""The command ``train``."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from classmark.corpus import Fields, UsageError, check_writable, labelled_abstracts, read_scheme

from .boundary import say
from .figures import measure_name
from .options import (
    Aim,
    CodesField,
    DropRare,
    InputFormat,
    InputFormatName,
    Jobs,
    OptionalCorpus,
    Quiet,
    Scheduler,
    SchemeName,
    Seed,
    TextField,
    TitleField,
    precision_of,
)
from .progress import stepping, working

if TYPE_CHECKING:
    from classmark.model import Card, Settings

Tune = Annotated[
    bool,
    typer.Option("--tune", help="First search for the settings that suit this corpus; takes about six times as long."),
]


def train(
    corpus: OptionalCorpus = None,
    *,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="MODEL", help="The model file to write.")],
    scheme: SchemeName = None,
    input_format: InputFormatName = InputFormat.auto,
    title_field: TitleField = None,
    text_field: TextField = None,
    codes_field: CodesField = None,
    aim: Aim = "f1",
    tune: Tune = False,
    drop_rare: DropRare = False,
    seed: Seed = 0,
    jobs: Jobs = -1,
    scheduler: Scheduler = None,
    quiet: Quiet = False,
) -> None:
    """Train a model on labelled abstracts, and on the scope notes of a scheme.

    A scheme with a column 'scope', the terms that belong to each code, teaches even without abstracts.

    At the end it says how good the model will be on new abstracts of the same kind: every abstract is judged by a fit
    that has not seen it, nor a near duplicate of it, with thresholds (and with --tune, settings) chosen on others.
    """
    start = time.monotonic()
    check_writable(output)
    precision = precision_of(aim)
    codes = read_scheme(scheme) if scheme else None
    if not corpus and not scheme:
        raise UsageError("there is nothing to learn from; name a corpus, or a --scheme with scope notes")
    abstracts = labelled_abstracts(corpus, input_format, Fields(title_field, text_field, codes_field)) if corpus else []
    from classmark.model import TRIALS, Settings, save_classifier, train  # scikit-learn loads here

    from .cluster import joined  # noqa: PLC0415  # and this is for few

    settings = Settings(precision, seed, jobs)
    if tune:
        with joined(scheduler), stepping("trying settings", TRIALS, quiet=quiet) as step:
            classifier = train(
                abstracts, codes, settings, drop_rare=drop_rare, watch=lambda tried, merit: step(_said_of(tried, merit))
            )
    else:
        with joined(scheduler), working(f"training on {len(abstracts):,} abstracts", quiet=quiet):
            classifier = train(abstracts, codes, settings, drop_rare=drop_rare)
    save_classifier(classifier, output)
    if not quiet:
        card = classifier.card
        learned = f"{len(classifier.codes)} codes learned from {card.abstracts:,} abstracts"
        notes = f" and {card.scope_notes:,} scope notes" if card.scope_notes else ""
        size = output.stat().st_size / 1e6
        say(f"{output}: {learned}{notes} in {time.monotonic() - start:.0f} s, {size:.1f} MB")
        if tune and card.estimate:
            say(f"of {TRIALS} settings, these suit the corpus: {_settings_said(Settings(**card.settings))}")
        _tell_estimate(card)


def _said_of(settings: Settings, merit: float) -> str:
    return f"{_settings_said(settings)}: mean of micro-F1 and macro-F1 {merit:.4f}"


def _settings_said(settings: Settings) -> str:
    return f"C {settings.C:g}, title weight {settings.title_weight:g}, piece weight {settings.piece_weight:g}"


def _tell_estimate(card: Card) -> None:
    if not card.estimate:
        say("it has seen no abstract: its scores rank codes, but are no probabilities")
        return
    shown = ["precision_at_1", "micro_f1", "macro_f1"]
    if card.settings["precision"]:
        shown = ["micro_precision", "micro_recall", "share_with_codes"]
    figures = ("{} {:.3f} ({:.3f} to {:.3f})".format(measure_name(name), *card.estimate[name]) for name in shown)
    say(f"expect on new abstracts like these, with 95 % intervals: {', '.join(figures)}")
    if card.near_duplicates:
        say(f"{card.near_duplicates:,} near duplicates were held out together with what they resemble")
    if card.settings["precision"] and card.estimate["micro_precision"][2] < card.settings["precision"]:
        say("that precision is out of reach with this corpus; aim lower, or add abstracts")

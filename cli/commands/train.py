"""The command ``train``."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from classmark.cli.console import say
from classmark.cli.formats import InputFormat
from classmark.cli.input import InputOptions
from classmark.cli.options import (
    Aim,
    CodesField,
    DropRare,
    Encoding,
    HandPicked,
    IdField,
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
from classmark.cli.views.estimate import report_estimate
from classmark.cli.views.summary import report_without_abstracts
from classmark.corpus.errors import UsageError
from classmark.corpus.input.labelled import UnusableRecords
from classmark.corpus.output.atomic import replacing
from classmark.corpus.output.checks import check_apart
from classmark.corpus.scheme_files import read_scheme, scheme_file

from .train_modes import Trainer, describe_settings

if TYPE_CHECKING:
    from classmark.model.scoring.classifier import Classifier


Tune = Annotated[
    bool,
    typer.Option("--tune", help="First search for the best settings for this corpus; takes about six times as long."),
]


def train(
    corpus: OptionalCorpus = None,
    *,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="MODEL", help="The model file to write.")],
    scheme: SchemeName = None,
    input_format: InputFormatName = InputFormat.auto,
    encoding: Encoding = None,
    id_field: IdField = None,
    title_field: TitleField = None,
    text_field: TextField = None,
    codes_field: CodesField = None,
    aim: Aim = "f1",
    tune: Tune = False,
    drop_rare: DropRare = 0,
    hand_picked: HandPicked = False,
    seed: Seed = 0,
    jobs: Jobs = -1,
    scheduler: Scheduler = None,
    quiet: Quiet = False,
) -> None:
    """Train a model on labelled abstracts, and on the scope notes of a scheme.

    A scheme with a column 'scope', which lists the terms of each code, is enough to train on, even without abstracts.

    At the end, the command reports how good the model is expected to be on new abstracts of the same kind. For this,
    every abstract, or three in eight of more than 10,000, is scored by a model that was trained on neither this
    abstract nor a near duplicate of it, with thresholds (and with --tune, settings) chosen on other abstracts.
    """
    start = time.monotonic()
    precision = precision_of(aim)
    check_apart([output], [*(corpus or []), scheme_file(scheme)])
    with replacing(output) as out:  # opened at once, so that no two runs write the same file
        codes = read_scheme(scheme) if scheme else None
        if not corpus and not scheme:
            raise UsageError("there is nothing to train on; name a corpus, or a --scheme with scope notes")
        from classmark.model.persistence.model_file import write_classifier  # scikit-learn loads here
        from classmark.model.settings import Settings
        from classmark.model.training.tuning import TRIALS

        unusable = UnusableRecords()
        source = InputOptions(
            paths=corpus or [],
            input_format=input_format,
            encoding=encoding,
            id_field=id_field,
            title_field=title_field,
            text_field=text_field,
            codes_field=codes_field,
        )
        abstracts = source.iter_labelled(unusable)
        trainer = Trainer(codes, scheduler, tune=tune, drop_rare=drop_rare, quiet=quiet)
        classifier = trainer.train(abstracts, unusable, Settings(precision, seed, jobs, hand_picked=hand_picked))
        write_classifier(classifier, out)
    if not quiet:
        report_without_abstracts(unusable.without_abstracts)
        size = output.stat().st_size / 1e6
        say(f"{output}: {_describe(classifier)} in {time.monotonic() - start:.0f} s, {size:.1f} MB")
        if tune and classifier.card.estimate:
            best = Settings(**classifier.card.settings)
            say(f"of {TRIALS} settings, these suit the corpus: {describe_settings(best)}")
        report_estimate(classifier)


def _describe(classifier: Classifier) -> str:
    card = classifier.card
    notes = f" and {card.scope_notes:,} scope notes" if card.scope_notes else ""
    return f"{len(classifier.codes)} codes, trained on {card.abstracts:,} abstracts{notes}"

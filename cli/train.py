"""The command ``train``."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from classmark.corpus import UsageError, check_writable, labelled_abstracts, read_scheme

from .boundary import say
from .options import DropRare, InputFormat, InputFormatName, Jobs, Language, OptionalCorpus, Quiet, SchemeName, Seed
from .progress import working


def train(
    corpus: OptionalCorpus = None,
    *,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="MODEL", help="The model file to write.")],
    scheme: SchemeName = None,
    input_format: InputFormatName = InputFormat.auto,
    drop_rare: DropRare = False,
    language: Language = "english",
    seed: Seed = 0,
    jobs: Jobs = -1,
    quiet: Quiet = False,
) -> None:
    """Train a model on labelled abstracts, and on the scope notes of a scheme.

    A scheme with a column 'scope', the terms that belong to each code, teaches even without abstracts.

    How good it will be on other abstracts, tell: classmark evaluate CORPUS --folds 5.
    """
    start = time.monotonic()
    check_writable(output)
    codes = read_scheme(scheme) if scheme else None
    if not corpus and not scheme:
        raise UsageError("there is nothing to learn from; name a corpus, or a --scheme with scope notes")
    abstracts = labelled_abstracts(corpus, input_format) if corpus else []
    from classmark.model import Settings, save_classifier, train  # scikit-learn loads here

    settings = Settings(language, seed, jobs)
    with working(f"training on {len(abstracts):,} abstracts", quiet=quiet):
        classifier = train(abstracts, codes, settings, drop_rare=drop_rare)
        save_classifier(classifier, output)
    if not quiet:
        size = output.stat().st_size / 1e6
        card = classifier.card
        learned = f"{len(classifier.codes)} codes learned from {card.abstracts:,} abstracts"
        notes = f" and {card.scope_notes:,} scope notes" if card.scope_notes else ""
        say(f"{output}: {learned}{notes} in {time.monotonic() - start:.0f} s, {size:.1f} MB")
        if not card.abstracts:
            say("it has seen no abstract: its scores rank codes, but are no probabilities")

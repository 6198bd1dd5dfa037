"""The command ``train``."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from classmark.corpus import labelled_abstracts, read_scheme

from .boundary import say
from .options import Corpus, DropRare, InputFormat, InputFormatName, Jobs, Quiet, SchemeName, Seed
from .progress import working


def train(
    corpus: Corpus,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="MODEL", help="The model file to write.")],
    scheme: SchemeName = None,
    input_format: InputFormatName = InputFormat.auto,
    drop_rare: DropRare = False,
    seed: Seed = 0,
    jobs: Jobs = -1,
    quiet: Quiet = False,
) -> None:
    """Train a model on labelled abstracts.

    How good it will be on other abstracts, tell: classmark evaluate CORPUS --folds 5.
    """
    start = time.monotonic()
    codes = read_scheme(scheme) if scheme else None
    abstracts = labelled_abstracts(corpus, input_format)
    from classmark.model import save_classifier, train  # scikit-learn loads here

    with working(f"training on {len(abstracts):,} abstracts", quiet=quiet):
        classifier = train(abstracts, codes, drop_rare=drop_rare, seed=seed, jobs=jobs)
        save_classifier(classifier, output)
    if not quiet:
        size = output.stat().st_size / 1e6
        say(
            f"{output}: {len(classifier.codes)} codes learned from {classifier.card.abstracts:,} abstracts "
            f"in {time.monotonic() - start:.0f} s, {size:.1f} MB"
        )

"""The command ``evaluate``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from classmark.corpus import Abstract, Scheme, UsageError, labelled_abstracts, read_scheme

from .figures import write_curve, write_evaluation
from .options import (
    Corpus,
    InputFormat,
    InputFormatName,
    Jobs,
    Language,
    ModelFile,
    OutputOfFigures,
    Quiet,
    ReportFormat,
    SchemeName,
    Seed,
    Threshold,
)
from .output import open_output
from .progress import working

if TYPE_CHECKING:
    from classmark.model import Evaluation

Folds = Annotated[
    int | None, typer.Option("--folds", min=2, metavar="K", help="Train and measure on this corpus, by K folds.")
]
Curve = Annotated[
    list[str] | None,
    typer.Option(
        "--curve",
        metavar="CORPUS",
        help="Train on growing parts of this other corpus, with and without scope notes: a learning curve.",
    ),
]


def evaluate(
    corpus: Corpus,
    model: ModelFile = None,
    folds: Folds = None,
    curve: Curve = None,
    format: OutputOfFigures = ReportFormat.text,  # noqa: A002  # the option's name
    scheme: SchemeName = None,
    input_format: InputFormatName = InputFormat.auto,
    threshold: Threshold = None,
    language: Language = "english",
    seed: Seed = 0,
    jobs: Jobs = -1,
    quiet: Quiet = False,
) -> None:
    """Measure a model on labelled abstracts, or what training gives (--folds, --curve).

    Abstracts that a model learned from say nothing of how good it is: measure it on others.
    """
    _check_options(model, folds, curve, scheme, threshold)
    abstracts = labelled_abstracts(corpus, input_format)
    codes = read_scheme(scheme) if scheme else None
    with working(f"evaluating on {len(abstracts):,} abstracts", quiet=quiet):
        if curve:
            from classmark.model import Settings, learning_curve  # scikit-learn loads here

            settings = Settings(language, seed, jobs)
            points = list(learning_curve(labelled_abstracts(curve), codes, abstracts, settings))
        elif folds:
            from classmark.model import Settings, evaluate_by_folds

            evaluation = evaluate_by_folds(abstracts, codes, folds, Settings(language, seed, jobs))
        else:
            evaluation, codes = _evaluate_model(abstracts, model, threshold)
    with open_output(None) as out:
        if curve:
            write_curve(points, format, out)
        else:
            write_evaluation(evaluation, codes or Scheme(()), format, out)


def _check_options(
    model: object, folds: int | None, curve: object, scheme: str | None, threshold: float | None
) -> None:
    trains = "--folds" if folds else "--curve" if curve else ""
    if folds and curve:
        raise UsageError("leave out --folds or --curve")
    if trains and model:
        raise UsageError(f"{trains} trains models of its own; leave out --model or {trains}")
    if trains and threshold is not None:
        raise UsageError(f"{trains} chooses thresholds of its own; leave out --threshold or {trains}")
    if scheme and not trains:
        raise UsageError("a model has its own scheme; --scheme goes with --folds or --curve")


def _evaluate_model(abstracts: list[Abstract], path: Path | None, threshold: float | None) -> tuple[Evaluation, Scheme]:
    from classmark.model import DEFAULT_FILE, evaluate, open_classifier  # scikit-learn loads here

    classifier = open_classifier(path or DEFAULT_FILE)
    return evaluate(classifier, abstracts, threshold), classifier.scheme

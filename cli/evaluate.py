"""The command ``evaluate``."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from classmark.corpus import Abstract, Scheme, UsageError, labelled_abstracts, read_scheme

from .boundary import printable, say
from .options import (
    Corpus,
    InputFormat,
    InputFormatName,
    Jobs,
    ModelFile,
    OutputOfFigures,
    Quiet,
    ReportFormat,
    SchemeName,
    Seed,
    Threshold,
)
from .output import is_terminal, open_output
from .progress import working

if TYPE_CHECKING:
    from classmark.model import Evaluation


def evaluate(
    corpus: Corpus,
    model: ModelFile = None,
    folds: Annotated[
        int | None,
        typer.Option("--folds", min=2, metavar="K", help="Train and measure on this corpus, by K folds."),
    ] = None,
    format: OutputOfFigures = ReportFormat.text,  # noqa: A002  # the option's name
    scheme: SchemeName = None,
    input_format: InputFormatName = InputFormat.auto,
    threshold: Threshold = None,
    seed: Seed = 0,
    jobs: Jobs = -1,
    quiet: Quiet = False,
) -> None:
    """Measure a model on labelled abstracts, or, with --folds, what training on them gives.

    Abstracts that a model learned from say nothing of how good it is: measure it on others.
    """
    _check_options(model, folds, scheme, threshold)
    abstracts = labelled_abstracts(corpus, input_format)
    with working(f"evaluating on {len(abstracts):,} abstracts", quiet=quiet):
        if folds:
            from classmark.model import evaluate_by_folds  # scikit-learn loads here

            names = read_scheme(scheme) if scheme else None
            evaluation = evaluate_by_folds(abstracts, names, folds, seed=seed, jobs=jobs)
        else:
            evaluation, names = _evaluate_model(abstracts, model, threshold)
    if evaluation.unknown_codes:
        say(f"the model does not know the codes {', '.join(evaluation.unknown_codes)}; they count as not found")
    with open_output(None) as out:
        _write(evaluation, names or Scheme(()), format, out)


def _check_options(model: object, folds: int | None, scheme: str | None, threshold: float | None) -> None:
    if folds and model:
        raise UsageError("--folds trains models of its own; leave out --model or --folds")
    if folds and threshold is not None:
        raise UsageError("--folds chooses thresholds of its own; leave out --threshold or --folds")
    if scheme and not folds:
        raise UsageError("a model has its own scheme; --scheme goes with --folds")


def _evaluate_model(abstracts: list[Abstract], path: Path | None, threshold: float | None) -> tuple[Evaluation, Scheme]:
    from classmark.model import DEFAULT_FILE, evaluate, open_classifier  # scikit-learn loads here

    classifier = open_classifier(path or DEFAULT_FILE)
    return evaluate(classifier, abstracts, threshold), classifier.scheme


def _write(evaluation: Evaluation, scheme: Scheme, format: ReportFormat, out: TextIO) -> None:  # noqa: A002
    if format is ReportFormat.json:
        figures = {key: value for key, value in asdict(evaluation).items() if key != "unknown_codes"}
        out.write(json.dumps(figures, indent=2, ensure_ascii=False) + "\n")
    elif is_terminal(out):
        from .tables import show_evaluation  # noqa: PLC0415  # rich loads here

        show_evaluation(evaluation, scheme, out)
    else:
        out.writelines(f"{name}\t{value:.4f}\n" for name, value in evaluation.measures.items())
        out.write("\ncode\tname\tsupport\tprecision\trecall\tf1\n")
        for code, result in evaluation.codes.items():
            row = f"{result.support}\t{result.precision:.4f}\t{result.recall:.4f}\t{result.f1:.4f}"
            out.write(f"{printable(code)}\t{printable(scheme.name(code))}\t{row}\n")

"""The command ``evaluate``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from classmark.cli.console import say
from classmark.cli.error_boundary import exit_with_failure
from classmark.cli.formats import InputFormat, ReportFormat
from classmark.cli.input import InputOptions
from classmark.cli.options import (
    Aim,
    Assign,
    CodesField,
    Corpus,
    DropRare,
    Encoding,
    IdField,
    InputFormatName,
    Jobs,
    Level,
    ModelFile,
    OutputOfFigures,
    Quiet,
    SchemeName,
    Seed,
    TextField,
    Threshold,
    TitleField,
    precision_of,
)
from classmark.cli.output import open_output
from classmark.cli.progress import working
from classmark.cli.views.evaluation import Measured
from classmark.cli.views.evaluation_text import write_curve, write_measured
from classmark.cli.views.provenance import file_names
from classmark.cli.views.summary import report_corpus
from classmark.corpus.messages import count_of
from classmark.corpus.output.checks import check_apart, check_writable
from classmark.corpus.scheme_files import read_scheme, scheme_file

from .evaluation_modes import TrainingOptions, evaluate_learning_curve, evaluate_model, evaluate_training
from .evaluation_options import EvaluationOptions

Folds = Annotated[
    int | None,
    typer.Option("--folds", min=2, metavar="K", help="Measure training on this corpus, by K-fold cross-validation."),
]
Curve = Annotated[
    list[str] | None,
    typer.Option(
        "--curve",
        metavar="CORPUS",
        help="Measure a learning curve: train on growing parts of this other corpus, with and without scope notes.",
    ),
]
Compare = Annotated[
    Path | None,
    typer.Option(
        "--compare",
        metavar="OTHER_MODEL",
        help="Compare with this other model, and test whether the differences are significant.",
    ),
]
FailIfWorse = Annotated[
    bool,
    typer.Option(
        "--fail-if-worse",
        help="With --compare: exit with code 1 if precision at 1, micro-F1 or macro-F1 is significantly worse.",
    ),
]
Report = Annotated[
    Path | None,
    typer.Option(
        "--report", metavar="FILE.html", help="Also write a report with charts, as one HTML page that works offline."
    ),
]


def evaluate(
    corpus: Corpus,
    model: ModelFile = None,
    folds: Folds = None,
    curve: Curve = None,
    compare: Compare = None,
    fail_if_worse: FailIfWorse = False,
    report: Report = None,
    format: OutputOfFigures = ReportFormat.text,  # noqa: A002  # the option's name
    scheme: SchemeName = None,
    input_format: InputFormatName = InputFormat.auto,
    encoding: Encoding = None,
    id_field: IdField = None,
    title_field: TitleField = None,
    text_field: TextField = None,
    codes_field: CodesField = None,
    threshold: Threshold = None,
    assign: Assign = None,
    level: Level = None,
    aim: Aim = "f1",
    drop_rare: DropRare = 0,
    seed: Seed = 0,
    jobs: Jobs = -1,
    quiet: Quiet = False,
) -> None:
    """Measure a model on labelled abstracts, or measure training (--folds, --curve).

    Use abstracts that the model was not trained on; figures on its training abstracts don't show how good it is.
    Intervals are 95 % confidence intervals: on other abstracts of the same kind, the figure is likely to lie there.
    """
    options = EvaluationOptions(
        input=InputOptions(
            paths=corpus,
            input_format=input_format,
            encoding=encoding,
            id_field=id_field,
            title_field=title_field,
            text_field=text_field,
            codes_field=codes_field,
        ),
        model=model,
        folds=folds,
        curve=curve,
        compare=compare,
        fail_if_worse=fail_if_worse,
        report=report,
        format=format,
        scheme=scheme,
        threshold=threshold,
        assign=assign,
        level=level,
        precision=precision_of(aim),
        drop_rare=drop_rare,
        seed=seed,
        jobs=jobs,
        quiet=quiet,
    )
    options.check()
    _check_files(options)
    measured = _evaluate(options)
    _write(measured.on(file_names(corpus)), format, report)
    if report and not quiet:
        say(f"{report}: open it in a browser")
    if fail_if_worse and measured.comparison and measured.comparison.is_worse:
        say(f"the model is worse than {compare}, and not by chance")
        exit_with_failure()


def _check_files(options: EvaluationOptions) -> None:
    """Check before the work that the report replaces no file that is read, and that it can be made and written."""
    from classmark.model.scoring.classifier import DEFAULT_FILE  # NumPy loads here

    models = [options.model or DEFAULT_FILE, options.compare]
    check_apart([options.report], [*options.input.paths, *(options.curve or []), *models, scheme_file(options.scheme)])
    _prepare_report(options.report)


def _evaluate(options: EvaluationOptions) -> Measured:
    """Read the corpus, and evaluate a model or training on it."""
    codes = read_scheme(options.scheme) if options.scheme else None
    abstracts = options.input.labelled()
    if not options.quiet:
        report_corpus(abstracts, codes)
    with working(f"evaluating on {count_of(len(abstracts), 'abstract')}", quiet=options.quiet):
        if not options.folds and not options.curve:
            return evaluate_model(abstracts, options)
        from classmark.model.settings import Settings  # scikit-learn loads here

        settings = Settings(options.precision, options.seed, options.jobs)
        training = TrainingOptions(codes, settings, options.drop_rare)
        if options.curve:
            return evaluate_learning_curve(abstracts, options.curve, training)
        return evaluate_training(abstracts, options.folds or 0, training)


def _prepare_report(report: Path | None) -> None:
    """Check before the work that a report can be made and written."""
    if report:
        check_writable(report)
        from classmark.cli.report.report import import_libraries  # noqa: PLC0415  # its libraries load here

        import_libraries()


def _write(measured: Measured, format: ReportFormat, report: Path | None) -> None:  # noqa: A002
    with open_output(None) as out:
        if measured.curve:
            write_curve(measured.curve, format, out)
        else:
            write_measured(measured, format, out)
    if report:
        from classmark.cli.report.report import write_report  # noqa: PLC0415  # its libraries load here

        write_report(measured, report)

"""The command ``evaluate``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from classmark.cli.console import say
from classmark.cli.error_boundary import exit_with_failure
from classmark.cli.options import (
    Aim,
    CodesField,
    Corpus,
    DropRare,
    InputFormat,
    InputFormatName,
    Jobs,
    ModelFile,
    OutputOfFigures,
    Quiet,
    ReportFormat,
    SchemeName,
    Seed,
    TextField,
    Threshold,
    TitleField,
    precision_of,
)
from classmark.cli.output import open_output
from classmark.cli.progress import working
from classmark.cli.views.evaluation import Measured, learned_from
from classmark.cli.views.evaluation_text import write_curve, write_measured
from classmark.cli.views.provenance import files, of_curve, of_folds, of_model
from classmark.cli.views.summary import drop_rare_codes, report_joined_codes, report_without_abstracts
from classmark.corpus.abstract import Abstract
from classmark.corpus.errors import UsageError
from classmark.corpus.fields import Fields
from classmark.corpus.input.labelled import labelled_abstracts
from classmark.corpus.input.without_abstracts import WithoutAbstracts
from classmark.corpus.output.checks import check_apart, check_writable
from classmark.corpus.scheme import Scheme
from classmark.corpus.scheme_csv import read_scheme, scheme_file

if TYPE_CHECKING:
    from classmark.model.settings import Settings


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
Compare = Annotated[
    Path | None,
    typer.Option(
        "--compare", metavar="OTHER_MODEL", help="Say whether the model is better than this other one, and where."
    ),
]
FailIfWorse = Annotated[
    bool,
    typer.Option(
        "--fail-if-worse",
        help="With --compare: exit code 1 if precision at 1, micro-F1 or macro-F1 is worse, and not by chance.",
    ),
]
Report = Annotated[
    Path | None,
    typer.Option("--report", metavar="FILE.html", help="Write a report with charts, too: one page, readable offline."),
]
_PAGES = (".html", ".htm")  # a corpus that is named in the report's place by mistake must not be replaced


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
    title_field: TitleField = None,
    text_field: TextField = None,
    codes_field: CodesField = None,
    threshold: Threshold = None,
    aim: Aim = "f1",
    drop_rare: DropRare = False,
    seed: Seed = 0,
    jobs: Jobs = -1,
    quiet: Quiet = False,
) -> None:
    """Measure a model on labelled abstracts, or what training gives (--folds, --curve).

    Abstracts that a model learned from say nothing of how good it is: measure it on others. Intervals are of 95 %:
    on other abstracts of the same kind, the figure is likely to lie there.
    """
    trains = "--folds" if folds else "--curve" if curve else ""
    precision = precision_of(aim)
    _refuse(
        {
            "leave out --folds or --curve": bool(folds and curve),
            f"{trains} trains models of its own; leave out --model or {trains}": bool(trains and model),
            f"{trains} trains models of its own; leave out --compare or {trains}": bool(trains and compare),
            f"{trains} chooses thresholds of its own; leave out --threshold or {trains}": bool(
                trains and threshold is not None
            ),
            "a model has its own scheme; --scheme goes with --folds or --curve": bool(scheme and not trains),
            "a model has its own thresholds; --aim goes with --folds or --curve": bool(precision and not trains),
            "--drop-rare goes with --folds or --curve": drop_rare and not trains,
            "--fail-if-worse goes with --compare": fail_if_worse and not compare,
            f"--report {report}: a report is a page, so end its name in .html": bool(
                report and report.suffix.lower() not in _PAGES
            ),
        }
    )
    from classmark.model.scoring.classifier import DEFAULT_FILE  # NumPy loads here

    check_apart([report], [*corpus, *(curve or []), model or DEFAULT_FILE, compare, scheme_file(scheme)])
    if report:
        check_writable(report)
        from classmark.cli.report.report import check_libraries  # noqa: PLC0415  # its libraries load here

        check_libraries()
    codes = read_scheme(scheme) if scheme else None
    abstracts = labelled_abstracts(corpus, input_format, Fields(title_field, text_field, codes_field))
    if not quiet:
        report_without_abstracts(WithoutAbstracts.of(abstracts))
        report_joined_codes(abstracts, codes)
    with working(f"evaluating on {len(abstracts):,} abstracts", quiet=quiet):
        if trains:
            from classmark.model.settings import Settings  # scikit-learn loads here

            settings = Settings(precision, seed, jobs)
            if curve:
                measured = _by_curve(curve, abstracts, codes, settings, drop_rare=drop_rare)
            else:
                measured = _by_folds(abstracts, codes, folds or 0, settings, drop_rare=drop_rare)
        else:
            measured = _of_model(abstracts, model, compare, threshold)
    _write(replace(measured, origin=replace(measured.origin, corpus=files(corpus))), format, report)
    if report and not quiet:
        say(f"{report}: open it in a browser")
    if fail_if_worse and measured.comparison and measured.comparison.is_worse:
        say(f"the model is worse than {compare}, and not by chance")
        exit_with_failure()


def _refuse(complaints: dict[str, bool]) -> None:
    found = [complaint for complaint, is_so in complaints.items() if is_so]
    if found:
        raise UsageError("; ".join(found))


def _by_curve(
    paths: list[str], abstracts: list[Abstract], scheme: Scheme | None, settings: Settings, *, drop_rare: bool
) -> Measured:
    from classmark.model.evaluation.learning_curve import learning_curve

    learned = labelled_abstracts(paths)
    learned = drop_rare_codes(learned, scheme) if drop_rare else learned
    points = list(learning_curve(learned, scheme, abstracts, settings))
    whole = max(points, key=lambda point: (point.abstracts, point.scope_notes))
    return Measured(whole.evaluation, abstracts, scheme or Scheme(()), curve=points, origin=of_curve(paths, settings))


def _by_folds(
    abstracts: list[Abstract], scheme: Scheme | None, folds: int, settings: Settings, *, drop_rare: bool
) -> Measured:
    from classmark.model.evaluation.by_folds import evaluate_by_folds

    abstracts = drop_rare_codes(abstracts, scheme) if drop_rare else abstracts
    evaluation = evaluate_by_folds(abstracts, scheme, folds, settings)
    return Measured(evaluation, abstracts, scheme or Scheme(()), origin=of_folds(folds, settings))


def _of_model(abstracts: list[Abstract], path: Path | None, other: Path | None, threshold: float | None) -> Measured:
    from classmark.model.evaluation.comparison import compare
    from classmark.model.evaluation.evaluate import evaluate
    from classmark.model.persistence.model_file import open_classifier  # scikit-learn loads here
    from classmark.model.scoring.classifier import DEFAULT_FILE

    classifier = open_classifier(path or DEFAULT_FILE)
    origin = of_model(path, classifier.card, threshold, other)
    measured = Measured(evaluate(classifier, abstracts, threshold), abstracts, classifier.scheme, origin=origin)
    if other:
        against = evaluate(open_classifier(other), abstracts, threshold)
        warnings = [learned_from(f"{other}", against)] if against.learned_from else []
        measured = replace(measured, comparison=compare(measured.evaluation, against), warnings=warnings)
    return measured


def _write(measured: Measured, format: ReportFormat, report: Path | None) -> None:  # noqa: A002
    with open_output(None) as out:
        if measured.curve:
            write_curve(measured.curve, format, out)
        else:
            write_measured(measured, format, out)
    if report:
        from classmark.cli.report.report import write_report  # noqa: PLC0415  # its libraries load here

        write_report(measured, report)

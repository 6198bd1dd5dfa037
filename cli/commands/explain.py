"""The command ``explain``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import Struct

from classmark.cli.console import say
from classmark.cli.error_boundary import exit_with_failure
from classmark.cli.formats import ExplanationFormat, InputFormat
from classmark.cli.input import InputOptions, is_piped, open_input, paths_or_stdin
from classmark.cli.options import (
    Encoding,
    IdField,
    InputFormatName,
    Level,
    ModelFile,
    Paths,
    Quiet,
    TextField,
    TitleField,
)
from classmark.cli.output import is_terminal, open_output
from classmark.cli.views.explanations import (
    write_explanations,
    write_json_lines,
    write_strongest_terms,
    write_terms_as_json_lines,
)
from classmark.cli.views.summary import report_summary
from classmark.corpus.abstract import Record
from classmark.corpus.output.checks import check_apart

if TYPE_CHECKING:
    from classmark.model.explanation.explain import Explanation
    from classmark.model.prediction.summary import PredictionSummary
    from classmark.model.scoring.classifier import Classifier


def explain(
    paths: Paths = None,
    codes: Annotated[
        list[str] | None,
        typer.Option("--code", "-c", metavar="CODE", help="Explain this code; may be given several times."),
    ] = None,
    model: ModelFile = None,
    format: Annotated[  # noqa: A002  # the option's name
        ExplanationFormat, typer.Option("--format", "-f", help="The output format.")
    ] = ExplanationFormat.text,
    input_format: InputFormatName = InputFormat.auto,
    encoding: Encoding = None,
    id_field: IdField = None,
    title_field: TitleField = None,
    text_field: TextField = None,
    level: Level = None,
    top: Annotated[
        int,
        typer.Option("--top", min=1, metavar="N", help="The number of terms per code; the other terms are summed up."),
    ] = 10,
    quiet: Quiet = False,
) -> None:
    """Explain why abstracts get their codes: which terms speak for a code, and which against.

    Terms are words and pairs of words. Their contributions and the intercept of the code add up to the decision
    value, from which the score is computed. The share of a term is its part of all contributions, for and against.
    Plain text has one line per term: code, term, part of the abstract, contribution, share. If there are several
    abstracts, the id comes first. Without --code, the codes that are assigned to an abstract are explained.

    With --code and without a PATH, the model itself is explained: the N terms that speak most strongly for the code
    and the N against it, with code, term, part, weight times inverse document frequency, and these two factors.
    To explain a code for an abstract from a pipe: classmark explain - --code U.
    """
    check_apart([], [*(paths or []), model])
    if codes and not paths:
        _show_codes(codes, _Model(model, level), format, top)
        if is_piped() and not quiet:
            say("these are the model's terms; to explain what is piped in: classmark explain - --code CODE")
        return
    from classmark.model.prediction.summary import PredictionSummary  # NumPy loads here

    source = open_input(
        InputOptions(
            paths=paths_or_stdin(paths, "explain"),
            input_format=input_format,
            encoding=encoding,
            id_field=id_field,
            title_field=title_field,
            text_field=text_field,
        )
    )
    summary = PredictionSummary()
    with open_output(None) as out:
        explanations = _explanations(source.records, _Model(model, level), codes, summary)
        if format is ExplanationFormat.jsonl:
            write_json_lines(explanations, top, out)
        elif is_terminal(out):
            from classmark.cli.views.explanations_table import show_explanations  # noqa: PLC0415  # rich loads here

            show_explanations(explanations, top, out, with_ids=not source.is_single)
        else:
            write_explanations(explanations, top, out, with_ids=not source.is_single)
    report_summary(summary, source.found.passed_over, is_single=source.is_single, quiet=quiet)
    if summary.bad_count:
        exit_with_failure()


class _Model(Struct, frozen=True):
    """The model to explain: its file, None for the default one, and the level of its codes."""

    path: Path | None
    level: int | None

    def open(self) -> Classifier:
        from classmark.model.persistence.model_file import open_classifier  # NumPy loads here
        from classmark.model.scoring.classifier import DEFAULT_FILE

        return open_classifier(self.path or DEFAULT_FILE).at_level(self.level)


def _explanations(
    records: Iterable[Record], model: _Model, codes: Sequence[str] | None, summary: PredictionSummary
) -> Iterator[Explanation]:
    from classmark.model.explanation.explain import explain

    for explanation in explain(model.open(), records, codes or None):
        summary.count(explanation.prediction)
        yield explanation


def _show_codes(codes: Sequence[str], model: _Model, format: ExplanationFormat, top: int) -> None:  # noqa: A002
    from classmark.model.explanation.strongest_terms import strongest_terms

    classifier = model.open()
    classifier.columns(codes)  # all that are unknown, before any is shown
    strongest = [strongest_terms(classifier, code, top) for code in dict.fromkeys(codes)]
    with open_output(None) as out:
        if format is ExplanationFormat.jsonl:
            write_terms_as_json_lines(strongest, out)
        elif is_terminal(out):
            from classmark.cli.views.explanations_table import show_strongest_terms  # noqa: PLC0415  # rich loads here

            show_strongest_terms(strongest, out)
        else:
            write_strongest_terms(strongest, out)

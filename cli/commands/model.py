"""Define the commands ``model show`` and ``model export``."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from msgspec.structs import asdict

from classmark.cli.console import printable, say
from classmark.cli.examples import examples_of
from classmark.cli.formats import ReportFormat
from classmark.cli.options import OutputOfFigures
from classmark.cli.output import is_terminal, open_output
from classmark.cli.suggestions import CommandGroup
from classmark.cli.views.json_lines import json_text
from classmark.corpus.output.checks import check_apart, check_writable

if TYPE_CHECKING:
    from classmark.model.scoring.classifier import Classifier

model = typer.Typer(
    cls=CommandGroup,
    help="Show what a model file contains, or export it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

ModelArgument = Annotated[
    Path | None, typer.Argument(metavar="[MODEL]", help="A model file; if not given, the built-in default.")
]


class ExportFormat(StrEnum):
    """Targets of an export."""

    joblib = "joblib"


@model.command(epilog=examples_of("model show"))
def show(file: ModelArgument = None, format: OutputOfFigures = ReportFormat.text) -> None:  # noqa: A002
    """Show the model card: how a model was trained, and what it contains."""
    check_apart([], [file])
    from classmark.model.persistence.model_file import open_classifier  # imports NumPy
    from classmark.model.scoring.classifier import DEFAULT_FILE

    path = file or DEFAULT_FILE
    classifier = open_classifier(path)
    with open_output(None) as out:
        if format is ReportFormat.json:
            out.write(json_text(_card(path, classifier), indent=2))
        elif is_terminal(out):
            from classmark.cli.views.model_card_table import show_card  # noqa: PLC0415  # rich loads here

            show_card(path, classifier, out)
        else:
            known = {name: value for name, value in _card(path, classifier).items() if value is not None}
            out.writelines(f"{name}\t{printable(_as_text(value))}\n" for name, value in known.items())


@model.command(epilog=examples_of("model export"))
def export(
    file: ModelArgument = None,
    *,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The file to write.")],
    to: Annotated[ExportFormat, typer.Option("--to", help="The format to write.")] = ExportFormat.joblib,  # noqa: ARG001
) -> None:
    """Export a model as a fitted scikit-learn pipeline, saved with joblib.

    Loading a joblib file can run any code in it: load only your own, and share the model file instead.
    """
    check_writable(output)
    from classmark.model.persistence.model_file import open_classifier  # imports scikit-learn
    from classmark.model.persistence.sklearn_pipeline import export_joblib
    from classmark.model.scoring.classifier import DEFAULT_FILE

    check_apart([output], [file or DEFAULT_FILE])
    export_joblib(open_classifier(file or DEFAULT_FILE), output)
    say(f"{output}: load it with joblib.load, where classmark is installed")


def _card(path: Path, classifier: Classifier) -> dict[str, Any]:
    written = path.stat()
    return {
        "file": str(path),
        "size": written.st_size,
        "written": _date(written.st_mtime),
        "codes": list(classifier.codes),
        "features": {name: block.vocabulary.size for name, block in classifier.scorer.blocks.items()},
        **asdict(classifier.card),
    }


def _date(seconds: float) -> str:
    """Return a time in ISO 8601, or in seconds since 1970 if it is outside the calendar."""
    try:
        return datetime.fromtimestamp(seconds, tz=UTC).isoformat(timespec="seconds")
    except (OSError, OverflowError, ValueError):
        return f"{seconds:.0f} s"


def _as_text(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_as_text(part)}" for name, part in value.items()) or "none"
    if isinstance(value, list) and len(value) == 3 and all(isinstance(part, float) for part in value):
        return "{} ({} to {})".format(*value)
    return ";".join(map(str, value)) if isinstance(value, list) else str(value)

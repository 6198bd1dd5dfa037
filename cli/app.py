"""Assemble the commands into one program."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from classmark.corpus.version import VERSION

from .error_boundary import Boundary
from .lazy_commands import LazyCommands, format_summaries

_PLACES = {
    "predict": "classmark.cli.predict.command:predict",
    "explain": "classmark.cli.commands.explain:explain",
    "train": "classmark.cli.commands.train:train",
    "evaluate": "classmark.cli.commands.evaluate:evaluate",
    "codes": "classmark.cli.commands.codes:codes",
    "serve": "classmark.cli.commands.serve:serve",
    "corpus": "classmark.cli.commands.corpus_group:corpus",
    "model": "classmark.cli.commands.model:model",
}
_SUMMARIES = {
    "predict": "Tag abstracts with subject codes.",
    "explain": "Explain why abstracts get their codes: which terms speak for a code, and which against.",
    "train": "Train a model on labelled abstracts, and on the scope notes of a scheme.",
    "evaluate": "Measure a model on labelled abstracts, or measure training (--folds, --curve).",
    "codes": "Show the codes of the built-in scheme, of a scheme file or of a model.",
    "serve": "Serve models over HTTP, to programs and to people.",
    "corpus": "Check a corpus before training, convert it, or split it.",
    "model": "Show what a model file contains, or export it.",
}
"""The first sentence of what each command says of itself; a test holds them to that."""


class Program(Boundary):
    """The group of all commands, which are imported one by one."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = LazyCommands(_PLACES)  # type: ignore[assignment]  # Typer only reads them

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write what each command does."""
        format_summaries(_SUMMARIES, ctx, formatter)


app = typer.Typer(
    name="classmark",
    cls=Program,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"classmark {VERSION}")
        raise typer.Exit


@app.callback()
def program(
    version: Annotated[  # the callback has handled it
        bool, typer.Option("--version", "-V", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Tag scholarly abstracts with subject codes.

    Results go to the standard output, everything else to the standard error.
    Exit codes: 0 success, 1 failure, 2 wrong usage, 130 interrupted.
    """

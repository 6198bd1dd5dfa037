"""Assemble the commands into one program."""

from __future__ import annotations

from typing import Annotated

import typer

from classmark.cli.commands.audit import audit
from classmark.cli.commands.codes import codes
from classmark.cli.commands.convert import convert
from classmark.cli.commands.corpus import corpus
from classmark.cli.commands.evaluate import evaluate
from classmark.cli.commands.explain import explain
from classmark.cli.commands.model import model
from classmark.cli.commands.serve import serve
from classmark.cli.commands.train import train
from classmark.cli.predict.command import predict
from classmark.corpus.version import VERSION

from .error_boundary import Boundary
from .examples import examples_of

app = typer.Typer(
    name="classmark",
    cls=Boundary,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.command(no_args_is_help=False, epilog=examples_of("predict"))(predict)
app.command(no_args_is_help=False, epilog=examples_of("explain"))(explain)
app.command(epilog=examples_of("train"))(train)
app.command(epilog=examples_of("evaluate"))(evaluate)
app.command(epilog=examples_of("codes"))(codes)
app.command(no_args_is_help=False, epilog=examples_of("serve"))(serve)
corpus.command(epilog=examples_of("corpus audit"))(audit)
corpus.command(epilog=examples_of("corpus convert"))(convert)
app.add_typer(corpus, name="corpus")
app.add_typer(model, name="model")


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

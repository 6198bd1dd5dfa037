"""Import a command only when it is run, or its own help is shown: each takes a tenth of the time of a prediction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from .examples import examples_of


class LazyCommands(Mapping[str, Any]):  # of Typer's own types, which are private
    """Commands by their names, made when they are asked for.

    Parameters
    ----------
    places
        By name: the module and its function, or its group of commands, such as ``classmark.cli.app:app``.
    """

    def __init__(self, places: Mapping[str, str]) -> None:
        self._places = places

    def __getitem__(self, name: str) -> Any:
        return _command(name, self._places[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


@cache
def _command(name: str, place: str) -> Any:
    """Return a command as Typer makes it."""
    module, _, attribute = place.partition(":")
    found = getattr(import_module(module), attribute)
    if isinstance(found, typer.Typer):
        group = typer.main.get_group(found)
        group.name = name
        return group
    alone = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    alone.command(name, epilog=examples_of(name))(found)
    return typer.main.get_command(alone)


def format_summaries(summaries: Mapping[str, str], ctx: Any, formatter: Any) -> None:
    """Write the list of commands of a help page, without importing them."""
    TyperGroup(
        commands={name: TyperCommand(name, help=summary) for name, summary in summaries.items()}
    ).format_commands(ctx, formatter)

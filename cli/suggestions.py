"""Suggest commands for a name that is none."""

from __future__ import annotations

from collections.abc import Iterator
from os.path import exists
from typing import Any

from typer.core import TyperGroup

from .console import short

_OTHER_WORDS = {
    "version": "--version",
    "classify": "predict",
    "label": "predict",
    "tag": "predict",
    "annotate": "predict --keep",
    "split": "corpus convert --split",
    "validate": "corpus check",
    "list": "codes",
}
"""What people call a command that has another name."""

_HELP = "help"
_SHOWN = 40
"""Characters of a name to show."""


class CommandGroup(TyperGroup):
    """A group of commands; for a name that is none of them, it suggests one of all commands of the program."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # Typer's own types are private
        """Find the command that is named; with a name that is none, exit with 2 and suggest others."""
        name = args[0]
        is_option = name.startswith("-") and name != "-"
        if self.get_command(ctx, name) is None and not is_option and not ctx.resilient_parsing:
            _fail(ctx, args)
        return super().resolve_command(ctx, args)


def _fail(ctx: Any, args: list[str]) -> None:
    """Exit with 2, and say which commands may be meant."""
    root = ctx.find_root()
    names = list(_command_names(root.command))
    found = [f"'{root.info_name} {name}'" for name in suggestions(args, names, list(root.command.commands))]
    problem = f"no command {short(args[0], _SHOWN)!r}"
    if found:
        ctx.fail(f"{problem}; did you mean {' or '.join(found)}?")
    ctx.fail(f"{problem}; there are: {', '.join(names)}")


def suggestions(args: list[str], names: list[str], groups: list[str]) -> list[str]:
    """Return what may be meant by arguments whose first is no command, the likeliest first.

    Parameters
    ----------
    names
        Of all commands, those in groups with the group: ``corpus check``.
    groups
        The first words of these names.

    Examples
    --------
    >>> names = ["predict", "corpus check", "corpus convert"]
    >>> suggestions(["check", "a.csv"], names, ["predict", "corpus"])
    ['corpus check']
    >>> suggestions(["help", "predict"], names, ["predict", "corpus"])
    ['predict --help']
    >>> suggestions(["Predct"], names, ["predict", "corpus"])
    ['predict']
    """
    from difflib import get_close_matches  # noqa: PLC0415  # only an error needs it

    word, given = args[0].lower(), " ".join(args[1:3])
    if word == _HELP:
        known = next((name for name in (given, *args[1:2]) if name in {*names, *groups}), "")
        return [f"{known} --help".strip()]
    if word in _OTHER_WORDS:
        return [_OTHER_WORDS[word]]
    if args[0] == "-" or exists(args[0]):  # noqa: PTH110  # it takes any text, also one too long for a name
        return [f"predict {args[0]}"]
    same = [name for name in names if name.split()[-1] == word]
    if same:
        return same
    by_word = {name.split()[-1]: name for name in names} | {group: group for group in groups}
    return [by_word[match] for match in get_close_matches(word, list(by_word), n=2)]


def _command_names(group: Any, before: str = "") -> Iterator[str]:
    """Yield the name of each command of a group and of the groups in it."""
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from _command_names(command, f"{before}{name} ")
        else:
            yield f"{before}{name}"
